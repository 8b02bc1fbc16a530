import { appFailure } from '@shared/model/app-error.ts';

/** A step as far as its order goes. */
export interface GraphStep {
  readonly id: string;
  readonly needs: readonly string[];
}

/** Steps that are carried out in the order of what they need. */
export interface Graph {
  /** As they are now: they may change while the run stands still. */
  steps(): readonly GraphStep[];
  /** How many may run side by side; 0 for no limit. */
  limit?(): number;
  /** Carries one out. Rejects when it failed; when the signal fires it stops and rejects. */
  start(id: string, signal: AbortSignal): Promise<void>;
}

/**
 * Starts every step as soon as all that it needs has ended well, side by side (spec: task-yaml 5). The first
 * failure ends it: what runs is stopped, what hasn't begun never does. Settles when nothing runs any more.
 * @throws what the first failing step threw, or the signal's reason
 */
export async function runGraph(runId: string, graph: Graph, signal: AbortSignal): Promise<void> {
  const done = new Set<string>();
  const running = new Map<string, Promise<void>>();
  const failed = new AbortController();
  const stop = AbortSignal.any([signal, failed.signal]);
  let failure: { readonly error: unknown } | undefined;

  const begin = async (id: string): Promise<void> => {
    try {
      await graph.start(id, stop);
      done.add(id);
    } catch (error) {
      failure ??= { error };
      failed.abort(appFailure('run.canceled', { params: { runId } }));
    } finally {
      running.delete(id);
    }
  };

  for (;;) {
    if (!stop.aborted) {
      const limit = graph.limit?.() || Infinity;
      for (const { id, needs } of graph.steps()) {
        if (running.size >= limit) break;
        if (done.has(id) || running.has(id) || !needs.every((need) => done.has(need))) continue;
        running.set(id, begin(id));
      }
    }
    if (running.size === 0) break;
    await Promise.race(running.values());
  }
  signal.throwIfAborted();
  if (failure !== undefined) throw failure.error;
}
