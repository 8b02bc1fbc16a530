import type { SkipReason } from '@shared/model/engine-status.ts';
import { tlsOfEnvironment, words } from './docker-environment.ts';
import { parseEndpoint, type TlsMaterial } from './endpoint.ts';
import { at, nowhere, skipped, type Place, type SearchWorld } from './strategy.ts';

/** The one place that somebody has named, or why there is none: `none` where the address is empty. */
export async function placesOfAddress(
  address: string,
  none: SkipReason,
  world: SearchWorld,
  tlsOf: (world: SearchWorld) => Promise<TlsMaterial | undefined> = tlsOfEnvironment,
): Promise<readonly Place[]> {
  if (address === '') return [skipped(none)];
  try {
    return [at(parseEndpoint(address, { env: world.env, tls: await tlsOf(world) }))];
  } catch (error) {
    return [nowhere('failed', words(error), withoutPassword(address))];
  }
}

function withoutPassword(address: string): string {
  return address.replace(/(?<=:\/\/[^:@]*):.*@/, ':***@');
}
