import { takes, type TemplateFunction } from '../functions.ts';

function onPath(change: (path: string) => string): TemplateFunction {
  return takes(['string'], ({ budget }, path) => {
    // A path of nothing but slashes has as many parts.
    budget.allocate(16 * path.length);
    return change(path);
  });
}

/** Go's `path.Clean`: the shortest equal path. */
function clean(path: string): string {
  const rooted = path.startsWith('/');
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.length > 0 && parts.at(-1) !== '..') parts.pop();
    else if (!rooted) parts.push('..');
  }
  return rooted ? `/${parts.join('/')}` : parts.join('/') || '.';
}

function base(path: string): string {
  if (path === '') return '.';
  let end = path.length;
  while (end > 0 && path.charAt(end - 1) === '/') end -= 1;
  if (end === 0) return '/';
  return path.slice(path.lastIndexOf('/', end - 1) + 1, end);
}

function extension(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const point = name.lastIndexOf('.');
  return point === -1 ? '' : name.slice(point);
}

/** sprig's functions about paths with `/`, whatever the platform. */
export const paths: Readonly<Record<string, TemplateFunction>> = {
  base: onPath(base),
  dir: onPath((path) => clean(path.slice(0, path.lastIndexOf('/') + 1))),
  clean: onPath(clean),
  ext: onPath(extension),
  isAbs: takes(['string'], (_, path) => path.startsWith('/')),
};
