import { pipeEndpoint, socketEndpoint } from './endpoint.ts';
import { at, type Strategy } from './strategy.ts';

/** Where Docker's client looks by default. On macOS Docker Desktop may put a link there. */
export const dockerSocket: Strategy = {
  source: 'docker',
  choice: 'usual',
  places: async ({ platform, systemFolder }) => [
    at(platform === 'win32' ? pipeEndpoint('docker_engine') : socketEndpoint(`${systemFolder}/docker.sock`)),
  ],
};
