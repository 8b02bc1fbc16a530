/** A time limit that can stand still. */
export interface Deadline {
  /** Fires with the reason when the time is up. */
  readonly signal: AbortSignal;
  /** The time stands still until it is let go on as often as it was held. */
  hold(): void;
  release(): void;
  /** Ends it: it never fires from here on. */
  end(): void;
}

/** What Node's timers count to; beyond that they fire at once. */
const longestTimer = 2 ** 31 - 1;

/** Starts a limit of so many milliseconds. */
export function startDeadline(limitMs: number, reason: () => unknown): Deadline {
  const passed = new AbortController();
  let left = Math.min(limitMs, longestTimer);
  let since = performance.now();
  let held = 0;
  let timer: NodeJS.Timeout | undefined;
  const start = () => {
    since = performance.now();
    timer = setTimeout(() => passed.abort(reason()), left);
  };
  const stop = () => {
    clearTimeout(timer);
    timer = undefined;
  };
  start();
  return {
    signal: passed.signal,
    hold() {
      held++;
      if (timer === undefined) return;
      stop();
      left = Math.max(0, left - (performance.now() - since));
    },
    release() {
      held--;
      if (held === 0 && timer === undefined) start();
    },
    end() {
      held = Infinity;
      stop();
    },
  };
}
