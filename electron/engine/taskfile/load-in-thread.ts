import { startWorker } from '../../worker-entry.ts';
import type { LoadAnswer, LoadedTask, LoadRequest, TaskTextInputs } from './load-steps.ts';

/** What the thread tells. */
export type LoadNews =
  { readonly kind: 'asks'; readonly request: LoadRequest } | { readonly kind: 'loaded'; readonly task: LoadedTask };

/** So long may the thread be busy without asking or ending: what is within the limits needs a fraction of it. */
export const loadStallMs = 10_000;
/** Of the thread, in MiB. With more room for what is new, most of what it takes is what the collector lets lie; it is no quicker. */
const resourceLimits = { maxOldGenerationSizeMb: 512, maxYoungGenerationSizeMb: 4 };

/**
 * Loads a task in a thread of its own, which ends with the loading or when the signal fires.
 * @throws what `answer` throws, and the signal's reason
 */
export async function loadInThread(
  inputs: TaskTextInputs,
  answer: (request: LoadRequest) => Promise<LoadAnswer>,
  signal: AbortSignal,
  stallMs = loadStallMs,
): Promise<LoadedTask> {
  const worker = startWorker('load-task', {
    workerData: inputs,
    resourceLimits,
  });
  let stalled: NodeJS.Timeout | undefined;
  let abort: (() => void) | undefined;
  try {
    return await new Promise<LoadedTask>((resolve, reject) => {
      const watch = () => {
        clearTimeout(stalled);
        stalled = setTimeout(() => resolve(tooMuchWork), stallMs);
      };
      abort = () => reject(signal.reason as Error);
      signal.addEventListener('abort', abort, { once: true });
      worker.on('message', (news: LoadNews) => {
        clearTimeout(stalled);
        if (news.kind === 'loaded') return resolve(news.task);
        answer(news.request).then((answered) => {
          watch();
          worker.postMessage(answered);
        }, reject);
      });
      worker.on('error', (error: Error & { readonly code?: string }) =>
        error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? resolve(tooMuchWork) : reject(error),
      );
      worker.on('exit', (code) => reject(new Error(`the loading of a task ended early (${code})`)));
      worker.once('online', watch);
    });
  } finally {
    clearTimeout(stalled);
    if (abort !== undefined) signal.removeEventListener('abort', abort);
    await worker.terminate();
  }
}

const tooMuchWork: LoadedTask = {
  findings: [{ code: 'file.tooMuchWork', severity: 'error', params: {} }],
};
