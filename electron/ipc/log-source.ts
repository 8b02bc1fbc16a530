import { isFinal } from '@shared/model/run.ts';
import type { Runtime } from '../runtime.ts';
import type { LogSource } from './log-feed.ts';

/** The logs of a runtime, as the feeds read them. */
export function logSourceOf(runtime: Runtime): LogSource {
  const never = new AbortController().signal;
  return {
    logs: runtime.logs,
    isOver: async (runId) => isFinal((await runtime.handlers.runs.show({ runId }, never)).status),
    onRunChanged: (runId, listener) =>
      runtime.onEvent((event) => {
        if ((event.kind === 'runChanged' || event.kind === 'runRemoved') && event.runId === runId) listener();
      }),
  };
}
