import { expect, it } from 'vitest';
import { appFailure } from '@shared/model/app-error.ts';
import type { RateLimit } from '@shared/model/rate-limit.ts';
import type { RegistryCredential } from '@shared/model/registry.ts';
import { createRegistryNotes } from './registry-notes.ts';

const now = Date.UTC(2026, 0, 1);
const registry = 'reg.example';
const seenAt = '2026-01-01T00:00:00.000Z';

const notesOf = (expiresAt: string | undefined, limit?: Partial<RateLimit>) => {
  const credential: RegistryCredential = { host: registry, username: 'me', kind: 'password', source: 'slipway' };
  return createRegistryNotes(
    { find: async () => (expiresAt === undefined ? credential : { ...credential, expiresAt }) },
    { of: () => (limit === undefined ? undefined : { registry, seenAt, ...limit }) },
    { now: () => now },
  )(registry);
};

it.each([
  [undefined, []],
  ['2026-01-16T00:00:00.000Z', []],
  ['2026-01-15T00:00:00.000Z', ['registry.credentialExpires']],
  ['2026-01-01T00:00:00.001Z', ['registry.credentialExpires']],
  ['2026-01-01T00:00:00.000Z', ['registry.credentialExpired']],
  ['2025-01-01T00:00:00.000Z', ['registry.credentialExpired']],
])('a credential until %s', async (expiresAt, codes) => {
  expect((await notesOf(expiresAt)).map(({ code }) => code)).toEqual(codes);
});

it.each<[Partial<RateLimit>, readonly object[]]>([
  [{ limit: 100, remaining: 11 }, []],
  [{ limit: 100, remaining: 10 }, [{ code: 'registry.rateLimitLow', params: { registry, remaining: 10, limit: 100 } }]],
  [{ limit: 100, remaining: 0 }, [{ code: 'registry.rateLimitLow', params: { registry, remaining: 0, limit: 100 } }]],
  [{ retryAt: '2026-01-01T00:01:00.000Z' }, [{ code: 'registry.rateLimitWaits', params: { registry } }]],
  [{ retryAt: '2025-12-31T00:01:00.000Z' }, []],
])('a limit of %j', async (limit, notes) => {
  expect(await notesOf(undefined, limit)).toEqual(notes);
});

it('a store that is locked keeps no run from its limits', async () => {
  const notes = createRegistryNotes(
    { find: () => Promise.reject(appFailure('secret.locked')) },
    { of: () => ({ registry, seenAt, limit: 10, remaining: 1 }) },
    { now: () => now },
  );
  expect((await notes(registry)).map(({ code }) => code)).toEqual(['registry.rateLimitLow']);
});
