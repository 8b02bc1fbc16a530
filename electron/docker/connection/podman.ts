import path from 'node:path';
import { set } from './docker-environment.ts';
import { pipeEndpoint, socketEndpoint } from './endpoint.ts';
import { runtimeFolders } from './runtime-folder.ts';
import { at, type SearchWorld, type Strategy } from './strategy.ts';

/** Podman's service (it speaks Docker's API, without BuildKit): the user's, then root's; on other systems its machine's. */
export const podman: Strategy = {
  source: 'podman',
  choice: 'usual',
  async places(world) {
    if (world.platform === 'win32') return [at(pipeEndpoint('podman-machine-default'))];
    return sockets(world).map((socket) => at(socketEndpoint(socket)));
  },
};

function sockets(world: SearchWorld): readonly string[] {
  switch (world.platform) {
    case 'linux':
      return [
        ...runtimeFolders(world).map((folder) => path.posix.join(folder, 'podman/podman.sock')),
        `${world.systemFolder}/podman/podman.sock`,
      ];
    case 'darwin': {
      const machines = path.posix.join(world.homedir, '.local/share/containers/podman/machine');
      const temporary = set(world.env['TMPDIR']);
      return [
        // Podman 5 keeps the socket in TMPDIR, older ones beside the machine.
        ...(temporary === undefined ? [] : [path.posix.join(temporary, 'podman/podman-machine-default-api.sock')]),
        path.posix.join(machines, 'podman.sock'),
        path.posix.join(machines, 'podman-machine-default/podman.sock'),
      ];
    }
    default:
      return [];
  }
}
