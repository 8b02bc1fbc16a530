import type { RunStore, ProcessIdentity } from '../engine/journal.ts';
import { emulationOwner } from '../engine/set-up-emulation.ts';
import type { Engines } from '../engine/ports/engines.ts';

/** When an engine is looked over once more for what killed runs left. Milliseconds. */
const sweepAgainMs = 5_000;

/** Clears away what killed runs left in engines. */
export interface Sweeping {
  /** Once an engine, and again when it was away: what runs left in it doesn't grow while it is there. */
  sweep(name: string, host: string): void;
  /** What was lost with an engine is in there when it comes back. */
  lost(name: string): void;
  /** Settles when nothing is being cleared away. */
  idle(): Promise<void>;
  /** Nothing more is begun by the clock. */
  end(): void;
}

/** Nobody waits for what is cleared away, so what goes wrong with it is told to `warn`. */
export function createSweeping(
  engines: Pick<Engines, 'use'>,
  store: Pick<RunStore, 'active' | 'queued'>,
  isAlive: (owner: ProcessIdentity) => boolean,
  warn: (error: unknown) => void,
  signal: AbortSignal,
): Sweeping {
  const timers = new Map<string, NodeJS.Timeout>();
  /** Where each engine was when it was swept last. */
  const swept = new Map<string, string>();
  let sweeping: Promise<void> = Promise.resolve();

  const isLive = (runId: string) => {
    const owner = emulationOwner(runId);
    if (owner !== undefined) return isAlive(owner);
    return [...store.active(), ...store.queued()].some((each) => each.run.runId === runId && isAlive(each.owner));
  };

  function once(name: string): void {
    const work = async () => {
      const use = engines.use(name);
      try {
        await use.engine.sweep(isLive, signal);
      } finally {
        use.release();
      }
    };
    sweeping = Promise.all([sweeping, work().catch(warn)]).then(() => undefined);
  }

  return {
    sweep(name, host) {
      if (swept.get(name) === host) return;
      swept.set(name, host);
      once(name);
      // An engine goes on with what a killed process asked it to make: it may be there only now.
      clearTimeout(timers.get(name));
      timers.set(name, setTimeout(() => once(name), sweepAgainMs).unref());
    },
    lost: (name) => void swept.delete(name),
    idle: () => sweeping,
    end() {
      for (const timer of timers.values()) clearTimeout(timer);
    },
  };
}
