import type { LocalRegistryStatus } from '@shared/model/local-registry.ts';
import type { RateLimit } from '@shared/model/rate-limit.ts';
import type { RegistryCredential } from '@shared/model/registry.ts';

/** A registry as it stands in the list. */
export interface RegistryEntry {
  readonly host: string;
  readonly credential: RegistryCredential | undefined;
  readonly rateLimit: RateLimit | undefined;
  /** Whether it is the one that Slipway started, and runs. */
  readonly local: boolean;
}

/** A row a host: those that are signed in to as they come, the local one, and those that have told a limit to somebody unknown. */
export function entriesOf(
  credentials: readonly RegistryCredential[],
  limits: readonly RateLimit[],
  local: LocalRegistryStatus | undefined,
): readonly RegistryEntry[] {
  const localHost = local?.state === 'running' ? local.host : undefined;
  const hosts = new Set([
    ...(localHost === undefined ? [] : [localHost]),
    ...credentials.map(({ host }) => host),
    ...limits.map(({ registry }) => registry),
  ]);
  return [...hosts].map((host) => ({
    host,
    credential: credentials.find((each) => each.host === host),
    rateLimit: limits.find(({ registry }) => registry === host),
    local: host === localHost,
  }));
}
