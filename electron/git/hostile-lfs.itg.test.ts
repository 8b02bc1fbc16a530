// Where a hostile server or repository would have git-lfs go, and what becomes of it (spec: reliability-security S8).
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import http from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import type { Duplex } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAuthority } from '../../scripts/parts/certificates.ts';
import { putLfsObject } from '../../scripts/parts/lfs-server.ts';
import { errorOf, type GitBench, setUpGit } from './git-testing.ts';
import { hostileBench } from './hostile-testing.ts';

const given = hostileBench();
const content = randomBytes(50_000);

/** What must not be reached: anything of this machine. */
let canary: http.Server;
const reached: string[] = [];
/** The way to `public.invalid`, and to nothing else: the git server, with an LFS server that answers as the test wants. */
let front: http.Server;
/** Where the files are said to be; undefined for where they are. */
let href: string | undefined;
/** Requests that came without and with a login. */
const logins: (string | undefined)[] = [];
let outside: GitBench;

const portOf = (server: http.Server | https.Server) => (server.address() as AddressInfo).port;
const addresses: Readonly<Record<string, string>> = {
  'public.invalid': '140.82.112.3',
  'inside.invalid': '10.1.2.3',
  localhost: '127.0.0.1',
  'x.localhost': '127.0.0.1',
};
const lookUp = async (name: string) => [addresses[name] ?? '185.199.108.153'];

/** As LFS servers answer, but for where the file is. */
function answerBatch(request: http.IncomingMessage, response: http.ServerResponse): void {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const { objects } = JSON.parse(Buffer.concat(chunks).toString()) as { objects: { oid: string; size: number }[] };
    const told = objects.map((object) => ({
      ...object,
      actions: { download: { href: href ?? `http://public.invalid/open/app.git/info/lfs/objects/${object.oid}` } },
    }));
    response.writeHead(200, { 'content-type': 'application/vnd.git-lfs+json' });
    response.end(JSON.stringify({ transfer: 'basic', objects: told }));
  });
}

function answer(request: http.IncomingMessage, response: http.ServerResponse): void {
  const { pathname, search, host } = new URL(request.url ?? '', 'http://public.invalid');
  if (host !== 'public.invalid') {
    reached.push(`the proxy for ${host}`);
    return void response.writeHead(500).end();
  }
  if (pathname.endsWith('/info/lfs/objects/batch')) logins.push(request.headers.authorization);
  const to = new URLSearchParams(search).get('to');
  if (pathname === '/away') return void response.writeHead(302, { location: to ?? '' }).end();
  if (pathname.startsWith('/moved/')) {
    return void response.writeHead(307, { location: `http://127.0.0.1:${portOf(canary)}${pathname}` }).end();
  }
  if (href !== undefined && pathname.endsWith('/info/lfs/objects/batch')) return answerBatch(request, response);
  const { method, headers } = request;
  const options = {
    host: '127.0.0.1',
    port: given.server.host.split(':')[1],
    path: pathname + search,
    method,
    headers,
  };
  request.pipe(
    http.request(options, (onward) => {
      response.writeHead(onward.statusCode ?? 0, onward.headers);
      onward.pipe(response);
    }),
  );
}

beforeAll(async () => {
  canary = http.createServer((request, response) => {
    reached.push(`${request.method} ${request.url}`);
    response.end('secret');
  });
  canary.on('connection', () => reached.push('a connection'));
  front = http.createServer(answer);
  front.on('connect', (request: http.IncomingMessage, socket: Duplex) => {
    if (request.url !== 'public.invalid:80') {
      reached.push(`the proxy for ${request.url}`);
      return void socket.end('HTTP/1.1 502 No\r\n\r\n');
    }
    socket.write('HTTP/1.1 200 OK\r\n\r\n');
    front.emit('connection', socket);
  });
  for (const server of [canary, front]) await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  outside = await setUpGit({
    environment: { ...process.env, http_proxy: `http://127.0.0.1:${portOf(front)}`, no_proxy: '' },
    lookUp,
  });
  await given.repository('app', {
    '.gitattributes': '*.bin filter=lfs\n',
    'a.bin': await putLfsObject(given.server.lfs, content),
  });
});
afterAll(async () => {
  await outside.remove();
  for (const server of [canary, front]) {
    await new Promise<unknown>((done) => {
      server.close(done);
      server.closeAllConnections();
    });
  }
});

describe('large files of a repository outside', () => {
  it.each(['local', 'public'] as const)('come (%s)', async (reach) => {
    href = undefined;
    // Nothing of the last time.
    const fresh = await setUpGit({
      environment: { ...process.env, http_proxy: `http://127.0.0.1:${portOf(front)}`, no_proxy: '' },
      lookUp,
    });
    const { root } = await fresh.checkout({ remote: 'http://public.invalid/open/app.git' }, { lfs: true, reach });
    expect((await readFile(path.join(root, 'a.bin'))).equals(content)).toBe(true);
    expect(reached).toEqual([]);
    expect(await readFile(path.join(root, '.git/config'), 'utf8')).not.toContain('127.0.0.1');
    await fresh.remove();
  });

  const here = () => `http://127.0.0.1:${portOf(canary)}/secret`;
  it.each<[what: string, href: () => string]>([
    ['this machine', here],
    ['this machine by name', () => here().replace('127.0.0.1', 'localhost')],
    ['this machine by a name below', () => here().replace('127.0.0.1', 'x.localhost')],
    ['this machine in one number', () => here().replace('127.0.0.1', '2130706433')],
    ['this machine in few numbers', () => here().replace('127.0.0.1', '127.1')],
    ['this machine as IPv6', () => here().replace('127.0.0.1', '[::ffff:127.0.0.1]')],
    ['all of this machine’s addresses', () => here().replace('127.0.0.1', '0.0.0.0')],
    ['its network', () => 'http://10.1.2.3/secret'],
    ['its network by name', () => 'http://inside.invalid/secret'],
    ['cloud metadata', () => 'http://169.254.169.254/latest/meta-data/'],
    ['a redirect to this machine', () => `http://public.invalid/away?to=${encodeURIComponent(here())}`],
    ['a redirect to metadata', () => 'http://public.invalid/away?to=http%3A%2F%2F169.254.169.254%2F'],
    ['a redirect to a redirect', () => `http://public.invalid/away?to=${encodeURIComponent(`/away?to=${here()}`)}`],
    ['a file of this machine', () => 'file:///etc/passwd'],
  ])('do not come from %s', async (_, to) => {
    href = to();
    for (const reach of ['local', 'public'] as const) {
      const fresh = await setUpGit({
        environment: { ...process.env, http_proxy: `http://127.0.0.1:${portOf(front)}`, no_proxy: '' },
        lookUp,
      });
      const remote = 'http://public.invalid/open/app.git';
      expect(await errorOf(fresh.checkout({ remote }, { lfs: true, reach }))).toMatchObject({
        code: 'source.invalid',
        params: { reason: 'large files are not fetched from such an address' },
      });
      await fresh.remove();
    }
    expect(reached).toEqual([]);
  });

  it('are not asked for where their server redirects to this machine', async () => {
    href = undefined;
    await given.repository('moved', {
      '.gitattributes': '*.bin filter=lfs\n',
      '.lfsconfig': '[lfs]\n\turl = http://public.invalid/moved/lfs\n',
      'a.bin': await putLfsObject(given.server.lfs, randomBytes(10)),
    });
    const error = await errorOf(
      outside.checkout({ remote: 'http://public.invalid/open/moved.git' }, { lfs: true, reach: 'public' }),
    );
    expect(error).toMatchObject({ code: 'source.invalid', params: { text: '127.0.0.1' } });
    expect(reached).toEqual([]);
  });
});

describe('large files of a repository of this machine', () => {
  it('do not come from metadata either', async () => {
    const fake = http.createServer((request, response) => {
      href = 'http://169.254.169.254/latest/meta-data/';
      answerBatch(request, response);
    });
    await new Promise<void>((done) => fake.listen(0, '127.0.0.1', done));
    await given.repository('near', {
      '.gitattributes': '*.bin filter=lfs\n',
      '.lfsconfig': `[lfs]\n\turl = http://127.0.0.1:${portOf(fake)}/lfs\n`,
      'a.bin': await putLfsObject(given.server.lfs, randomBytes(10)),
    });
    const error = await errorOf(given.bench.checkout({ remote: given.server.url('open', 'near') }, { lfs: true }));
    expect(error).toMatchObject({ code: 'source.invalid', params: { text: '169.254.169.254' } });
    fake.close();
  });

  it('come by a certificate that git takes', async () => {
    const folder = path.join(given.outside, '../certificates');
    const authority = await createAuthority(folder);
    await authority.issue(path.join(folder, 'server'), { names: 'IP:127.0.0.1' });
    const [cert, key] = await Promise.all(
      ['cert.pem', 'key.pem'].map((name) => readFile(path.join(folder, 'server', name))),
    );
    const port = given.server.host.split(':')[1];
    const secure = https.createServer({ cert, key }, (request, response) => {
      const { url, method, headers } = request;
      request.pipe(
        http.request(
          { host: '127.0.0.1', port, path: url, method, headers: { ...headers, host: given.server.host } },
          (onward) => {
            response.writeHead(onward.statusCode ?? 0, onward.headers);
            onward.pipe(response);
          },
        ),
      );
    });
    await new Promise<void>((done) => secure.listen(0, '127.0.0.1', done));
    const { host } = given.server;
    const wanted = randomBytes(5_000);
    await given.repository('sealed', {
      '.gitattributes': '*.bin filter=lfs\n',
      '.lfsconfig': `[lfs]\n\turl = https://127.0.0.1:${portOf(secure)}/open/app.git/info/lfs\n`,
      'a.bin': await putLfsObject(given.server.lfs, wanted),
    });
    const remote = `http://${host}/open/sealed.git`;
    const trusting = await setUpGit({ environment: { ...process.env, GIT_SSL_CAINFO: authority.certificate } });
    const { root } = await trusting.checkout({ remote }, { lfs: true });
    expect((await readFile(path.join(root, 'a.bin'))).equals(wanted)).toBe(true);
    await trusting.remove();
    await new Promise<unknown>((done) => {
      secure.close(done);
      secure.closeAllConnections();
    });
  });
});
