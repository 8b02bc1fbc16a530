import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import net, { type AddressInfo } from 'node:net';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { type AppError, AppFailure } from '@shared/model/app-error.ts';
import { afterAll, afterEach, describe, expect, inject, it } from 'vitest';
import type { RegistryInfo } from '../../scripts/parts/registry.ts';
import { listing, makeJail, outside } from '../engine/context/archive/jail-testing.ts';
import { type RawEntry, rawTar } from '../engine/context/archive/raw-tar-testing.ts';
import { temporaryFolder } from '../engine/context/tree-fixture.ts';
import { type LookUp, openGuarded, type Reach } from '../http/guard.ts';
import { createRegistry } from '../registry/registry.ts';
import {
  credentialsOf,
  noTime,
  type ScriptedServer,
  startFaultProxy,
  startServer,
} from '../registry/registry-testing.ts';
import { fetchArtifact } from './artifact.ts';
import * as artifacts from './artifact-testing.ts';
import { digestOf, type Layer, manifestType } from './artifact-testing.ts';

const base = temporaryFolder();
afterAll(() => rmSync(base, { recursive: true }));
const never = new AbortController().signal;
const { registries, busybox } = inject('parts');
const { open, private: locked } = registries;
const login = { username: locked.login.user, password: locked.login.password };
const repository = `artifact-test/${process.pid}`;
const indexType = 'application/vnd.oci.image.index.v1+json';

const stops: ScriptedServer[] = [];
afterEach(async () => {
  await Promise.all(stops.splice(0).map((server) => server.stop()));
});

const folder = (...entries: RawEntry[]) => gzipSync(rawTar(entries));
const pushManifest = (registry: RegistryInfo, tag: string, type: string, content: object) =>
  artifacts.pushManifest(registry, repository, tag, type, content);
const push = (registry: RegistryInfo, tag: string, layers: readonly Layer[]) =>
  artifacts.pushArtifact(registry, repository, tag, layers);

async function fetch(reference: string, credentials = credentialsOf({}), host = open.host) {
  const jail = makeJail(base);
  const time = noTime();
  const registry = createRegistry(credentials, time);
  const options = { registry, reach: 'local' as const, retries: time, environment: {} };
  const name = reference.startsWith('@') || reference.startsWith(':') ? `${host}/${repository}${reference}` : reference;
  const before = outside(jail);
  const settled = await fetchArtifact(name, jail.root, options, never).then(
    (fetched) => ({ fetched }),
    (thrown: unknown) => ({ thrown }),
  );
  expect(outside(jail)).toEqual(before);
  return { jail, ...settled };
}

async function errorOf(...args: Parameters<typeof fetch>): Promise<AppError> {
  const { jail, ...settled } = await fetch(...args);
  if (!('thrown' in settled) || !(settled.thrown instanceof AppFailure))
    throw new Error('no AppFailure', { cause: settled });
  expect(readdirSync(path.dirname(jail.root)).sort()).toEqual(['beside']);
  return settled.thrown.error;
}

const source: readonly Layer[] = [
  { content: 'FROM scratch\n', title: 'Dockerfile' },
  { content: 'deep', title: 'a/b/file.txt' },
  { content: '', title: './empty' },
  {
    content: folder({ name: 'src/main.c', content: 'main' }, { name: 'src/l', type: '2', linkname: 'main.c' }),
    title: 'src',
    unpack: true,
  },
  { content: folder({ name: 'x', content: 'not unpacked' }), title: 'kept.tar.gz' },
  { content: 'nobody asked' },
];
const kept = [
  'Dockerfile',
  'a/',
  'a/b/',
  'a/b/file.txt',
  'empty',
  'kept.tar.gz',
  'src/',
  'src/l -> main.c',
  'src/main.c',
];

describe('an artifact', () => {
  it('is fetched by tag and by digest', async () => {
    const { digest } = await push(open, 'source', source);
    for (const reference of [':source', `@${digest}`]) {
      const { jail, ...settled } = await fetch(reference);
      expect(settled).toEqual({ fetched: { digest, root: jail.root } });
      expect(listing(jail.root)).toEqual(kept);
      expect(readFileSync(path.join(jail.root, 'a/b/file.txt'), 'utf8')).toBe('deep');
    }
  });

  it('of a registry with a password is for who has it', async () => {
    await push(locked, 'source', source);
    const { jail, ...settled } = await fetch(':source', credentialsOf({ [locked.host]: login }), locked.host);
    expect(settled).toHaveProperty('fetched');
    expect(listing(jail.root)).toEqual(kept);
    expect(await errorOf(':source', credentialsOf({}), locked.host)).toMatchObject({ code: 'registry.unauthorized' });
    const wrong = credentialsOf({ [locked.host]: { ...login, password: 'wr0ng-password' } });
    const error = await errorOf(':source', wrong, locked.host);
    expect(error).toMatchObject({ code: 'registry.unauthorized', params: { registry: locked.host } });
    expect(JSON.stringify(error)).not.toContain('wr0ng-password');
  });

  it('in an index is the one that has files', async () => {
    const files = await push(open, 'in-index', source);
    const image = await push(open, 'no-files', [{ content: 'layer' }]);
    const index = await pushManifest(open, 'index', indexType, { manifests: [image, files] });
    const { jail, ...settled } = await fetch(':index');
    expect(settled).toHaveProperty('fetched.digest', index.digest);
    expect(listing(jail.root)).toEqual(kept);
    const other = await push(open, 'other', [{ content: 'x', title: 'x' }]);
    await pushManifest(open, 'two', indexType, { manifests: [files, other] });
    expect(await errorOf(':two')).toMatchObject({ code: 'download.noFiles' });
    await pushManifest(open, 'none', indexType, { manifests: [image] });
    expect(await errorOf(':none')).toMatchObject({ code: 'download.noFiles' });
  });

  it('that isn’t there, or is an image, is told', async () => {
    expect(await errorOf(':absent')).toMatchObject({ code: 'registry.notFound' });
    expect(await errorOf(busybox.open)).toMatchObject({
      code: 'download.noFiles',
      params: { reference: busybox.open },
    });
  });

  it('has a folder of its own', async () => {
    await push(open, 'source', source);
    const root = path.join(base, 'mine');
    mkdirSync(root);
    writeFileSync(path.join(root, 'mine'), 'mine');
    const options = { registry: createRegistry(credentialsOf({}), noTime()), reach: 'local' as const, environment: {} };
    const fetching = fetchArtifact(`${open.host}/${repository}:source`, root, options, never);
    await expect(fetching).rejects.toThrow('is not empty');
    expect(readdirSync(root)).toEqual(['mine']);
  });
});

describe('a hostile artifact', () => {
  const evil = (title: string): Layer => ({ content: 'evil', title });
  const unpack = (title: string, ...entries: RawEntry[]): Layer => ({
    content: folder(...entries),
    title,
    unpack: true,
  });
  const link = (name: string, linkname: string): RawEntry => ({ name, type: '2', linkname });
  it.each<[string, readonly Layer[], string]>([
    ['above', [evil('../evil')], 'path'],
    ['far above', [evil('a/../../../canary/evil')], 'path'],
    ['absolute', [evil('/tmp/evil')], 'path'],
    ['of a drive', [evil('C:\\evil')], 'path'],
    ['with a NUL', [evil('a\0b')], 'path'],
    ['without a name', [evil('.')], 'path'],
    ['of a long name', [evil('x'.repeat(300))], 'path'],
    ['of the same name twice', [evil('a'), evil('a')], 'clash'],
    ['in a file', [evil('a'), evil('a/b')], 'clash'],
    ['over a folder', [evil('a/b'), evil('a')], 'clash'],
    ['a folder above', [unpack('..', { name: 'evil' })], 'path'],
    ['a folder with a path above', [unpack('d', { name: 'd/../../evil' })], 'path'],
    ['a folder with more than itself', [unpack('d', { name: 'd/x' }, { name: 'evil' })], 'path'],
    ['a folder that is a link', [unpack('d', link('d', 'x'))], 'path'],
    ['a folder with a link out', [unpack('d', link('d/l', '../../../canary'))], 'link'],
    ['a file through a link of a folder', [unpack('d', link('d/l', '.')), evil('d/l/evil')], 'clash'],
    ['a file over a link of a folder', [unpack('d', link('d/l', 'x')), evil('d/l')], 'clash'],
    [
      'a link at the top, and a file through it',
      [unpack('.', link('l', 'd'), { name: 'd/x' }), evil('l/evil')],
      'clash',
    ],
    ['a folder that is none', [{ content: 'no archive', title: 'd', unpack: true }], 'format'],
  ])('gets nothing: %s', async (what, layers, reason) => {
    const tag = what.replaceAll(/[^a-z]+/g, '-');
    await push(open, tag, layers);
    expect(await errorOf(`:${tag}`)).toMatchObject({ code: 'archive.invalid', params: { reason } });
  });

  it('may not lie about itself', async () => {
    await push(open, 'long', [{ content: 'four', title: 'f', size: 3 }]);
    await push(open, 'short', [{ content: 'four', title: 'f', size: 5 }]);
    for (const tag of [':long', ':short']) expect(await errorOf(tag)).toMatchObject({ code: 'registry.invalid' });
    await push(open, 'huge', [{ content: 'four', title: 'f', size: 10 ** 13 }]);
    expect(await errorOf(':huge')).toMatchObject({ code: 'download.tooLarge' });
  });
});

describe('a registry that', () => {
  const through = async (faultOf: Parameters<typeof startFaultProxy>[1]) => {
    await push(locked, 'source', source);
    const proxy = await startFaultProxy(locked.url, faultOf);
    stops.push(proxy);
    return { proxy, credentials: credentialsOf({ [proxy.host]: login }) };
  };

  it('fails now and then is asked again', async () => {
    const kinds = ['answer', 'cut', 'reset'] as const;
    let n = 0;
    const { proxy, credentials } = await through(() => {
      const kind = n++ % 2 === 0 ? ('pass' as const) : kinds[(n >> 1) % 3];
      if (kind === 'answer') return { kind, status: 503 };
      return { kind: kind ?? 'pass' };
    });
    const { jail, ...settled } = await fetch(':source', credentials, proxy.host);
    expect(settled).toHaveProperty('fetched');
    expect(listing(jail.root)).toEqual(kept);
  });

  it('gives other bytes is not believed', async () => {
    await push(open, 'source', source);
    const plain = await startServer((request, response) => {
      if (/\/blobs\//.test(request.url ?? '')) return void response.end('FROM evil   \n');
      return void response.writeHead(307, { location: `${open.url}${request.url}` }).end();
    });
    stops.push(plain);
    expect(await errorOf(':source', credentialsOf({}), plain.host)).toMatchObject({ code: 'registry.invalid' });
  });

  it('keeps blobs elsewhere gives no credential away, and leads nowhere bad', async () => {
    const store = await startServer((request, response) => {
      const layer = source.find(({ content }) => request.url?.includes(digestOf(Buffer.from(content))));
      response.end(layer?.content);
    });
    stops.push(store);
    let to = store.url;
    await push(locked, 'source', source);
    const front = await startServer((request, response) => {
      const { authorization: proof } = request.headers;
      if (proof !== undefined && /\/blobs\//.test(request.url ?? ''))
        return void response.writeHead(307, { location: `${to}${request.url}` }).end();
      if (proof === undefined) return void response.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end();
      const body = (async () => {
        const answer = await fetchRaw(`${locked.url}${request.url}`, proof);
        response.writeHead(answer.status, { 'content-type': manifestType }).end(answer.body);
      })();
      return void body;
    });
    stops.push(front);
    const own = credentialsOf({ [front.host]: login });
    expect(await fetch(':source', own, front.host)).toHaveProperty('fetched');
    expect(store.seen.map(({ headers }) => headers.authorization)).toEqual(store.seen.map(() => undefined));
    expect(store.seen.length).toBeGreaterThan(0);
    to = 'http://169.254.169.254';
    expect(await errorOf(':source', own, front.host)).toMatchObject({
      code: 'registry.invalid',
      cause: expect.stringContaining('169.254.169.254') as string,
    });
  });
});

describe('an artifact that a stranger’s file names', () => {
  /** A resolver of our own: the answers in their order, the last for ever; and how often somebody came. */
  async function stranger(reach: Reach, answers: readonly string[]) {
    const sockets: net.Socket[] = [];
    const server = net.createServer((socket) => {
      sockets.push(socket);
      socket.on('error', () => undefined).destroy();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const asked: string[] = [];
    const lookUp: LookUp = (name, answer) => {
      const address = answers[Math.min(asked.push(name), answers.length) - 1] ?? '';
      answer(null, [{ address, family: net.isIP(address) }]);
    };
    const time = noTime();
    const connections = await openGuarded(reach, { environment: {}, lookUp });
    const registry = createRegistry(credentialsOf({}), { ...time, connections: async () => connections });
    const jail = makeJail(base);
    const before = outside(jail);
    const options = { registry, reach, retries: time, environment: {} };
    const thrown: unknown = await fetchArtifact(`rebinding.example:${port}/a/b:1`, jail.root, options, never).catch(
      (error: unknown) => error,
    );
    await connections.close();
    await new Promise((resolve) => server.close(resolve));
    expect(outside(jail)).toEqual(before);
    return { thrown, asked: asked.length, came: sockets.length };
  }

  it.each(['127.0.0.1', '10.0.0.1', '192.168.1.1', '169.254.169.254', '::1', 'fd00::1', '::ffff:127.0.0.1'])(
    'is not asked for at a name that is %s',
    async (address) => {
      expect(await stranger('public', [address])).toMatchObject({
        thrown: { error: { code: 'download.notReached', params: { place: address } } },
        came: 0,
      });
    },
  );

  it('is asked for at the address that was checked, and each connection is checked anew', async () => {
    // The first connection breaks off, and the second try finds the name to be another's.
    expect(await stranger('local', ['127.0.0.1', '169.254.169.254'])).toMatchObject({
      thrown: { error: { code: 'download.notReached', params: { place: '169.254.169.254' } } },
      asked: 2,
      came: 1,
    });
  });

  it('sends nobody to a token server in this network', async () => {
    const inside = await startServer((_, response) => void response.end('{"token":"x"}'));
    stops.push(inside);
    const front = await startServer((_, response) => {
      const realm = `Bearer realm="http://localhost:${inside.host.split(':')[1]}/token",service="x"`;
      response.writeHead(401, { 'www-authenticate': realm }).end();
    });
    stops.push(front);
    // The registry itself may be reached; what it names is a name of this machine that the guard knows for another's.
    const lookUp: LookUp = (_, answer) => answer(null, [{ address: '169.254.169.254', family: 4 }]);
    const connections = await openGuarded('local', { environment: {}, lookUp });
    const registry = createRegistry(credentialsOf({}), { ...noTime(), connections: async () => connections });
    const jail = makeJail(base);
    const options = { registry, reach: 'local' as const, environment: {} };
    await expect(fetchArtifact(`${front.host}/a/b:1`, jail.root, options, never)).rejects.toMatchObject({
      error: { code: 'download.notReached' },
    });
    await connections.close();
    expect(inside.seen).toEqual([]);
  });
});

async function fetchRaw(url: string, proof: string) {
  const answer = await globalThis.fetch(url, { headers: { authorization: proof, accept: manifestType } });
  return { status: answer.status, body: Buffer.from(await answer.arrayBuffer()) };
}
