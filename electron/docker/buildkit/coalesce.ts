/**
 * Thins out states that replace each other: the first of a key goes out at once, later ones at most every `interval`
 * milliseconds, and always the last. `flush` sends what waits and ends it.
 */
export function coalesce<Key, State>(
  interval: number,
  send: (state: State) => void,
): { readonly push: (key: Key, state: State) => void; readonly flush: () => void } {
  /** Keys that were sent less than an interval ago; with what came since. */
  const resting = new Map<Key, State | undefined>();
  const timers = new Set<NodeJS.Timeout>();

  function rest(key: Key): void {
    resting.set(key, undefined);
    const timer = setTimeout(() => {
      timers.delete(timer);
      const waiting = resting.get(key);
      resting.delete(key);
      if (waiting === undefined) return;
      send(waiting);
      rest(key);
    }, interval);
    timers.add(timer);
  }

  return {
    push(key, state) {
      if (resting.has(key)) {
        resting.set(key, state);
        return;
      }
      send(state);
      rest(key);
    },
    flush() {
      for (const timer of timers) clearTimeout(timer);
      timers.clear();
      for (const waiting of resting.values()) if (waiting !== undefined) send(waiting);
      resting.clear();
    },
  };
}
