import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { Duplex, type Readable, type Writable } from 'node:stream';

/**
 * A connection that a program of the user's makes, over its standard input and output: `ssh`, `kubectl`. So the user's own keys and
 * configuration hold. It is started without a shell, and nobody is asked for anything.
 */
export function connectThrough(program: string, args: readonly string[], env: NodeJS.ProcessEnv): Duplex {
  const options = { env, stdio: ['pipe', 'pipe', 'pipe'] as ['pipe', 'pipe', 'pipe'], windowsHide: true };
  return new ProgramConnection(program, spawn(program, [...args], options));
}

/** Ends only when the program has ended: why it did stands on its standard error, and a broken pipe would say less. */
class ProgramConnection extends Duplex {
  private readonly child: ChildProcessByStdio<Writable, Readable, Readable>;

  constructor(program: string, child: ChildProcessByStdio<Writable, Readable, Readable>) {
    super();
    this.child = child;
    let words = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      words = (words + text).slice(-2000);
    });
    child.stdout.on('data', (piece: Buffer) => {
      if (!this.push(piece)) child.stdout.pause();
    });
    // What was written after its end is told by that end.
    child.stdin.on('error', () => undefined);
    child.once('error', (error: NodeJS.ErrnoException) =>
      this.destroy(error.code === 'ENOENT' ? new Error(`there is no program ${program} on the PATH`) : error),
    );
    child.once('close', (code) => {
      if (code === 0) this.push(null);
      else this.destroy(new Error(`${program}: ${words.trim() === '' ? `exit code ${code}` : words.trim()}`));
    });
  }

  override _read(): void {
    this.child.stdout.resume();
  }

  override _write(piece: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.child.stdin.write(piece, (error) => {
      if (!error) done();
    });
  }

  override _final(done: () => void): void {
    this.child.stdin.end(done);
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.child.kill();
    done(error);
  }
}
