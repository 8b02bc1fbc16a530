import { randomUUID } from 'node:crypto';
import { describe, expect, inject, it } from 'vitest';
import { expectOk } from '../../../scripts/parts/http.ts';
import { requestsOf } from '../../../scripts/parts/registry.ts';
import type { CacheEntry } from '../../engine/ports.ts';
import { createClient } from '../client.ts';
import { parseEndpoint } from '../connection/endpoint.ts';
import { pushImage } from '../push.ts';
import { buildKitAt, buildOf, built, credentialsFor, folderOf, noCredentials } from './test-build.ts';

const parts = inject('parts');
const { open, private: closed } = parts.registries;
const base = parts.busybox.local;
const signal = new AbortController().signal;
const credentials = credentialsFor({ [closed.host]: { username: closed.login.user, password: closed.login.password } });
const registry = (ref: string, more: Readonly<Record<string, string>> = {}): CacheEntry => ({
  type: 'registry',
  attributes: { ref, ...more },
});

/** What both tables of tests need of an engine. */
function world(engine: (typeof parts.engines)[number]) {
  const buildKit = buildKitAt(engine);
  const repository = `${closed.host}/cache-${process.pid}-${engine.name}`;
  const forget = () => expectOk(engine.host, '/build/prune?all=1', { method: 'POST' });
  /** Two stages, of which the image holds one. */
  const folder = () => {
    const id = randomUUID();
    return folderOf({
      Dockerfile: `FROM ${base} AS make\nRUN echo ${id} > /made\nFROM ${base}\nCOPY --from=make /made /\nRUN echo own ${id} > /own\n`,
    });
  };
  const cached = ({ vertices }: Awaited<ReturnType<typeof built>>) =>
    [...vertices().values()].filter(({ name }) => name.includes('RUN')).map((vertex) => vertex.cached);

  return { buildKit, repository, forget, folder, cached };
}

describe.each(parts.engines)('the cache of Docker Engine $name', (engine) => {
  const { buildKit, repository, forget, folder, cached } = world(engine);

  it('goes along inside of the image, and comes back from there', async () => {
    const root = await folder();
    const image = `${repository}:inline`;
    const cacheTo = [{ type: 'inline', attributes: {} }];
    await built(buildKit, buildOf(root, { tags: [image], cacheTo }), { credentials });
    const client = await createClient(parseEndpoint(engine.host, { env: {} }));
    await pushImage(client, image, credentials, () => undefined, signal);
    await expectOk(engine.host, `/images/${encodeURIComponent(image)}?force=1`, { method: 'DELETE' });
    await forget();
    const again = await built(buildKit, buildOf(root, { cacheFrom: [registry(image)] }), { credentials });
    // What the image doesn't hold is made for no layer of it.
    expect(cached(again).at(-1)).toBe(true);
  });

  it.each([
    ['is not there', `${open.host}/nothing/here:cache`],
    ['may not be read', `${closed.host}/nothing/here:cache`],
    ['is where nobody answers', '127.0.0.1:9/nothing:cache'],
  ])('that %s is given up, and the build goes on', async (_title, ref) => {
    const root = await folder();
    const { vertices } = await built(buildKit, buildOf(root, { cacheFrom: [registry(ref)] }), {
      credentials: noCredentials,
    });
    const importing = [...vertices().values()].find(({ name }) => name === `importing cache manifest from ${ref}`);
    expect(importing).toMatchObject({ status: 'canceled', error: expect.stringMatching(/not found|401|refused/) });
  });
});

// Without containerd's image store, BuildKit knows no exporter of caches but the image.
describe.each(parts.engines.filter(({ containerdStore }) => containerdStore))(
  'the cache of Docker Engine $name in a registry',
  (engine) => {
    const { buildKit, repository, forget, folder, cached } = world(engine);

    it('goes to a registry behind a password, and comes back into an engine that lost it', async () => {
      const root = await folder();
      const cacheTo = [registry(`${repository}:cache`, { mode: 'max' })];
      expect(cached(await built(buildKit, buildOf(root, { cacheTo }), { credentials }))).toEqual([false, false]);
      await forget();
      const cacheFrom = [registry(`${repository}:cache`)];
      expect(cached(await built(buildKit, buildOf(root, { cacheFrom }), { credentials }))).toEqual([true, true]);
      await forget();
      expect(cached(await built(buildKit, buildOf(root)))).toEqual([false, false]);
    });

    it('that may not be written asks to sign in', async () => {
      const before = (await requestsOf(closed)).length;
      const building = built(buildKit, buildOf(await folder(), { cacheTo: [registry(`${repository}:denied`)] }));
      await expect(building).rejects.toMatchObject({
        error: { code: 'registry.unauthorized', fixes: [{ kind: 'signIn', registry: closed.host }] },
      });
      expect((await requestsOf(closed)).slice(before).filter(({ status }) => status < 300)).toEqual([]);
    });
  },
);
