/** The calls of one window that are not answered yet, each with the way to abort it. */
export interface OpenCalls {
  /** Runs `work` with a signal that fires on {@link abort} of this id, or on {@link abortAll}. */
  run<Value>(callId: string, work: (signal: AbortSignal) => Promise<Value>): Promise<Value>;
  /** Aborts one call; nothing happens when it has ended or never was. */
  abort(callId: string): void;
  /** As when the window closes or loads another page: nobody waits for the answers any more. */
  abortAll(): void;
}

export function createOpenCalls(): OpenCalls {
  const open = new Map<string, AbortController>();
  return {
    async run(callId, work) {
      const controller = new AbortController();
      open.set(callId, controller);
      try {
        return await work(controller.signal);
      } finally {
        if (open.get(callId) === controller) open.delete(callId);
      }
    },
    abort(callId) {
      open.get(callId)?.abort();
    },
    abortAll() {
      for (const controller of open.values()) controller.abort();
      open.clear();
    },
  };
}
