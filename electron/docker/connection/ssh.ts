import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { Duplex, type Readable, type Writable } from 'node:stream';

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
  return new SshConnection(
    spawn('ssh', [...sshArguments(target)], { env, stdio: ['pipe', 'pipe', 'pipe'], windowsHide: true }),
  );
}

/** Ends only when `ssh` has ended: why it did stands on its standard error, and a broken pipe would say less. */
class SshConnection extends Duplex {
  private readonly ssh: ChildProcessByStdio<Writable, Readable, Readable>;

  constructor(ssh: ChildProcessByStdio<Writable, Readable, Readable>) {
    super();
    this.ssh = ssh;
    let words = '';
    ssh.stderr.setEncoding('utf8').on('data', (text: string) => {
      words = (words + text).slice(-2000);
    });
    ssh.stdout.on('data', (piece: Buffer) => {
      if (!this.push(piece)) ssh.stdout.pause();
    });
    // What was written after its end is told by that end.
    ssh.stdin.on('error', () => undefined);
    ssh.once('error', (error) => this.destroy(error));
    ssh.once('close', (code) => {
      if (code === 0) this.push(null);
      else this.destroy(new Error(`ssh: ${words.trim() === '' ? `exit code ${code}` : words.trim()}`));
    });
  }

  override _read(): void {
    this.ssh.stdout.resume();
  }

  override _write(piece: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.ssh.stdin.write(piece, (error) => {
      if (!error) done();
    });
  }

  override _final(done: () => void): void {
    this.ssh.stdin.end(done);
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.ssh.kill();
    done(error);
  }
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
