import { createHash } from 'node:crypto';
import { afterEach, describe, expect, inject, it } from 'vitest';
import { publishImage } from '../../../scripts/parts/images.ts';
import { createRegistry } from '../registry.ts';
import { credentialsOf, errorOf, noTime, type ScriptedServer, startServer } from '../registry-testing.ts';

const signal = new AbortController().signal;
const { registries, busybox } = inject('parts');
const { open, private: locked } = registries;
const login = { username: locked.login.user, password: locked.login.password };
const repository = `browse-test/${process.pid}`;

const servers: ScriptedServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.stop()));
});

describe.each([
  ['without a password', open, credentialsOf({})],
  ['with a password', locked, credentialsOf({ [locked.host]: login })],
] as const)('a real registry %s', (_what, registry, credentials) => {
  const { browser } = createRegistry(credentials, noTime());

  it('lists its repositories, a piece at a time', async () => {
    await publishImage(registry, { repository, tag: 'one' });
    const found: string[] = [];
    let after: string | undefined = '?n=1';
    do {
      const { repositories, ignored, next }: Awaited<ReturnType<typeof browser.repositories>> =
        await browser.repositories(registry.host, after, signal);
      expect(repositories.length).toBeLessThanOrEqual(1);
      expect(ignored).toBe(0);
      found.push(...repositories);
      after = next;
    } while (after !== undefined);
    expect(found).toEqual(expect.arrayContaining(['base/busybox', repository]));
    expect((await browser.repositories(registry.host, undefined, signal)).repositories).toEqual(
      expect.arrayContaining(found.slice(0, 100)),
    );
  });

  it('lists the tags of a repository', async () => {
    for (const tag of ['one', 'two', 'three']) await publishImage(registry, { repository, tag });
    expect((await browser.tags(registry.host, repository, undefined, signal)).tags).toEqual(
      expect.arrayContaining(['one', 'two', 'three']),
    );
    expect(await errorOf(browser.tags(registry.host, 'no-such/repository', undefined, signal))).toMatchObject({
      code: 'registry.notFound',
      params: { image: `${registry.host}/no-such/repository` },
    });
  });

  it('leads from an index to an image, its layers and its configuration', async () => {
    const { host } = registry;
    const index = await browser.manifest(`${host}/base/busybox:1`, signal);
    if (index.kind !== 'index') throw new Error('busybox is no index');
    expect(index.digest).toBe(busybox.digest);
    expect(index.entries.map(({ platform }) => platform)).toEqual(['linux/amd64', 'linux/arm64/v8']);
    const labels = { 'org.example.quay': '부두 7' };
    await publishImage(registry, { repository, tag: 'labelled', files: { a: 'one' }, env: ['A=b=c'], labels });
    const image = await browser.manifest(`${host}/${repository}:labelled`, signal);
    if (image.kind !== 'image') throw new Error('not an image');
    expect(image.layers).toHaveLength(2);
    expect(image.layersSize).toBe(image.layers.reduce((sum, { size }) => sum + size, 0));
    expect(image.config).toEqual({
      created: '2020-01-01T00:00:00Z',
      platform: 'linux/amd64',
      entryPoint: [],
      command: ['sh'],
      env: ['PATH=/bin', 'A=b=c'],
      ports: [],
      labels: [{ name: 'org.example.quay', value: '부두 7' }],
    });
    expect(await browser.manifest(`${host}/${repository}@${image.digest}`, signal)).toEqual(image);
  });
});

it('a registry with a password tells nobody what it has', async () => {
  const { browser } = createRegistry(credentialsOf({}), noTime());
  const refused = { code: 'registry.unauthorized', fixes: [{ kind: 'signIn', registry: locked.host }] };
  expect(await errorOf(browser.repositories(locked.host, undefined, signal))).toMatchObject(refused);
  expect(await errorOf(browser.tags(locked.host, 'base/busybox', undefined, signal))).toMatchObject(refused);
  expect(await errorOf(browser.manifest(busybox.private, signal))).toMatchObject(refused);
});

describe('a hostile registry', () => {
  interface Answer {
    readonly status?: number;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: string | Buffer;
  }

  async function registryOf(answers: (path: string) => Answer) {
    const server = await startServer((request, response) => {
      const path = request.url ?? '';
      const { status = 200, headers = {}, body = '{}' } = path === '/v2/' ? {} : answers(path);
      response.writeHead(status, headers).end(body);
    });
    servers.push(server);
    const { browser } = createRegistry(
      credentialsOf({ [server.host]: { username: 'me', password: 'sentinel' } }),
      noTime(),
    );
    return { server, browser };
  }

  it('leads nobody to another host by its links', async () => {
    const other = await startServer((_request, response) => void response.writeHead(200).end('{"tags":["x"]}'));
    servers.push(other);
    const link = `<http://${other.host}/v2/elsewhere/tags/list?last=b&n=2>; rel="next"`;
    const { browser, server } = await registryOf((path) => ({
      headers: { link },
      body: JSON.stringify({ tags: path.includes('last=b') ? ['c'] : ['a', 'b'] }),
    }));
    const first = await browser.tags(server.host, 'app', undefined, signal);
    expect(first).toEqual({ tags: ['a', 'b'], ignored: 0, next: '?last=b&n=2' });
    // The same link again would go on for ever.
    expect(await browser.tags(server.host, 'app', first.next, signal)).toEqual({ tags: ['c'], ignored: 0 });
    expect(server.seen.at(-1)?.path).toBe('/v2/app/tags/list?last=b&n=2');
    expect(other.seen).toEqual([]);
  });

  it('gets no credential sent elsewhere by a redirect', async () => {
    const other = await startServer((_request, response) => void response.writeHead(200).end('{"tags":["x"]}'));
    servers.push(other);
    const server = await startServer((request, response) => {
      if (request.url === '/v2/') return void response.writeHead(200).end('{}');
      if (request.headers.authorization === undefined)
        return void response.writeHead(401, { 'www-authenticate': 'Basic realm="r"' }).end();
      return void response.writeHead(307, { location: `http://${other.host}/v2/app/tags/list` }).end();
    });
    servers.push(server);
    const own = credentialsOf({ [server.host]: { username: 'me', password: 'sentinel' } });
    await createRegistry(own, noTime()).browser.tags(server.host, 'app', undefined, signal);
    expect(other.seen).toHaveLength(1);
    expect(JSON.stringify(other.seen)).not.toContain('uthorization');
    expect(own.asked).toEqual([server.host]);
  });

  it('shows nothing but names and plain text', async () => {
    const escape = '\u001B[2J\u202E\u0000<img src=x onerror=alert(1)>';
    const config = JSON.stringify({
      created: escape,
      config: { Env: [escape, 7], Labels: { [escape]: escape.repeat(500) } },
    });
    const digest = `sha256:${createHash('sha256').update(config).digest('hex')}`;
    const manifest = JSON.stringify({
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      config: { mediaType: 'application/vnd.oci.image.config.v1+json', digest, size: config.length },
      layers: [],
      annotations: { escape },
    });
    const { browser, server } = await registryOf((path) => ({
      body: path.includes('/blobs/')
        ? config
        : path.includes('/manifests/')
          ? manifest
          : JSON.stringify({
              repositories: ['good/one', '../up', 'UPPER', escape, 7, null, 'a'.repeat(400)],
              tags: ['1.0', '-x', 'a/b', escape, { tag: 1 }],
            }),
    }));
    expect(await browser.repositories(server.host, undefined, signal)).toEqual({
      repositories: ['good/one'],
      ignored: 6,
    });
    expect(await browser.tags(server.host, 'app', undefined, signal)).toEqual({ tags: ['1.0'], ignored: 4 });
    const shown = await browser.manifest(`${server.host}/app:1`, signal);
    const texts = JSON.stringify(shown);
    expect(texts).toContain('<img src=x onerror=alert(1)>');
    expect(texts).not.toMatch(/\\u001b|\\u0000|\u202E/i);
    expect(texts.length).toBeLessThan(8_000);
  });

  it.each<[string, string, Answer]>([
    ['a list that never ends', 'registry.invalid', { body: Buffer.alloc(5 * 1_048_576, ' ') }],
    ['a list that is none', 'registry.invalid', { body: '{"tags":{"a":1}}' }],
    ['a page', 'registry.invalid', { body: '<html>hello</html>' }],
    ['a refusal', 'registry.forbidden', { status: 403, body: '{"errors":[{"code":"DENIED"}]}' }],
    ['nothing of the kind', 'registry.notFound', { status: 404 }],
    ['a way out to plain http', 'registry.invalid', { status: 302, headers: { location: 'http://192.0.2.1/' } }],
  ])('with %s is told as %s', async (_what, code, answer) => {
    const { browser, server } = await registryOf(() => answer);
    expect((await errorOf(browser.tags(server.host, 'app', undefined, signal))).code).toBe(code);
  });

  it('cannot pass another configuration off', async () => {
    const digest = `sha256:${'0'.repeat(64)}`;
    const manifest = JSON.stringify({
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      config: { mediaType: 'application/vnd.oci.image.config.v1+json', digest, size: 2 },
      layers: [],
    });
    const { browser, server } = await registryOf((path) => ({ body: path.includes('/blobs/') ? '{}' : manifest }));
    expect((await errorOf(browser.manifest(`${server.host}/app:1`, signal))).code).toBe('registry.invalid');
  });

  it('marks attestations, and what they are about', async () => {
    const image = `sha256:${'1'.repeat(64)}`;
    const index = JSON.stringify({
      mediaType: 'application/vnd.oci.image.index.v1+json',
      manifests: [
        {
          mediaType: 'application/vnd.oci.image.manifest.v1+json',
          digest: image,
          size: 1,
          platform: { os: 'linux', architecture: 'arm', variant: 'v7' },
        },
        {
          mediaType: 'application/vnd.oci.image.manifest.v1+json',
          digest: `sha256:${'2'.repeat(64)}`,
          size: 2,
          platform: { os: 'unknown', architecture: 'unknown' },
          annotations: { 'vnd.docker.reference.type': 'attestation-manifest', 'vnd.docker.reference.digest': image },
        },
        { digest: 'no digest', size: 3 },
      ],
    });
    const { browser, server } = await registryOf(() => ({ body: index }));
    const details = await browser.manifest(`${server.host}/app:1`, signal);
    expect(details.kind === 'index' && details.entries).toMatchObject([
      { digest: image, platform: 'linux/arm/v7' },
      { digest: `sha256:${'2'.repeat(64)}`, attests: image },
    ]);
  });
});
