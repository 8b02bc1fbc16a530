import { isFinal } from '@shared/model/run.ts';
import type { Runtime } from '../runtime.ts';
import type { LogSource } from './log-feed.ts';

/** The logs of a runtime, as the feeds read them. */
export function logSourceOf({ handlers, logs, onEvent }: Runtime): LogSource {
  const never = new AbortController().signal;
  return {
    logs,
    isOver: async (runId) => isFinal((await handlers.runs.show({ runId }, never)).status),
    onRunChanged: (runId, listener) =>
      onEvent((event) => {
        if ((event.kind === 'runChanged' || event.kind === 'runRemoved') && event.runId === runId) listener();
      }),
  };
}
