import { randomBytes } from 'node:crypto';
import { describe, expect, inject, it } from 'vitest';
import { json, request } from '../../../scripts/parts/http.ts';
import { type ImagePlan, publishImage } from '../../../scripts/parts/images.ts';
import { requestsOf } from '../../../scripts/parts/registry.ts';
import type { Credential, CredentialSource, PushProgress } from '../../engine/ports.ts';
import { credentialsFor, noCredentials } from '../buildkit/test-build.ts';
import { registryThat } from '../registry-testing.ts';
import { isThere, never, openHome, ran, specOf } from './containers-testing.ts';

const parts = inject('parts');
const { open, private: locked } = parts.registries;
const { user: username, password } = locked.login;
const nobody = () => undefined;

/** An image that no engine has: new content each time. */
async function newImage(
  options: { readonly locked?: boolean; readonly architectures?: ImagePlan['architectures'] } = {},
) {
  const registry = options.locked === true ? locked : open;
  const repository = `pull/${randomBytes(6).toString('hex')}`;
  const files = { 'content.txt': randomBytes(50_000).toString('hex') };
  const { ref, digest } = await publishImage(registry, {
    repository,
    tag: '1',
    files,
    ...(options.architectures === undefined ? {} : { architectures: options.architectures }),
  });
  return { image: ref, digest, repository, registry };
}

/** Knows a credential, and whom it was asked for. */
function watched(known: Readonly<Record<string, Credential>>): CredentialSource & { readonly asked: string[] } {
  const source = credentialsFor(known);
  const asked: string[] = [];
  return { ...source, asked, forHost: (host, signal) => (asked.push(host), source.forHost(host, signal)) };
}

const platformOf = async (host: string, image: string) => {
  const { Os, Architecture } = await json<{ Os: string; Architecture: string }>(host, `/images/${image}/json`);
  return `${Os}/${Architecture}`;
};

describe.each(parts.engines)('an image pulled by Docker Engine $name', ({ host }) => {
  it('comes once, with its progress; what is there is not asked for again unless it must be', async () => {
    const home = openHome(host);
    const { image, repository } = await newImage();
    const progress: PushProgress[] = [];
    const pull = (force: boolean) =>
      home.containers.pull(image, { force }, noCredentials, (one) => progress.push(one), never);
    const asked = async () => (await requestsOf(open)).filter(({ path }) => path.includes(repository)).length;
    await pull(false);
    expect((await ran(home, specOf(image, ['wc', '-c', '/content.txt']))).stdout).toBe('100000 /content.txt\n');
    const lines = progress.flatMap(({ line }) => line ?? []);
    expect(lines).toContainEqual(expect.stringMatching(/^[0-9a-f]{12}: Pull complete$/));
    expect(lines.at(-1)).toMatch(/^Status: Downloaded newer image/);
    expect(progress.at(-1)).toMatchObject({ current: progress.at(-1)?.total });
    for (const { current, total } of progress) expect(current).toBeLessThanOrEqual(total);

    const once = await asked();
    await pull(false);
    expect(await asked()).toBe(once);
    await pull(true);
    expect(await asked()).toBeGreaterThan(once);
  });

  it('comes by its digest', async () => {
    const { containers } = openHome(host);
    const { image, digest } = await newImage();
    const byDigest = `${image.replace(/:1$/, '')}@${digest}`;
    await containers.pull(byDigest, { force: false }, noCredentials, nobody, never);
    expect(await isThere(host, `/images/${byDigest}/json`)).toBe(true);
  });

  it('comes for the platform that is wanted, also where another one is there', async () => {
    const { containers } = openHome(host);
    const { image, repository } = await newImage({ architectures: ['amd64', 'arm64'] });
    const asked = async () => (await requestsOf(open)).filter(({ path }) => path.includes(repository)).length;
    const pull = async (platform: string | undefined) => {
      const before = await asked();
      await containers.pull(image, { platform, force: false }, noCredentials, nobody, never);
      return (await asked()) > before;
    };
    const own = await pull(undefined).then(() => platformOf(host, image));
    const other = own === 'linux/amd64' ? 'linux/arm64' : 'linux/amd64';
    expect(await pull(own)).toBe(false);
    expect(await pull(other)).toBe(true);
    expect(await pull(other)).toBe(false);
  });

  it('isn’t pulled for a platform that can’t run here', async () => {
    const { containers } = openHome(host);
    const { image, repository } = await newImage();
    const options = { platform: 'windows/amd64', force: false };
    await expect(containers.pull(image, options, noCredentials, nobody, never)).rejects.toMatchObject({
      error: { code: 'platform.noEmulation', params: { platform: 'windows/amd64' } },
    });
    expect(
      (await requestsOf(open)).filter(({ method, path }) => method === 'GET' && path.includes(repository)),
    ).toEqual([]);
  });

  it('comes from a private registry with its credential, and with no other', async () => {
    const { containers } = openHome(host);
    const { image } = await newImage({ locked: true });
    const right = watched({ [locked.host]: { username, password }, 'docker.io': { username: 'a', password: 'b' } });
    await containers.pull(image, { force: false }, right, nobody, never);
    expect(await isThere(host, `/images/${image}/json`)).toBe(true);
    expect(right.asked).toEqual([locked.host]);
  });

  it.each([
    ['without a credential', noCredentials],
    ['with a wrong one', credentialsFor({ [locked.host]: { username, password: 'nope' } })],
    ['with that of another registry', credentialsFor({ [open.host]: { username, password } })],
  ])('doesn’t come %s, and says who has to sign in', async (_, credentials) => {
    const { containers } = openHome(host);
    const { image } = await newImage({ locked: true });
    await expect(containers.pull(image, { force: false }, credentials, nobody, never)).rejects.toMatchObject({
      error: {
        code: 'registry.unauthorized',
        params: { registry: locked.host, image },
        fixes: [{ kind: 'signIn', registry: locked.host }],
      },
    });
  });

  it.each([
    ['no such tag', () => newImage().then(({ image }) => image.replace(/:1$/, ':404'))],
    ['no such repository', () => Promise.resolve(`${open.host}/no/such:500`)],
  ])('isn’t there: %s', async (_, image) => {
    const { containers } = openHome(host);
    const name = await image();
    await expect(containers.pull(name, { force: false }, noCredentials, nobody, never)).rejects.toMatchObject({
      error: { code: 'image.notFound', params: { image: name, registry: open.host } },
    });
  });

  it.each([
    ['an image of one platform', undefined],
    ['an index', ['amd64', 'arm64']],
  ] as const)('isn’t there for a platform that it wasn’t made for: %s', async (_, architectures) => {
    const { containers } = openHome(host);
    const { image } = await newImage({ architectures });
    const platform = 'linux/arm/v7';
    const pulling = containers.pull(image, { platform, force: false }, noCredentials, nobody, never);
    await expect(pulling).rejects.toMatchObject({
      error: { code: 'image.noPlatform', params: { image, registry: open.host, platform, available: '?' } },
    });
  });

  it.each([
    ['registry.rateLimited', 429, 'TOOMANYREQUESTS'],
    ['registry.unauthorized', 403, 'DENIED'],
    ['registry.failed', 500, 'UNKNOWN'],
  ])('says %s when the registry answers %i', async (code, status, word) => {
    const registry = await registryThat((asked, response) => {
      response.statusCode = asked.url === '/v2/' ? 200 : status;
      response
        .setHeader('content-type', 'application/json')
        .end(JSON.stringify({ errors: [{ code: word, message: word.toLowerCase() }] }));
    });
    const { containers } = openHome(host);
    const pulling = containers.pull(`${registry}/some/image:1`, { force: false }, noCredentials, nobody, never);
    await expect(pulling).rejects.toMatchObject({ error: { code, params: { registry } } });
  });

  it('says that nobody is at the registry', async () => {
    const { containers } = openHome(host);
    const pulling = containers.pull('127.0.0.1:9/some/image:1', { force: false }, noCredentials, nobody, never);
    await expect(pulling).rejects.toMatchObject({ error: { code: 'registry.unreachable' } });
  });

  it('doesn’t come when it isn’t wanted any more', async () => {
    let begun: () => void = nobody;
    const asked = new Promise<void>((resolve) => (begun = resolve));
    const registry = await registryThat((one, response) => {
      if (one.url === '/v2/') response.end('{}');
      else begun(); // and nothing more is ever said
    });
    const { containers } = openHome(host);
    const abort = new AbortController();
    const pull = containers.pull(`${registry}/some/image:1`, { force: false }, noCredentials, nobody, abort.signal);
    const settled = Promise.allSettled([pull]);
    await asked;
    abort.abort(new Error('not wanted'));
    expect(await settled).toMatchObject([{ status: 'rejected', reason: { message: 'not wanted' } }]);
  });

  it('is refused when its name is none', async () => {
    const { containers } = openHome(host);
    const pulling = containers.pull('Not An Image', { force: false }, noCredentials, nobody, never);
    await expect(pulling).rejects.toMatchObject({ error: { code: 'image.invalidReference' } });
    expect((await request(host, '/_ping')).status).toBe(200);
  });
});
