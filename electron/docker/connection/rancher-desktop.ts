import path from 'node:path';
import { socketEndpoint } from './endpoint.ts';
import { at, type Strategy } from './strategy.ts';

/** Rancher Desktop with dockerd (moby) chosen. On Windows it answers at Docker's default pipe. */
export const rancherDesktop: Strategy = {
  source: 'rancherDesktop',
  choice: 'usual',
  async places({ platform, homedir }) {
    if (platform !== 'darwin' && platform !== 'linux') return [];
    return [at(socketEndpoint(path.posix.join(homedir, '.rd/docker.sock')))];
  },
};
