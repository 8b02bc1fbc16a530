import { placesOfAddress } from './named-address.ts';
import type { Strategy } from './strategy.ts';

/** DOCKER_HOST, with TLS where DOCKER_TLS_VERIFY and DOCKER_CERT_PATH want it. */
export const dockerHost: Strategy = {
  source: 'DOCKER_HOST',
  choice: 'explicit',
  places: (world) => placesOfAddress(world.env['DOCKER_HOST'] ?? '', 'notSet', world),
};
