import { AppFailure } from '@shared/model/app-error.ts';
import { expiryState } from '@shared/model/credential-expiry.ts';
import { rateLimitState } from '@shared/model/rate-limit.ts';
import type { Finding } from '@shared/model/run.ts';
import type { Clock } from '../engine/ports.ts';
import type { RateLimits } from '../store/rate-limits.ts';
import type { RegistryCredentials } from '../store/secrets/registry-credentials.ts';

/** What a run should know of a registry that it uses: a credential that ends, a limit that is nearly reached. */
export function createRegistryNotes(
  own: Pick<RegistryCredentials, 'find'>,
  rateLimits: Pick<RateLimits, 'of'>,
  clock: Clock,
): (registry: string) => Promise<readonly Finding[]> {
  const expiryOf = async (registry: string): Promise<readonly Finding[]> => {
    try {
      const expiresAt = (await own.find(registry))?.expiresAt;
      if (expiresAt === undefined) return [];
      const params = { registry, expiresAt: expiresAt.slice(0, 10) };
      switch (expiryState(expiresAt, clock.now())) {
        case 'valid':
          return [];
        case 'soon':
          return [{ code: 'registry.credentialExpires', params }];
        case 'expired':
          return [{ code: 'registry.credentialExpired', params }];
      }
    } catch (error) {
      // A store that is locked says nothing of an end. Whoever needs the credential is told.
      if (error instanceof AppFailure) return [];
      throw error;
    }
  };
  const limitOf = (registry: string): readonly Finding[] => {
    const limit = rateLimits.of(registry);
    if (limit === undefined) return [];
    const state = rateLimitState(limit, clock.now());
    if (state !== 'low' && state !== 'out') return [];
    if (state === 'out' && limit.limit === undefined)
      return [{ code: 'registry.rateLimitWaits', params: { registry } }];
    const { remaining = 0, limit: total = 0 } = limit;
    return [{ code: 'registry.rateLimitLow', params: { registry, remaining, limit: total } }];
  };
  return async (registry) => [...(await expiryOf(registry)), ...limitOf(registry)];
}
