/**
 * Work that is done once for all who ask while it is under way. Each of them may give up with a signal of their own; the
 * work is stopped when nobody waits for it any more.
 */
export function sharedWork<T>(work: (signal: AbortSignal) => Promise<T>): (signal: AbortSignal) => Promise<T> {
  let current: { readonly result: Promise<T>; readonly stop: AbortController; waiting: number } | undefined;

  function start() {
    const stop = new AbortController();
    const begun = { result: work(stop.signal), stop, waiting: 0 };
    const end = () => {
      if (current === begun) current = undefined;
    };
    begun.result.then(end, end);
    return begun;
  }

  return async (signal) => {
    signal.throwIfAborted();
    current ??= start();
    const mine = current;
    mine.waiting++;
    const { promise: givenUp, reject } = withResolvers();
    const giveUp = () => reject(signal.reason);
    signal.addEventListener('abort', giveUp);
    try {
      return await Promise.race([mine.result, givenUp]);
    } finally {
      signal.removeEventListener('abort', giveUp);
      mine.waiting--;
      if (mine.waiting === 0 && current === mine) {
        current = undefined;
        mine.stop.abort(signal.reason);
      }
    }
  };
}

/** Promise.withResolvers, which Node 20 does not have. */
function withResolvers(): { readonly promise: Promise<never>; readonly reject: (reason: unknown) => void } {
  let reject: (reason: unknown) => void = () => undefined;
  const promise = new Promise<never>((_, refuse) => {
    reject = refuse;
  });
  return { promise, reject };
}
