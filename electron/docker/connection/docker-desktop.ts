import path from 'node:path';
import { pipeEndpoint, socketEndpoint } from './endpoint.ts';
import { at, type Strategy } from './strategy.ts';

/** Docker Desktop's own sockets, for when its link at the default place or its context is missing. */
export const dockerDesktop: Strategy = {
  source: 'dockerDesktop',
  choice: 'usual',
  async places({ platform, homedir }) {
    switch (platform) {
      case 'darwin':
        return [at(socketEndpoint(path.posix.join(homedir, '.docker/run/docker.sock')))];
      case 'linux':
        return [at(socketEndpoint(path.posix.join(homedir, '.docker/desktop/docker.sock')))];
      case 'win32':
        return [at(pipeEndpoint('dockerDesktopLinuxEngine'))];
      default:
        return [];
    }
  },
};
