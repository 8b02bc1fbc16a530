import path from 'node:path';
import { socketEndpoint } from './endpoint.ts';
import { runtimeFolders } from './runtime-folder.ts';
import { at, type Strategy } from './strategy.ts';

/** Docker without root (`dockerd-rootless-setuptool.sh`): a socket in the user's runtime folder, or at home without one. */
export const rootlessDocker: Strategy = {
  source: 'rootlessDocker',
  choice: 'usual',
  async places(world) {
    if (world.platform !== 'linux') return [];
    const folders = [...runtimeFolders(world), path.posix.join(world.homedir, '.docker', 'run')];
    return folders.map((folder) => at(socketEndpoint(path.posix.join(folder, 'docker.sock'))));
  },
};
