import { tlsOfEnvironment, words } from './docker-environment.ts';
import { parseEndpoint } from './endpoint.ts';
import { at, nowhere, type Place, type SearchWorld } from './strategy.ts';

/** The one place that somebody has named, or why there is none: `none` where the address is empty. */
export async function placesOfAddress(address: string, none: string, world: SearchWorld): Promise<readonly Place[]> {
  if (address === '') return [nowhere('skipped', none)];
  try {
    return [at(parseEndpoint(address, { env: world.env, tls: await tlsOfEnvironment(world) }))];
  } catch (error) {
    return [nowhere('failed', words(error), withoutPassword(address))];
  }
}

function withoutPassword(address: string): string {
  return address.replace(/(?<=:\/\/[^:@]*):.*@/, ':***@');
}
