import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { appFailure } from '@shared/model/app-error.ts';
import type { ContainerTerminal } from '../../../engine/ports/containers.ts';
import type { ContainerProcess } from './processes.ts';

/** What the exit code of a shell is that was killed: 128 and the number of the signal. */
const killed = 137;

/** A shell that runs in a container of a held build, as the terminal that it is. */
export class BuildTerminal implements ContainerTerminal {
  readonly output = new PassThrough();
  readonly ended: Promise<number>;
  readonly #shell: ContainerProcess;
  readonly #leave: () => Promise<void>;
  /** Fires when it is closed: nobody waits for output any more. */
  readonly #closed = new AbortController();
  #over = false;
  #leaving: Promise<void> | undefined;

  /** @param leave ends the shell where it runs, and all that is held for it; called once, also when it has ended by itself */
  constructor(
    shell: ContainerProcess,
    size: { readonly columns: number; readonly rows: number },
    leave: () => Promise<void>,
  ) {
    this.#shell = shell;
    this.#leave = leave;
    this.ended = this.#follow(size);
    // Whoever doesn't ask for the exit code needn't be told why there is none.
    this.ended.catch(() => undefined);
    // Nobody looks any more.
    this.output.once('close', () => void this.close());
  }

  async write(data: Uint8Array): Promise<void> {
    if (!this.#over) await this.#shell.write(data);
  }

  async resize(columns: number, rows: number): Promise<void> {
    if (!this.#over) await this.#shell.resize(columns, rows);
  }

  close(): Promise<void> {
    this.#closed.abort();
    this.#leaving ??= this.#leave();
    return this.#leaving;
  }

  async #follow({ columns, rows }: { readonly columns: number; readonly rows: number }): Promise<number> {
    let exitCode: number | undefined;
    try {
      for await (const { started, file, exit } of this.#shell.messages()) {
        if (started !== undefined) void this.#shell.resize(columns, rows);
        if (file !== undefined && file.data.length > 0) await this.#show(file.data);
        exitCode ??= exit?.code;
      }
      return exitCode ?? killed;
    } catch (error) {
      if (exitCode !== undefined) return exitCode;
      if (this.#leaving !== undefined) return killed;
      const cause = error instanceof Error ? error.message : String(error);
      throw appFailure('engine.lost', { cause, fixes: [{ kind: 'retry' }] }, error);
    } finally {
      this.#over = true;
      this.output.end();
      void this.close();
    }
  }

  async #show(data: Uint8Array): Promise<void> {
    const { signal } = this.#closed;
    if (signal.aborted || this.output.write(data)) return;
    await once(this.output, 'drain', { signal }).catch(() => undefined); // closed: it needn't be shown
  }
}
