import { Duplex } from 'node:stream';
import { callbackify } from 'node:util';
import { AppFailure } from '@shared/model/app-error.ts';
import { OutputFrames } from '../containers/output-frames.ts';

/** A program that runs beside a container's own. */
export interface StartedProgram {
  /** What is written to it is the program's input; what is read is its output, in the engine's frames. */
  readonly frames: Duplex;
  /** Once the output has ended. */
  exitCode(): Promise<number>;
}

/**
 * HTTP/2 over the input and output of a program in a container, which is started when somebody connects. It ends only when the
 * program has ended: why it did stands on its standard error.
 */
export class ContainerConnection extends Duplex {
  readonly #start: (signal: AbortSignal) => Promise<StartedProgram>;
  readonly #name: string;
  readonly #starting = new AbortController();
  readonly #frames = new OutputFrames((stream, piece) => this.#take(stream, piece));
  #program: StartedProgram | undefined;
  #speaks: boolean | undefined;
  #words = '';
  #told = false;

  /** @param name of the program, for the words about its end */
  constructor(name: string, start: (signal: AbortSignal) => Promise<StartedProgram>) {
    super();
    this.#name = name;
    this.#start = start;
  }

  override _construct(done: (error?: Error | null) => void): void {
    callbackify(() => this.#begin())(done);
  }

  override _read(): void {
    this.#program?.frames.resume();
  }

  override _write(piece: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#program?.frames.write(piece, (error) => {
      // What was written after its end is told by that end.
      if (!error) done();
    });
  }

  override _final(done: () => void): void {
    this.#program?.frames.end(done);
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#program?.frames.destroy();
    done(error);
  }

  /** Also while it is being started, which would be waited for otherwise. */
  override destroy(error?: Error): this {
    this.#starting.abort(new Error('the connection was closed'));
    return super.destroy(error);
  }

  async #begin(): Promise<void> {
    let program: StartedProgram;
    try {
      program = await this.#start(this.#starting.signal);
    } catch (error) {
      throw plain(error);
    }
    this.#program = program;
    const { frames } = program;
    frames.on('data', (chunk: Buffer) => {
      try {
        this.#frames.take(chunk, 0);
      } catch (error) {
        this.destroy(plain(error));
      }
    });
    // A connection that breaks ends, too.
    frames.on('error', (error: Error) => (this.#words ||= error.message));
    frames.once('close', () => void this.#tellEnd(program));
    frames.once('end', () => void this.#tellEnd(program));
  }

  #take(stream: 'stdout' | 'stderr', piece: Uint8Array): void {
    // HTTP/2 begins with a short frame, whose length begins with zero. An engine writes its own words there when it can't start a program.
    if (stream === 'stdout') this.#speaks ??= piece[0] === 0;
    if (stream === 'stderr' || this.#speaks === false)
      this.#words = (this.#words + Buffer.from(piece).toString()).slice(-2000);
    else if (!this.push(piece)) this.#program?.frames.pause();
  }

  async #tellEnd(program: StartedProgram): Promise<void> {
    if (this.destroyed || this.readableEnded || this.#told) return;
    this.#told = true;
    const words = this.#words.trim();
    // Of a connection that broke nobody knows; its words are there.
    const code = await program.exitCode().catch(() => undefined);
    if (code === 0 && words === '') this.push(null);
    else this.destroy(new Error(`${this.#name}: ${words === '' ? `exit code ${code ?? 'unknown'}` : words}`));
  }
}

/** An engine's refusal in its own words. */
function plain(error: unknown): Error {
  if (error instanceof AppFailure) return new Error(error.error.cause ?? error.message);
  return error instanceof Error ? error : new Error(String(error));
}
