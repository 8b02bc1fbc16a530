import { placesOfAddress } from './named-address.ts';
import type { Strategy } from './strategy.ts';

/** The engine that was named in Slipway's own settings. It goes before everything else. */
export const setting: Strategy = {
  source: 'setting',
  choice: 'explicit',
  places: (world) => placesOfAddress(world.engineHost, 'notNamed', world),
};
