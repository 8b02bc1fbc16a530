import { tlsOfEnvironment } from './docker-environment.ts';
import { placesOfAddress } from './named-address.ts';
import type { SearchWorld, Strategy } from './strategy.ts';
import type { TlsMaterial } from './endpoint.ts';
import { readTlsFiles } from './tls-material.ts';

/** The engine that was named in Slipway's own settings. It goes before everything else. */
export const setting: Strategy = {
  source: 'setting',
  choice: 'explicit',
  places: (world) => placesOfAddress(world.engineHost, 'notNamed', world, tlsOf),
};

function tlsOf(world: SearchWorld): Promise<TlsMaterial | undefined> {
  const { engineTls } = world;
  if (engineTls === undefined) return tlsOfEnvironment(world);
  return engineTls === 'none' ? Promise.resolve(undefined) : readTlsFiles(engineTls);
}
