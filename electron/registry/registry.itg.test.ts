import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { publishImage } from '../../scripts/parts/images.ts';
import { requestsOf } from '../../scripts/parts/registry.ts';
import { checkRegistry } from './check.ts';
import { createRegistry } from './registry.ts';
import {
  credentialsOf,
  errorOf,
  type Fault,
  noTime,
  type ScriptedServer,
  startFaultProxy,
} from './registry-testing.ts';

const signal = new AbortController().signal;
const { registries, busybox } = inject('parts');
const { open, private: locked } = registries;
const login = { username: locked.login.user, password: locked.login.password };
const anonymous = credentialsOf({});
const signedIn = () => credentialsOf({ [locked.host]: login });

/** Of this run of the tests alone: the registries may have seen others. */
const repository = `registry-test/${process.pid}`;

const proxies: ScriptedServer[] = [];
afterEach(async () => {
  await Promise.all(proxies.splice(0).map((proxy) => proxy.stop()));
});

describe('a real registry', () => {
  it('tells the digest of a tag, and of an index', async () => {
    expect(await createRegistry(anonymous, noTime()).head(busybox.open, signal)).toEqual({
      digest: busybox.digest,
      mediaType: 'application/vnd.docker.distribution.manifest.list.v2+json',
    });
  });

  it('tells the size of an image', async () => {
    const image = await publishImage(open, { repository, tag: 'sized', files: { a: 'one' } });
    const client = createRegistry(anonymous, noTime());
    const described = await client.describe(image.ref, signal);
    expect(described).toMatchObject({ digest: image.digest });
    expect(described.compressedSize).toBeGreaterThan(100_000);
    const byDigest = `${open.host}/${repository}@${image.digest}`;
    expect(await client.describe(byDigest, signal)).toEqual(described);
    expect(await client.head(byDigest, signal)).toMatchObject({ digest: image.digest });
  });

  it.each([
    // A tag may have been moved between two times, a digest says the same for ever.
    ['tag', (ref: string, _digest: string) => `${ref}:once`, 2],
    ['digest', (ref: string, digest: string) => `${ref}@${digest}`, 1],
  ])(
    'reads a manifest once for all tags that it is given at once; by its %s, in two times',
    async (kind, nameOf, times) => {
      const repository = `once/${kind}`;
      const { digest } = await publishImage(open, { repository, tag: 'once', files: { a: 'one' } });
      const name = nameOf(`${open.host}/${repository}`, digest);
      const client = createRegistry(anonymous, noTime());
      const giveTo = async (tags: readonly string[]) =>
        await Promise.all(tags.map((tag) => client.tag(name, tag, signal)));
      const given = [...(await giveTo(['a', 'b', 'c'])), ...(await giveTo(['d', 'e']))];
      expect(new Set(given.map((image) => image.digest))).toEqual(new Set([digest]));
      const reads = (await requestsOf(open)).filter(
        ({ method, path: place }) => method === 'GET' && place.includes(`/${repository}/manifests/`),
      );
      expect(reads).toHaveLength(times);
      expect(await client.head(`${open.host}/${repository}:e`, signal)).toMatchObject({ digest });
    },
  );

  it('tells what an image is made of, for each platform of an index', async () => {
    const architectures = ['amd64', 'arm64'] as const;
    const image = await publishImage(open, { repository, tag: 'layers', files: { a: 'one' }, architectures });
    const contents = await createRegistry(anonymous, noTime()).contents(image.ref, signal);
    expect(contents.map(({ platform }) => platform)).toEqual(['linux/amd64', 'linux/arm64/v8']);
    for (const { layers } of contents) {
      expect(layers).toEqual([
        {
          instruction: 'slipway test',
          size: expect.any(Number),
          digest: expect.stringMatching(/^sha256:/),
          empty: false,
        },
        {
          instruction: 'slipway test',
          size: expect.any(Number),
          digest: expect.stringMatching(/^sha256:/),
          empty: false,
        },
      ]);
    }
  });

  it('gives an index another tag without a layer moving, and the same one twice', async () => {
    const image = await publishImage(open, { repository, tag: 'first', architectures: ['amd64', 'arm64'] });
    const client = createRegistry(anonymous, noTime());
    const before = (await requestsOf(open)).length;
    expect(await client.tag(image.ref, 'second', signal)).toMatchObject({ digest: image.digest });
    expect(await client.tag(image.ref, 'second', signal)).toMatchObject({ digest: image.digest });
    expect(await client.head(`${open.host}/${repository}:second`, signal)).toMatchObject({ digest: image.digest });
    const made = (await requestsOf(open)).slice(before).filter(({ path: place }) => place !== '/v2/');
    expect(made.map(({ path: place }) => place).filter((place) => place.includes('/blobs/'))).toEqual([]);
    expect(made.map(({ method }) => method)).toEqual(['GET', 'PUT', 'GET', 'PUT', 'HEAD']);
  });

  it.each(['not a tag', '../x', '', 'a@b'])('is not asked for the tag %j', async (tag) => {
    const error = await errorOf(createRegistry(anonymous, noTime()).tag(busybox.open, tag, signal));
    expect(error.code).toBe('image.invalidReference');
  });

  it.each([
    ['head', `${repository}:absent`],
    ['describe', `${repository}:absent`],
    ['head', 'no-such/repository'],
  ] as const)('says that %s of %s is not there', async (method, name) => {
    const error = await errorOf(createRegistry(anonymous, noTime())[method](`${open.host}/${name}`, signal));
    expect(error).toMatchObject({ code: 'registry.notFound', params: { registry: open.host, status: 404 } });
  });

  it('with a password serves who has it', async () => {
    const credentials = signedIn();
    const client = createRegistry(credentials, noTime());
    expect(await client.head(busybox.private, signal)).toMatchObject({ digest: busybox.digest });
    expect(await client.describe(busybox.private, signal)).toMatchObject({ digest: busybox.digest });
    expect(credentials.asked).toEqual([locked.host]);
  });

  it.each([
    ['nobody', {}],
    ['somebody with a wrong password', { [locked.host]: { ...login, password: 'wrong' } }],
    ['somebody known elsewhere', { '127.0.0.1': login, [open.host]: login, 'docker.io': login }],
  ])('with a password does not serve %s', async (_who, byHost) => {
    const error = await errorOf(createRegistry(credentialsOf(byHost), noTime()).head(busybox.private, signal));
    expect(error).toMatchObject({
      code: 'registry.unauthorized',
      params: { registry: locked.host },
      fixes: [{ kind: 'signIn', registry: locked.host }],
    });
    expect(JSON.stringify(error)).not.toContain(login.password);
  });
});

describe('a registry behind a bad network', () => {
  const retryLater: Fault = { kind: 'answer', status: 429, headers: { 'retry-after': '3' } };
  const broken = (status: number): Fault => ({ kind: 'answer', status });
  const pass: Fault = { kind: 'pass' };

  async function through(faultOf: (n: number, method: string) => Fault) {
    const proxy = await startFaultProxy(locked.url, faultOf);
    proxies.push(proxy);
    const time = noTime();
    return { proxy, time, client: createRegistry(credentialsOf({ [proxy.host]: login }), time) };
  }

  it.each<[string, (n: number, method: string) => Fault]>([
    ['429 twice', (n) => (n <= 2 ? retryLater : pass)],
    ['500 every second time', (n) => (n % 2 === 1 ? broken(500) : pass)],
    ['502 every second time', (n) => (n % 2 === 1 ? broken(502) : pass)],
    ['504 three times', (n) => (n <= 3 ? broken(504) : pass)],
    ['a reset every second time', (n) => (n % 2 === 1 ? { kind: 'reset' } : pass)],
    ['an answer that breaks off', (n) => (n === 2 ? { kind: 'cut' } : pass)],
    ['answers in drops', () => ({ kind: 'drip' })],
    [
      'a sign-in that is forgotten',
      (n, method) =>
        n === 1 && method !== 'HEAD'
          ? { kind: 'answer', status: 401, headers: { 'www-authenticate': 'Basic realm="r"' } }
          : pass,
    ],
    ['no digest header', () => ({ kind: 'withoutHeader', name: 'docker-content-digest' })],
  ])('still answers head, describe and tag: %s', async (what, faultOf) => {
    const { client, proxy, time } = await through(faultOf);
    const image = `${proxy.host}/base/busybox:1`;
    expect(await client.head(image, signal)).toMatchObject({ digest: busybox.digest });
    expect(await client.describe(image, signal)).toMatchObject({ digest: busybox.digest });
    expect(await client.tag(image, `moved-${process.pid}`, signal)).toMatchObject({ digest: busybox.digest });
    if (what.startsWith('429')) expect(time.waits.every((ms) => ms >= 3000)).toBe(true);
  });

  it.each([
    [401, 'registry.unauthorized', 2],
    [403, 'registry.forbidden', 1],
    [404, 'registry.notFound', 1],
    [400, 'registry.failed', 1],
    [429, 'registry.rateLimited', 4],
    [500, 'registry.failed', 4],
    [503, 'registry.failed', 4],
  ])('%i for good ends in %s after %i tries', async (status, code, tries) => {
    const headers = { 'www-authenticate': 'Basic realm="r"', 'retry-after': '7' };
    const { client, proxy } = await through(() => ({ kind: 'answer', status, headers }));
    const error = await errorOf(client.head(`${proxy.host}/base/busybox:1`, signal));
    expect(error).toMatchObject({ code, params: { image: `${proxy.host}/base/busybox:1`, status } });
    expect(error.retry).toEqual(code === 'registry.rateLimited' || tries === 4 ? { afterMs: 7000 } : undefined);
    expect(proxy.seen.filter(({ path: place }) => place !== '/v2/')).toHaveLength(tries);
  });

  it('that asks for an hour is not waited for', async () => {
    const { client, proxy, time } = await through(() => ({
      kind: 'answer',
      status: 429,
      headers: { 'retry-after': '3600' },
    }));
    const error = await errorOf(client.head(`${proxy.host}/base/busybox:1`, signal));
    expect(error).toMatchObject({ code: 'registry.rateLimited', retry: { afterMs: 3_600_000 } });
    expect(time.waits).toEqual([]);
  });

  it('does not move a tag when its manifest cannot be read', async () => {
    const { client, proxy } = await through((_n, method) => (method === 'GET' ? broken(500) : pass));
    expect((await errorOf(client.tag(`${proxy.host}/base/busybox:1`, 'other', signal))).code).toBe('registry.failed');
    expect(proxy.seen.map(({ method }) => method)).not.toContain('PUT');
  });

  it('that is not there says why', async () => {
    const refused = await errorOf(createRegistry(anonymous, noTime()).head(`127.0.0.1:${await freePort()}/x`, signal));
    expect(refused).toMatchObject({ code: 'registry.refused', fixes: [{ kind: 'retry' }] });
    expect(refused.cause).toContain('ECONNREFUSED');
    const unknown = await errorOf(createRegistry(anonymous, noTime()).head('registry.invalid:5000/x', signal));
    expect(unknown.code).toBe('registry.hostUnknown');
  });
});

describe('checkRegistry', () => {
  it('finds an open registry, in which nobody signs in', async () => {
    expect(await checkRegistry(open.host, login, signal)).toMatchObject({
      host: open.host,
      scheme: 'http',
      signedIn: false,
    });
  });

  it('signs in', async () => {
    const check = await checkRegistry(locked.host, login, signal);
    expect(check).toMatchObject({ host: locked.host, scheme: 'http', signedIn: true, username: login.username });
    expect(check.latency).toBeGreaterThanOrEqual(0);
  });

  it('finds a registry without signing in', async () => {
    expect(await checkRegistry(locked.host, undefined, signal)).toMatchObject({ signedIn: false });
  });

  it('says that a password is wrong', async () => {
    const error = await errorOf(checkRegistry(locked.host, { ...login, password: 'wrong' }, signal));
    expect(error).toMatchObject({ code: 'registry.unauthorized', params: { registry: locked.host } });
  });
});

describe('TLS on this machine', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'slipway-tls-'));
    const args =
      'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=test -keyout key.pem -out cert.pem';
    execFileSync('openssl', args.split(' '), { cwd: folder, stdio: 'ignore' });
    return () => rm(folder, { recursive: true, force: true });
  });

  it('is used where a registry has it, with a certificate of its own, as Docker does', async () => {
    const manifest = JSON.stringify({ mediaType: 'application/vnd.oci.image.index.v1+json', manifests: [] });
    const digest = `sha256:${createHash('sha256').update(manifest).digest('hex')}`;
    const server = https.createServer(
      { key: await readFile(path.join(folder, 'key.pem')), cert: await readFile(path.join(folder, 'cert.pem')) },
      (request, response) => {
        const answer = request.url === '/v2/' ? '{}' : manifest;
        response.writeHead(200, { 'content-type': 'application/vnd.oci.image.index.v1+json' }).end(answer);
      },
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    try {
      expect(await checkRegistry(host, undefined, signal)).toMatchObject({ scheme: 'https' });
      expect(await createRegistry(anonymous, noTime()).head(`${host}/x`, signal)).toMatchObject({ digest });
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });
});

/** A port that nobody listens on. */
async function freePort(): Promise<number> {
  const server = net.createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
