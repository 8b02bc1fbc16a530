import { spawn } from 'node:child_process';
import { Duplex } from 'node:stream';

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
  const ssh = spawn('ssh', sshArguments(target), { env, stdio: ['pipe', 'pipe', 'pipe'], windowsHide: true });
  const connection = Duplex.from({ readable: ssh.stdout, writable: ssh.stdin });
  let words = '';
  ssh.stderr.setEncoding('utf8').on('data', (text: string) => {
    words = (words + text).slice(-2000);
  });
  ssh.once('error', (error) => connection.destroy(error));
  ssh.once('close', (code) => {
    if (code !== 0) connection.destroy(new Error(`ssh: ${words.trim() === '' ? `exit code ${code}` : words.trim()}`));
  });
  connection.once('close', () => ssh.kill());
  return connection;
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
