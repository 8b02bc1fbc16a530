import { lstatSync, readdirSync, readlinkSync } from 'node:fs';
import path from 'node:path';
import { appFailure } from '@shared/model/app-error.ts';
import { selectBy } from '../../../engine/context/selection.ts';

/**
 * fsutil's `FollowLinks`: the paths that a `COPY` names, and with them the targets of the links on the way, so that the
 * engine can follow them. Names may hold wildcards. Targets are resolved as if the root were `/`: nothing outside of it is
 * ever looked at. `undefined` when the root itself is among them, that is: no limit.
 *
 * @throws `context.unreadable`; `dockerfile.invalid` for a wildcard that Docker refuses
 */
export function followLinks(root: string, paths: readonly string[]): readonly string[] | undefined {
  const resolved = new Set<string>();
  const append = (wanted: string): void => {
    let rest = path.posix.normalize(`/${wanted}`).replace(/^\/|\/$/g, '') || '.';
    let current = '';
    for (;;) {
      const slash = rest.indexOf('/');
      const name = slash < 0 ? rest : rest.slice(0, slash);
      rest = slash < 0 ? '' : rest.slice(slash + 1);
      current = path.posix.join(current, name);
      const targets = linkTargets(root, current, true);
      if (targets.length === 0 && rest !== '') continue;
      if (resolved.has(current)) return;
      resolved.add(current);
      for (const target of targets) append(path.posix.join(target, rest));
      return;
    }
  };
  for (const wanted of paths) append(wanted);
  return withoutThoseBeneath([...resolved].sort());
}

/** Drops what lies beneath an entry just before it; `undefined` when one is the root: there is no filter then. */
export function withoutThoseBeneath(paths: readonly string[]): readonly string[] | undefined {
  const kept: string[] = [];
  let last = '';
  for (const each of paths) {
    if (each === '.') return undefined;
    if (each.startsWith(`${last}/`)) continue;
    kept.push(each);
    last = each;
  }
  return kept;
}

/** Where the links lead that this path (or, with wildcards in its last name, any that it fits) is; absolute in the root. */
function linkTargets(root: string, place: string, wildcards: boolean): readonly string[] {
  const folder = path.posix.dirname(place);
  const name = path.posix.basename(place);
  if (wildcards && /[*?[]/.test(name.replace(/\\./g, ''))) {
    const fitting = selectBy([name], []);
    return ifThere(place, () => readdirSync(path.join(root, folder)), [])
      .filter((each) => fitting.judge(each, undefined).taken)
      .flatMap((each) => linkTargets(root, path.posix.join(folder, each), false));
  }
  if (place === '.') return [];
  return ifThere(place, () => {
    const file = path.join(root, place);
    if (lstatSync(file, { throwIfNoEntry: false })?.isSymbolicLink() !== true) return [];
    const target = readlinkSync(file).replaceAll(path.sep, '/');
    return [path.posix.resolve('/', folder, target)];
  }, []);
}

function ifThere<Value>(place: string, read: () => Value, otherwise: Value): Value {
  try {
    return read();
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT' || code === 'ENOTDIR') return otherwise;
    throw appFailure('context.unreadable', { params: { path: place }, cause: String(error) }, error);
  }
}
