import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { set, words } from './docker-environment.ts';
import { socketEndpoint } from './endpoint.ts';
import { at, nowhere, type Place, type Strategy } from './strategy.ts';

/** Colima: a socket for each profile, below its home. The profile `default` comes first. */
export const colima: Strategy = {
  source: 'colima',
  choice: 'usual',
  async places({ platform, env, homedir }) {
    if (platform !== 'darwin' && platform !== 'linux') return [];
    const config = set(env['XDG_CONFIG_HOME']) ?? path.posix.join(homedir, '.config');
    const told = set(env['COLIMA_HOME']);
    const homes =
      told === undefined ? [path.posix.join(homedir, '.colima'), path.posix.join(config, 'colima')] : [told];
    return (await Promise.all(homes.map(placesOfHome))).flat();
  },
};

async function placesOfHome(home: string): Promise<readonly Place[]> {
  try {
    const entries = await readdir(home, { withFileTypes: true });
    // Names with an underscore (_lima, _wrapper) are Colima's own.
    const profiles = entries
      .filter((entry) => entry.isDirectory() && !/^[_.]/.test(entry.name))
      .map((entry) => entry.name);
    const ordered = ['default', ...profiles.filter((name) => name !== 'default').toSorted()];
    return ordered.map((profile) => at(socketEndpoint(path.posix.join(home, profile, 'docker.sock'))));
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    return [
      nowhere(missing ? 'absent' : 'failed', words(error), `unix://${path.posix.join(home, 'default', 'docker.sock')}`),
    ];
  }
}
