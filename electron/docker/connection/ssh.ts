import type { Duplex } from 'node:stream';
import { connectThrough } from './program-connection.ts';

/** What is run over there: Docker's client, or BuildKit's. */
export type FarProgram = 'docker' | 'buildctl';

/** Where `ssh` goes. `socket` is the engine's socket over there, where it isn't the usual one. */
export interface SshTarget {
  readonly host: string;
  readonly user?: string;
  readonly port?: number;
  readonly socket?: string;
}

/**
 * A connection to an engine behind ssh, as the clients of Docker and BuildKit make it: the user's own `ssh` runs
 * `docker system dial-stdio` or `buildctl dial-stdio` over there. So the user's keys, known hosts and ~/.ssh/config hold. Nobody is
 * asked for a password.
 */
export function dialOverSsh(target: SshTarget, program: FarProgram, env: NodeJS.ProcessEnv): Duplex {
  return connectThrough('ssh', sshArguments(target, program), env);
}

const commands = {
  docker: { option: '--host', words: ['system', 'dial-stdio'] },
  buildctl: { option: '--addr', words: ['dial-stdio'] },
} as const;

/** Options first, then `--`: no host is taken for an option. */
export function sshArguments(
  { host, user, port, socket }: SshTarget,
  program: FarProgram = 'docker',
): readonly string[] {
  const { option, words } = commands[program];
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
    program,
    // The far shell reads this once more.
    ...(socket === undefined ? [] : [`${option}='unix://${socket.replaceAll("'", `'\\''`)}'`]),
    ...words,
  ];
}
