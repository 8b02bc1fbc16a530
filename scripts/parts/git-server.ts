// Real git servers on loopback: `git http-backend` behind a small bridge, with and without a password, as plain files, and as other
// hosts shape their addresses; with all that a server can do wrong. And git's own daemon.
import { spawn } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { mkdir, stat } from 'node:fs/promises';
import http from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import path from 'node:path';
import { ensurePackages } from '../setup/debian.mjs';
import { git } from './git-repository.ts';
import { answerLfs } from './lfs-server.ts';
import { startInBackground } from './process.ts';
import { freePort, type Login } from './registry.ts';

export interface GitRequest {
  readonly method: string;
  readonly path: string;
  readonly authorization: string | undefined;
  status: number;
  /** Bytes of the bodies. */
  received: number;
  sent: number;
}

export interface GitServer {
  /** `127.0.0.1:12345` */
  readonly host: string;
  /** Where the bare repositories lie: `NAME.git`. */
  readonly repositories: string;
  /** Where the files of LFS lie, for `putLfsObject`; every repository has an LFS server beside it. */
  readonly lfs: string;
  readonly login: Login;
  /** Every request since the start, in order. */
  readonly requests: readonly GitRequest[];
  /**
   * The address of a repository of this name. What the way adds:
   * - `open`, `private` (asks for the login), `first` (git's first protocol, as old servers speak it), `files` (plain files),
   *   `devops` (Azure DevOps' shape, private)
   * - `status/404` and its like, `redirect/private` (to that way), `page` (HTML), `silent` (never answers), `cut` (breaks off in the
   *   middle of a pack), `limited` (says 429), `turning/4` (git for so many requests, then plain files)
   */
  url(way: string, name: string): string;
  /** Where `redirect/to` leads, whatever it is. */
  redirectTo: string;
  /** How many more requests of the way `turning` are answered in git's protocol. */
  gitRequests: number;
  stop(): Promise<void>;
}

/** @param folder of the server's own; made when it isn't there */
export async function startGitServer(folder: string, options: { port?: number } = {}): Promise<GitServer> {
  await ensurePackages(['git']);
  const repositories = path.join(folder, 'repositories');
  const lfs = path.join(folder, 'lfs');
  await mkdir(repositories, { recursive: true });
  const backend = path.join(await git(['--exec-path']), 'git-http-backend');
  const login = { user: 'harbour', password: 'quay/7 & lock%' };
  const requests: GitRequest[] = [];
  const sockets = new Set<Socket>();
  let redirectTo = '';
  let gitRequests = Infinity;

  const server = http.createServer((request, response) => {
    const { method = '', url = '' } = request;
    const seen: GitRequest = {
      method,
      path: url,
      authorization: request.headers.authorization,
      status: 0,
      received: 0,
      sent: 0,
    };
    requests.push(seen);
    request.on('data', (data: Buffer) => (seen.received += data.length));
    response.on('close', () => (seen.status = response.statusCode));
    answer(request, response, seen);
  });

  function answer(request: http.IncomingMessage, response: http.ServerResponse, seen: GitRequest): void {
    const [, way = '', rest = '', query = ''] = wayOf(pathOf(request.url ?? ''));
    const refuse = (status: number, headers: http.OutgoingHttpHeaders = {}, body = '') => {
      request.resume();
      response.writeHead(status, headers).end(body);
    };
    const [kind, detail = ''] = way.split('/');
    switch (kind) {
      case 'open':
      case 'first':
      case 'cut':
        return throughBackend(rest, query, kind, request, response, seen);
      case 'private':
      case 'devops':
        if (seen.authorization !== basic(login))
          return refuse(401, { 'www-authenticate': 'Basic realm="quay"' }, 'who are you?');
        return throughBackend(rest, query, kind, request, response, seen);
      case 'turning':
        if (gitRequests-- > 0) return throughBackend(rest, query, kind, request, response, seen);
        return asFile(path.join(repositories, rest), response, seen);
      case 'files':
        return asFile(path.join(repositories, rest), response, seen);
      case 'status':
        return refuse(Number(detail), detail === '401' ? { 'www-authenticate': 'Basic realm="quay"' } : {}, 'no');
      case 'limited':
        return refuse(429, { 'retry-after': '60' });
      case 'redirect':
        return refuse(301, {
          location: detail === 'to' ? redirectTo : `/${detail}/${rest}${query === '' ? '' : `?${query}`}`,
        });
      case 'page':
        return refuse(200, { 'content-type': 'text/html' }, '<!doctype html>\n<title>Sign in</title>\n');
      case 'silent':
        return void request.resume();
      default:
        return refuse(404);
    }
  }

  function throughBackend(
    place: string,
    query: string,
    kind: string,
    request: http.IncomingMessage,
    response: http.ServerResponse,
    seen: GitRequest,
  ): void {
    const { headers, method = '' } = request;
    const [, , large] = /^(.*?)\/info\/lfs\/(.*)$/.exec(place) ?? [];
    if (large !== undefined) {
      const [before] = (request.url ?? '').split('/info/lfs/');
      return answerLfs(lfs, `http://${headers.host}${before}`, large, request, response);
    }
    const child = spawn(backend, [], {
      env: {
        PATH: process.env['PATH'],
        HOME: '/nonexistent',
        GIT_CONFIG_NOSYSTEM: '1',
        GIT_PROJECT_ROOT: repositories,
        GIT_HTTP_EXPORT_ALL: '1',
        PATH_INFO: `/${place}`,
        QUERY_STRING: query,
        REQUEST_METHOD: method,
        REMOTE_ADDR: '127.0.0.1',
        CONTENT_TYPE: headers['content-type'] ?? '',
        HTTP_CONTENT_ENCODING: headers['content-encoding'] ?? '',
        ...(headers['content-length'] === undefined ? {} : { CONTENT_LENGTH: headers['content-length'] }),
        ...(kind === 'first' ? {} : { GIT_PROTOCOL: String(headers['git-protocol'] ?? '') }),
        GIT_CONFIG_COUNT: '1',
        GIT_CONFIG_KEY_0: 'safe.directory',
        GIT_CONFIG_VALUE_0: '*',
      },
    });
    request.pipe(child.stdin);
    child.stdin.on('error', () => undefined);
    response.on('close', () => child.kill());
    let head: Buffer | undefined = Buffer.alloc(0);
    child.stdout.on('data', (data: Buffer) => {
      let body = data;
      if (head !== undefined) {
        head = Buffer.concat([head, data]);
        const end = head.indexOf('\r\n\r\n');
        if (end === -1) return;
        writeHead(head.toString('latin1', 0, end), response);
        body = head.subarray(end + 4);
        head = undefined;
      }
      seen.sent += body.length;
      if (kind === 'cut' && method === 'POST' && seen.sent > 2_000) return void request.socket.resetAndDestroy();
      response.write(body);
    });
    child.on('close', () => response.end());
  }

  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, '127.0.0.1', resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    host,
    repositories,
    lfs,
    login,
    requests,
    get redirectTo() {
      return redirectTo;
    },
    set redirectTo(to) {
      redirectTo = to;
    },
    get gitRequests() {
      return gitRequests;
    },
    set gitRequests(count) {
      gitRequests = count;
    },
    url: (way, name) => (way === 'devops' ? `http://${host}/o/p/_git/${name}` : `http://${host}/${way}/${name}.git`),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

/** Way, place and query of an address. */
function wayOf(url: string): RegExpExecArray | [] {
  const devops = /^\/o\/p\/_git\/([^/?]+)(\/[^?]*)?(?:\?(.*))?$/.exec(url);
  if (devops !== null) {
    const [whole, name = '', rest = '', query = ''] = devops;
    return Object.assign(devops, [whole, 'devops', `${name}.git${rest}`, query]);
  }
  return /^\/((?:status|redirect)\/[^/]+|[^/]+)\/([^?]*)(?:\?(.*))?$/.exec(url) ?? [];
}

/** What is asked of a proxy names the host before the path (RFC 9112, absolute form): we are any host that it names. */
function pathOf(url: string): string {
  return url.replace(/^http:\/\/[^/]+/, '');
}

export function basic({ user, password }: Login): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
}

function writeHead(text: string, response: http.ServerResponse): void {
  let status = 200;
  const headers: [string, string][] = [];
  for (const line of text.split('\r\n')) {
    const [, name = '', value = ''] = /^([^:]+): ?(.*)$/.exec(line) ?? [];
    if (name.toLowerCase() === 'status') status = Number(value.slice(0, 3));
    else headers.push([name, value]);
  }
  response.writeHead(status, Object.fromEntries(headers));
}

function asFile(file: string, response: http.ServerResponse, seen: GitRequest): void {
  stat(file).then(
    (found) => {
      if (!found.isFile()) return response.writeHead(404).end();
      seen.sent += found.size;
      return createReadStream(file).pipe(response);
    },
    () => response.writeHead(404).end(),
  );
}

export interface GitDaemon {
  /** `git://127.0.0.1:12345/NAME.git` */
  url(name: string): string;
  stop(): Promise<void>;
}

/** git's own daemon for the same repositories. */
export async function startGitDaemon(repositories: string, logFile: string): Promise<GitDaemon> {
  const port = await freePort();
  const program = path.join(await git(['--exec-path']), 'git-daemon');
  const flags = ['--reuseaddr', '--export-all', '--informative-errors', '--listen=127.0.0.1'];
  const daemon = startInBackground(program, [...flags, `--port=${port}`, `--base-path=${repositories}`], { logFile });
  const url = (name: string) => `git://127.0.0.1:${port}/${name}.git`;
  await daemon.until(async () => {
    await git(['ls-remote', url('none')]).catch((error: unknown) => {
      if (!/not found|no such repository|not exported/i.test(String(error))) throw error;
    });
    return true;
  }, 'git daemon');
  return { url, stop: () => daemon.stop() };
}
