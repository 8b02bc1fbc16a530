import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type http from 'node:http';
import net, { type AddressInfo } from 'node:net';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { type AppError, AppFailure } from '@shared/model/app-error.ts';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { hostileArchives } from '../engine/context/archive/hostile-archives-testing.ts';
import { listing, makeJail, outside } from '../engine/context/archive/jail-testing.ts';
import { rawTar } from '../engine/context/archive/raw-tar-testing.ts';
import { temporaryFolder } from '../engine/context/tree-fixture.ts';
import { type ScriptedServer, startServer } from '../http/server-testing.ts';
import { type ArchiveOptions, fetchArchive } from './archive.ts';

const base = temporaryFolder();
afterAll(() => rmSync(base, { recursive: true }));
const never = new AbortController().signal;

const by = (program: string) => (bytes: Buffer) => execFileSync(program, ['-c'], { input: bytes, maxBuffer: 2 ** 30 });
const packings = [
  ['tar', (bytes: Buffer) => bytes],
  ['gzip', (bytes: Buffer) => gzipSync(bytes)],
  ['bzip2', by('bzip2')],
  ['xz', by('xz')],
  ['zstd', by('zstd')],
] as const;

const servers: ScriptedServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.stop()));
});

type Answer = (request: http.IncomingMessage, response: http.ServerResponse, n: number) => void;
async function serve(answer: Answer | Buffer): Promise<ScriptedServer> {
  let n = 0;
  const server = await startServer((request, response) => {
    if (Buffer.isBuffer(answer)) response.end(answer);
    else answer(request, response, ++n);
  });
  servers.push(server);
  return server;
}

/** Fetches into a jail; what is waited for between tries takes no time. */
async function fetch(url: string, more: Partial<ArchiveOptions> = {}, signal = never) {
  const jail = makeJail(base);
  const waits: number[] = [];
  const options: ArchiveOptions = {
    reach: 'local',
    environment: {},
    retries: { random: () => 0, delay: async (ms) => void waits.push(ms) },
    ...more,
  };
  const settled = await fetchArchive({ url }, jail.root, options, signal).then(
    (fetched) => ({ fetched }),
    (thrown: unknown) => ({ thrown }),
  );
  return { jail, waits, ...settled };
}

async function errorOf(url: string, more: Partial<ArchiveOptions> = {}): Promise<AppError> {
  const { jail, ...settled } = await fetch(url, more);
  if (!('thrown' in settled) || !(settled.thrown instanceof AppFailure))
    throw new Error('no AppFailure', { cause: settled });
  expect(readdirSync(path.dirname(jail.root))).not.toContain('root');
  return settled.thrown.error;
}

const archive = rawTar([
  { name: 'app/Dockerfile', content: 'FROM scratch\n' },
  { name: 'app/l', type: '2', linkname: 'Dockerfile' },
]);

describe.each(packings)('an archive of %s', (_, pack) => {
  it('is unpacked as it comes, whatever its name', async () => {
    const packed = pack(archive);
    const server = await serve(packed);
    const told: number[] = [];
    const { fetched, jail } = await fetch(`${server.url}/context`, {
      onProgress: ({ received, total }) => void told.push(received, total ?? -1),
    }).then((settled) => ({ fetched: undefined, ...settled }));
    expect(fetched).toEqual({
      digest: `sha256:${createHash('sha256').update(packed).digest('hex')}`,
      bytes: packed.length,
      entries: 3,
      root: jail.root,
    });
    expect(listing(jail.root)).toEqual(['app/', 'app/Dockerfile', 'app/l -> Dockerfile']);
    expect(told).toEqual([packed.length, packed.length]);
  });

  it.each(hostileArchives.filter(({ options }) => options?.outsideLinks === undefined))(
    'does no harm with $what',
    async ({ bytes, options = {}, refused, kept }) => {
      const jail = makeJail(base);
      const before = outside(jail);
      const server = await serve(pack(bytes(jail.canary)));
      const settled = await fetchArchive(
        { url: server.url },
        jail.root,
        { reach: 'local', environment: {}, limits: options },
        never,
      ).then(
        () => [...listing(jail.root)].sort(),
        (thrown: unknown) => (thrown instanceof AppFailure ? thrown.error.code : thrown),
      );
      if (refused === undefined) {
        expect(settled).toEqual([...(kept ?? [])].sort());
      } else {
        const codes = refused === 'tooLarge' ? ['archive.tooLarge'] : ['archive.invalid', 'context.notAnArchive'];
        expect(codes).toContain(settled);
        expect(readdirSync(path.dirname(jail.root))).not.toContain('root');
      }
      expect(outside(jail)).toEqual(before);
    },
  );

  it('is a bomb that does not go off', async () => {
    const big = pack(rawTar([{ name: 'zeros', content: Buffer.alloc(5_000_000) }]));
    const server = await serve(big);
    const limits = big.length > 1_000_000 ? { bytes: 1_000_000 } : { ratioFrom: 1_000_000, ratio: 10 };
    expect(await errorOf(server.url, { limits })).toMatchObject({ code: 'archive.tooLarge' });
  });

  it('that is cut off leaves nothing', async () => {
    const packed = pack(
      rawTar([{ name: 'f', content: Buffer.from(Array.from({ length: 50_000 }, (_, n) => (n * n) % 251)) }]),
    );
    const server = await serve(packed.subarray(0, packed.length / 2));
    expect(await errorOf(server.url)).toMatchObject({ code: 'archive.invalid', params: { reason: 'truncated' } });
  });
});

describe('what is no archive', () => {
  const zip = Buffer.from('PK\u0003\u0004'.padEnd(3000, 'x'));
  it.each([
    ['a zip', zip, '/x.tar.gz', undefined],
    ['a page', Buffer.from('<!doctype html>'.padEnd(3000)), '/owner/name', '/owner/name.git'],
    ['a page of a repository', Buffer.from('<!doctype html>'.padEnd(3000)), '/owner/name.git/', '/owner/name.git'],
    ['text', Buffer.from('hello'), '/x.tar', undefined],
    ['nothing', Buffer.alloc(0), '/x.tar', undefined],
    ['packed text', gzipSync('hello'.repeat(500)), '/x.tgz', undefined],
    ['an archive packed twice', gzipSync(gzipSync(archive)), '/x.tgz', undefined],
    ['an archive packed in two ways', gzipSync(by('xz')(archive)), '/x.tgz', undefined],
    ['a packed zip', gzipSync(zip), '/x.tgz', undefined],
  ])('is told: %s', async (_, bytes, place, git) => {
    const server = await serve(bytes);
    const error = await errorOf(`${server.url}${place}?token=s3cr3t-signature`);
    expect(error).toMatchObject({ code: 'context.notAnArchive', params: { url: `${server.url}${place}?…` } });
    expect(error.params['git']).toBe(git === undefined ? undefined : `${server.url}${git}`);
    expect(JSON.stringify(error)).not.toContain('s3cr3t');
    expect(server.seen).toHaveLength(1);
  });
});

describe('a refusal', () => {
  it.each([
    [401, 'download.unauthorized', 1],
    [403, 'download.forbidden', 1],
    [404, 'download.notFound', 1],
    [410, 'download.notFound', 1],
    [400, 'download.failed', 1],
    [304, 'download.failed', 1],
    [429, 'download.failed', 3],
    [500, 'download.failed', 3],
    [503, 'download.failed', 3],
  ])('of %i is %s, and asked for %i times', async (status, code, times) => {
    const server = await serve((request, response) =>
      response.writeHead(status).end(status === 304 ? '' : `no: ${request.url}`),
    );
    const error = await errorOf(`${server.url}/x.tar?sig=s3cr3t%2Fsignature`, {
      credential: { username: 'dummy', password: 'pass-w0rd' },
    });
    expect(error).toMatchObject({ code, params: { url: `${server.url}/x.tar?…`, status } });
    expect(JSON.stringify(error)).not.toMatch(/s3cr3t|pass-w0rd/);
    expect(server.seen).toHaveLength(times);
  });

  it.each([
    [429, '3', [3000]],
    [500, undefined, [400]],
    [503, '2', [2000]],
  ])('of %i that passes is no matter', async (status, after, expected) => {
    const server = await serve((_, response, n) =>
      n === 1
        ? response.writeHead(status, after === undefined ? {} : { 'retry-after': after }).end()
        : response.end(archive),
    );
    const { waits, ...settled } = await fetch(server.url);
    expect(settled).toHaveProperty('fetched.entries', 3);
    expect(waits).toEqual(expected);
  });

  it('says how long to wait', async () => {
    const server = await serve((_, response) => response.writeHead(429, { 'retry-after': '100' }).end('later'));
    expect(await errorOf(server.url)).toMatchObject({ code: 'download.failed', retry: { afterMs: 100_000 } });
    expect(server.seen).toHaveLength(1);
  });
});

describe('a credential', () => {
  const credential = { username: 'user', password: 'pass' };
  const header = `Basic ${Buffer.from('user:pass').toString('base64')}`;

  it('goes to the server that it is for, and no further', async () => {
    const elsewhere = await serve(archive);
    const server = await serve((request, response) => {
      if (request.headers.authorization !== header) response.writeHead(401).end();
      else response.writeHead(302, { location: `${elsewhere.url}/x?X-Signature=abc` }).end();
    });
    expect(await errorOf(server.url)).toMatchObject({ code: 'download.unauthorized' });
    expect(await fetch(server.url, { credential })).toHaveProperty('fetched');
    expect(elsewhere.seen.map(({ headers }) => headers.authorization)).toEqual([undefined]);
  });
});

describe('where nothing is fetched from', () => {
  it.each([
    'http://169.254.169.254/',
    'http://2852039166/x?key=s3cr3t',
    'http://[::ffff:a9fe:a9fe]/',
    'file:///etc/passwd',
  ])('isn’t reached by a redirect to %s', async (to) => {
    const server = await serve((_, response) => response.writeHead(302, { location: to }).end());
    const error = await errorOf(`${server.url}/x.tar`);
    expect(error).toMatchObject({ code: 'download.notReached', params: { url: `${server.url}/x.tar` } });
    expect(JSON.stringify(error)).not.toContain('s3cr3t');
  });

  it.each(['localhost', '127.0.0.1', '0x7f000001', '[::1]'])('isn’t reached for a stranger: %s', async (host) => {
    const server = await serve(archive);
    const error = await errorOf(`http://${host}:${new URL(server.url).port}/`, { reach: 'public' });
    expect(error.code).toBe('download.notReached');
    expect(server.seen).toEqual([]);
  });
});

describe('a network', () => {
  it('that isn’t there is told by its cause', async () => {
    const server = await serve(archive);
    await server.stop();
    expect(await errorOf(`${server.url}/x?sig=s3cr3t`)).toMatchObject({
      code: 'download.unreachable',
      cause: expect.stringContaining('ECONNREFUSED') as string,
    });
    expect(await errorOf('http://no-such-host.invalid/x?sig=s3cr3t')).toMatchObject({
      code: 'download.unreachable',
      cause: expect.stringMatching(/ENOTFOUND|EAI_AGAIN/) as string,
    });
    const plain = await serve(archive);
    expect(await errorOf(plain.url.replace('http:', 'https:'))).toMatchObject({
      code: 'download.unreachable',
      cause: expect.stringMatching(/SSL|EPROTO/) as string,
    });
  });

  it('that breaks off twice is tried three times, and leaves nothing of the first two', async () => {
    const long = rawTar([{ name: 'f', content: Buffer.alloc(300_000, 'x') }]);
    const server = await serve((request, response, n) => {
      if (n === 3) return void response.end(long);
      response.writeHead(200, { 'content-length': long.length });
      response.write(long.subarray(0, 200_000), () => request.socket.resetAndDestroy());
    });
    const { waits, jail, ...settled } = await fetch(server.url);
    expect(settled).toHaveProperty('fetched.bytes', long.length);
    expect(listing(jail.root)).toEqual(['f']);
    expect(waits).toEqual([400, 800]);
  });

  it('that is silent is given up', async () => {
    const server = await serve((_, response) => void response.write(archive.subarray(0, 700)));
    expect(await errorOf(server.url, { limits: { silence: 100 } })).toMatchObject({ code: 'download.unreachable' });
    expect(server.seen).toHaveLength(3);
  });
});

describe('a length', () => {
  it.each([
    ['too long', (length: number) => length + 1000, 'download.unreachable'],
    ['too short', (length: number) => length - 600, 'archive.invalid'],
  ])('that is told %s gives nothing wrong', async (_, lie, code) => {
    // By hand: Node's own server tells no lies.
    const server = net.createServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () => {
        socket.end(
          Buffer.concat([Buffer.from(`HTTP/1.1 200 OK\r\ncontent-length: ${lie(archive.length)}\r\n\r\n`), archive]),
        );
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    try {
      const error = await errorOf(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
      expect(error.code).toBe(code);
    } finally {
      server.close();
    }
  });

  it('that is too much is refused before the first byte', async () => {
    const server = await serve((_, response) => {
      response.writeHead(200, { 'content-length': 10_000_000_000 });
      response.write(archive);
    });
    expect(await errorOf(server.url)).toMatchObject({ code: 'download.tooLarge', params: { url: `${server.url}/` } });
  });

  it.each([
    ['noise behind an archive', gzipSync(archive)],
    ['zeros behind an archive', archive],
  ])('that has no end is stopped: %s', async (_, start) => {
    const piece = Buffer.alloc(65_536);
    const server = await serve((_request, response) => {
      response.write(start);
      const more = () => {
        while (!response.destroyed && response.write(piece));
        if (!response.destroyed) response.once('drain', more);
      };
      more();
    });
    const error = await errorOf(server.url, { limits: { downloadBytes: 5_000_000 } });
    expect(['download.tooLarge', 'archive.invalid']).toContain(error.code);
  });
});

describe('the folder', () => {
  it('isn’t touched when something is in it, and stays when it was there', async () => {
    const server = await serve(Buffer.from('nothing'));
    const folder = path.join(base, 'there');
    mkdirSync(folder);
    const options: ArchiveOptions = { reach: 'local', environment: {} };
    await expect(fetchArchive({ url: server.url }, folder, options, never)).rejects.toBeInstanceOf(AppFailure);
    expect(readdirSync(folder)).toEqual([]);
    writeFileSync(path.join(folder, 'mine'), 'mine');
    await expect(fetchArchive({ url: server.url }, folder, options, never)).rejects.toThrow('is not empty');
    expect(readFileSync(path.join(folder, 'mine'), 'utf8')).toBe('mine');
  });

  it('is as it was when the fetching is stopped', async () => {
    const abort = new AbortController();
    const server = await serve(
      (_, response) =>
        void response.write(rawTar([{ name: 'f', content: Buffer.alloc(500_000) }]).subarray(0, 400_000)),
    );
    const onProgress = () => abort.abort(new Error('not wanted'));
    const { jail, ...settled } = await fetch(server.url, { onProgress }, abort.signal);
    expect(settled).toMatchObject({ thrown: { message: 'not wanted' } });
    expect(readdirSync(path.dirname(jail.root))).not.toContain('root');
  });
});

describe.each([
  ['gzip', 'gzip'],
  ['bzip2', 'bzip2'],
  ['xz', 'xz'],
  ['zstd', 'zstd'],
])('a bomb of %s', (_, program) => {
  it('takes neither the memory nor the disk that it would like', async () => {
    // A file of 500 MB, of which 100 MB of zeros are there, which are some kilobytes of it.
    const head = rawTar([{ name: 'zeros', size: Buffer.from('03727024000\0'), content: '' }]).subarray(0, 512);
    const bomb = execFileSync('sh', ['-c', `(cat; head -c 100000000 /dev/zero) | ${program} -c`], {
      input: head,
      maxBuffer: 2 ** 30,
    });
    const server = await serve(bomb);
    const before = process.memoryUsage.rss();
    let most = 0;
    const watch = setInterval(() => (most = Math.max(most, process.memoryUsage.rss())), 10);
    try {
      expect(await errorOf(server.url, { limits: { bytes: 2 ** 30 } })).toMatchObject({ code: 'archive.tooLarge' });
    } finally {
      clearInterval(watch);
    }
    expect(most - before).toBeLessThan(150 * 1024 ** 2);
  });
});
