import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { publishImage } from '../../scripts/parts/images.ts';
import { requestsOf } from '../../scripts/parts/registry.ts';
import { startTokenRegistry, type TokenRegistry } from '../../scripts/parts/token-registry.ts';
import type { Credential } from '../engine/ports.ts';
import { checkRegistry } from './check.ts';
import { expiryOf } from './jwt.ts';
import { createRegistry } from './registry.ts';
import { credentialsOf, errorOf, noTime } from './registry-testing.ts';

const signal = new AbortController().signal;
const repository = 'quay/app';

describe('a real registry with a token server', () => {
  let folder: string;
  let reader: TokenRegistry;
  let writer: TokenRegistry;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'slipway-tokens-'));
    [reader, writer] = await Promise.all([
      startTokenRegistry(path.join(folder, 'reader'), ['pull']),
      startTokenRegistry(path.join(folder, 'writer'), ['pull', 'push', '*']),
    ]);
  });
  afterAll(async () => {
    await Promise.all([reader.stop(), writer.stop()]);
    await rm(folder, { recursive: true, force: true });
  });

  const clientOf = ({ host }: TokenRegistry, credential: Credential) =>
    createRegistry(credentialsOf({ [host]: credential }), { ...noTime(), clock: { now: Date.now } });

  const password = ({ login }: TokenRegistry) => ({ username: login.user, password: login.password });
  const identity = ({ identityToken }: TokenRegistry) => ({ username: '<token>', password: '', identityToken });
  const ready = (registry: TokenRegistry) => ({
    username: '<token>',
    password: '',
    registryToken: registry.tokenFor(`repository:${repository}:pull,push registry:catalog:*`),
  });

  it.each([
    ['a password', password],
    ['an identity token', identity],
    ['a registry token', ready],
  ])('takes %s', async (_what, credential) => {
    expect(await checkRegistry(writer.host, credential(writer), signal)).toMatchObject({ signedIn: true });
  });

  it.each([
    ['a password', { username: 'harbour', password: 'wrong' }],
    ['an identity token', { username: '<token>', password: '', identityToken: 'wrong' }],
    ['a registry token', { username: '<token>', password: '', registryToken: 'wrong' }],
  ])('refuses %s that is wrong, and nothing quotes it', async (_what, credential) => {
    const error = await errorOf(checkRegistry(writer.host, credential, signal));
    expect(error).toMatchObject({ code: 'registry.unauthorized', fixes: [{ kind: 'signIn', registry: writer.host }] });
    expect(JSON.stringify(error)).not.toContain('wrong');
  });

  it.each([
    ['reads alone', () => reader, { catalog: 'no', push: 'no' }],
    ['writes too', () => writer, { catalog: 'yes', push: 'yes' }],
  ] as const)('tells what a credential is good for that %s, without writing', async (_what, registryOf, access) => {
    const registry = registryOf();
    const client = clientOf(registry, password(registry));
    expect(await errorOf(client.access.find(registry.host, repository, signal))).toMatchObject({
      code: 'registry.notFound',
      params: { image: `${registry.host}/${repository}` },
    });
    const token = registry.tokenFor(`repository:${repository}:pull,push`);
    await publishImage({ ...registry, login: { ...registry.login, token } }, { repository, tag: '1' });
    const before = (await requestsOf(registry)).length;
    expect(await client.access.find(registry.host, repository, signal)).toEqual({ ...access, repository, pull: 'yes' });
    const made = (await requestsOf(registry)).slice(before);
    expect(made.filter(({ method }) => method !== 'GET')).toEqual([]);
    const found = await client.access.find(registry.host, undefined, signal);
    // Without a catalog there is nothing to try the rights on.
    expect(found).toEqual(access.catalog === 'yes' ? { ...access, repository, pull: 'yes' } : { catalog: 'no' });
  });

  it('gives tokens that tell their end', () => {
    const until = expiryOf(writer.tokenFor('registry:catalog:*')) ?? 0;
    expect(until).toBeGreaterThan(Date.now());
    expect(expiryOf('a.b.c')).toBeUndefined();
    expect(expiryOf('lock-&-quay 7')).toBeUndefined();
  });
});
