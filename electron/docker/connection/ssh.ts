import type { Duplex } from 'node:stream';
import { connectThrough } from './program-connection.ts';

/** Where `ssh` goes. `socket` is the engine's socket over there, where it isn't the usual one. */
export interface SshTarget {
  readonly host: string;
  readonly user?: string;
  readonly port?: number;
  readonly socket?: string;
}

/**
 * A connection to an engine behind ssh, as Docker's client makes it: the user's own `ssh` runs `docker system dial-stdio`
 * over there. So the user's keys, known hosts and ~/.ssh/config hold. Nobody is asked for a password.
 */
export function dialOverSsh(target: SshTarget, env: NodeJS.ProcessEnv): Duplex {
  return connectThrough('ssh', sshArguments(target), env);
}

/** Options first, then `--`: no host is taken for an option. */
export function sshArguments({ host, user, port, socket }: SshTarget): readonly string[] {
  return [
    '-T',
    '-o',
    'BatchMode=yes',
    '-o',
    'ConnectTimeout=15',
    ...(user === undefined ? [] : ['-l', user]),
    ...(port === undefined ? [] : ['-p', String(port)]),
    '--',
    host,
    'docker',
    // The far shell reads this once more.
    ...(socket === undefined ? [] : [`--host='unix://${socket.replaceAll("'", `'\\''`)}'`]),
    'system',
    'dial-stdio',
  ];
}
