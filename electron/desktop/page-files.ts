import { readFile } from 'node:fs/promises';
import path from 'node:path';

/** Only what comes with the app runs. Styles may be inline, since xterm and React write them. */
export const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "font-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "worker-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
};

/** The file of `folder` that an address means, with the headers that confine the page; 404 for whatever else. */
export async function answerPage(folder: string, url: string): Promise<Response> {
  const file = fileOf(folder, url);
  const type = file === undefined ? undefined : types[path.extname(file)];
  if (file === undefined || type === undefined) return new Response(null, { status: 404 });
  try {
    const body = new Uint8Array(await readFile(file));
    return new Response(body, {
      headers: {
        'content-type': type,
        'content-security-policy': contentSecurityPolicy,
        'x-content-type-options': 'nosniff',
      },
    });
  } catch {
    return new Response(null, { status: 404 });
  }
}

function fileOf(folder: string, url: string): string | undefined {
  const { host, pathname } = new URL(url);
  if (host !== 'window') return undefined;
  let name: string;
  try {
    name = decodeURIComponent(pathname);
  } catch {
    return undefined;
  }
  if (name.includes('\0')) return undefined;
  const file = path.resolve(folder, `.${path.sep}${name}`);
  return file.startsWith(path.resolve(folder) + path.sep) ? file : undefined;
}
