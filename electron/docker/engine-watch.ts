import { setTimeout as delay } from 'node:timers/promises';
import type { EngineStatus } from '@shared/model/engine-status.ts';

/** Waits before the looks for an engine that is away, while somebody listens, the last again and again; ms. */
const usualWaits: readonly number[] = [1000, 2000, 5000, 10_000];

/** An engine, as far as it is watched. */
export interface Watched {
  /** Settles when the one that is there is gone, which it tells itself. Absent where that is told without being watched for. */
  readonly untilLost?: (signal: AbortSignal) => Promise<void>;
  /** Whether to look for it again: something answers. `count` such looks came before, since one was there. */
  readonly returned: (count: number, signal: AbortSignal) => Promise<boolean>;
  /** Looks for it; what comes of that it tells itself. */
  readonly find: () => Promise<unknown>;
}

/** The status of an engine, and who is told of it. */
export interface EngineWatch {
  readonly current: EngineStatus;
  tell(status: EngineStatus): void;
  /** While anybody listens, one that is there is watched, and one that is away is looked for. Returns the way to stop. */
  onStatus(listener: (status: EngineStatus) => void): () => void;
  /** Nobody is told any more. */
  close(): void;
}

/** Keeps an eye on an engine for those who listen: notices that it is gone, and that it has come back. */
export function watchEngine({ untilLost, returned, find }: Watched, waits = usualWaits): EngineWatch {
  const listeners = new Set<(status: EngineStatus) => void>();
  let current: EngineStatus = { state: 'searching', attempts: [] };
  let watching: AbortController | undefined;
  /** Looks since the last engine was there. */
  let count = 0;

  async function untilReturned(signal: AbortSignal): Promise<void> {
    for (;;) {
      const before = count++;
      await delay(waits[before] ?? waits.at(-1), undefined, { signal, ref: false });
      if (await returned(before, signal)) break;
    }
    // When that fails it is told as a status, and begins anew.
    await find();
  }

  function watch(): void {
    watching?.abort();
    watching = undefined;
    if (listeners.size === 0) return;
    const work = current.state === 'ready' ? untilLost : current.state === 'absent' ? untilReturned : undefined;
    if (work === undefined) return;
    watching = new AbortController();
    // Told as a status already, or nobody listens any more, or another engine is in use.
    work(watching.signal).catch(() => undefined);
  }

  return {
    get current() {
      return current;
    },
    tell(status) {
      current = status;
      if (status.state === 'ready') count = 0;
      for (const listener of listeners) listener(status);
      if (status.state === 'ready' || status.state === 'absent') watch();
    },
    onStatus(listener) {
      // One of its own, so that a function that listens twice stops once.
      const own = (status: EngineStatus) => listener(status);
      listeners.add(own);
      if (watching === undefined) watch();
      return () => {
        listeners.delete(own);
        if (listeners.size === 0) watch();
      };
    },
    close() {
      listeners.clear();
      watch();
    },
  };
}
