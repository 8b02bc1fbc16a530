import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { publishImage } from '../../../scripts/parts/images.ts';
import { requestsOf } from '../../../scripts/parts/registry.ts';
import { startTokenRegistry, type TokenRegistry } from '../../../scripts/parts/token-registry.ts';
import { expectOk } from '../../../scripts/parts/http.ts';
import type { Credential } from '../../engine/ports.ts';
import { createClient } from '../client.ts';
import { parseEndpoint } from '../connection/endpoint.ts';
import { pushImage } from '../push.ts';
import { buildKitAt, buildOf, built, credentialsFor, folderOf } from './test-build.ts';

const parts = inject('parts');

let folder: string;
let registry: TokenRegistry;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'slipway-token-builds-'));
  registry = await startTokenRegistry(path.join(folder, 'registry'), ['pull', 'push']);
});
afterAll(async () => {
  await registry.stop();
  await rm(folder, { recursive: true, force: true });
});

/** A base image that no engine has seen. */
async function base(): Promise<{ readonly ref: string; readonly repository: string }> {
  const repository = `base/${randomUUID()}`;
  const token = registry.tokenFor(`repository:${repository}:pull,push`);
  const files = { '/own': repository };
  return {
    ...(await publishImage({ ...registry, login: { ...registry.login, token } }, { repository, tag: '1', files })),
    repository,
  };
}

const tokenUser = { username: '<token>', password: '' };
const kinds: readonly (readonly [string, (scope: string) => Credential])[] = [
  ['a password', () => ({ username: registry.login.user, password: registry.login.password })],
  ['an identity token', () => ({ ...tokenUser, identityToken: registry.identityToken })],
  ['a registry token', (scope) => ({ ...tokenUser, registryToken: registry.tokenFor(scope) })],
];

describe.each(parts.engines)('BuildKit of Docker Engine $name, with a registry of tokens', (engine) => {
  const buildKit = buildKitAt(engine);

  it.each(kinds)('pulls a base image with %s', async (_kind, credential) => {
    const { ref, repository } = await base();
    const root = await folderOf({ Dockerfile: `FROM ${ref}\nRUN cat /own\n` });
    const credentials = credentialsFor({ [registry.host]: credential(`repository:${repository}:pull`) });
    const { log } = await built(buildKit, buildOf(root), { credentials });
    expect(log()).toContain(repository);
  });

  it.each(kinds)('is followed by a push of the engine with %s', async (_kind, credential) => {
    const repository = `app/${randomUUID()}`;
    const image = `${registry.host}/${repository}:1`;
    const root = await folderOf({ Dockerfile: `FROM ${parts.busybox.local}\nRUN echo ${repository} > /own\n` });
    await built(buildKit, buildOf(root, { tags: [image] }));
    const client = await createClient(parseEndpoint(engine.host, { env: {} }));
    const credentials = credentialsFor({ [registry.host]: credential(`repository:${repository}:pull,push`) });
    const { digest } = await pushImage(client, image, credentials, () => undefined, new AbortController().signal);
    await expectOk(engine.host, `/images/${encodeURIComponent(image)}?force=1`, { method: 'DELETE' });
    const made = (await requestsOf(registry)).filter(
      ({ method, path }) => method === 'PUT' && path.includes(repository),
    );
    expect(digest).toMatch(/^sha256:/);
    expect(made.at(-1)).toMatchObject({ path: `/v2/${repository}/manifests/1`, status: 201 });
  });

  it('does not let one token stand in for another', async () => {
    const { ref, repository } = await base();
    const Dockerfile = `FROM ${ref}\nRUN cat /own\n`;
    const build = async (registryToken: string) =>
      built(buildKit, buildOf(await folderOf({ Dockerfile }), { pull: true }), {
        credentials: credentialsFor({ [registry.host]: { ...tokenUser, registryToken } }),
      });
    await build(registry.tokenFor(`repository:${repository}:pull`));
    const failing = build('a.wrong.token');
    await expect(failing).rejects.toMatchObject({
      error: { code: 'registry.unauthorized', fixes: [{ kind: 'signIn', registry: registry.host }] },
    });
    await failing.catch((error: unknown) => expect(JSON.stringify(error)).not.toContain('a.wrong.token'));
    await build(registry.tokenFor(`repository:${repository}:pull`));
  });
});

// Without containerd's image store, BuildKit writes to no registry itself.
describe.each(parts.engines.filter(({ containerdStore }) => containerdStore))(
  'BuildKit of Docker Engine $name, writing to a registry of tokens',
  (engine) => {
    it.each(kinds)('pushes a cache with %s, and reads it', async (_kind, credential) => {
      const repository = `cache/${randomUUID()}`;
      const credentials = credentialsFor({ [registry.host]: credential(`repository:${repository}:pull,push`) });
      const root = await folderOf({ Dockerfile: `FROM ${parts.busybox.local}\nRUN echo ${repository} > /own\n` });
      const cache = [{ type: 'registry' as const, attributes: { ref: `${registry.host}/${repository}:cache` } }];
      const buildKit = buildKitAt(engine);
      await built(buildKit, buildOf(root, { cacheTo: cache }), { credentials });
      await expectOk(engine.host, '/build/prune?all=1', { method: 'POST' });
      const { vertices } = await built(buildKit, buildOf(root, { cacheFrom: cache }), { credentials });
      expect([...vertices().values()].find(({ name }) => name.includes('RUN'))).toMatchObject({ cached: true });
    });
  },
);
