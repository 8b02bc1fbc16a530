import type { Worker } from 'node:worker_threads';
import { startWorker } from '../../worker-entry.ts';
import { practiceTask } from './practice-task.ts';
import type { LoadAnswer, LoadedTask, LoadRequest, TaskTextInputs } from './load-steps.ts';

/** What the thread is told. */
export type LoadOrder =
  { readonly kind: 'load'; readonly inputs: TaskTextInputs } | { readonly kind: 'answer'; readonly answer: LoadAnswer };

/** What the thread tells. */
export type LoadNews =
  { readonly kind: 'asks'; readonly request: LoadRequest } | { readonly kind: 'loaded'; readonly task: LoadedTask };

/** So long may the thread be busy without asking or ending: what is within the limits needs a fraction of it, also where it makes keys. */
export const loadStallMs = 30_000;
/** Of the thread, in MiB. With more room for what is new, most of what it takes is what the collector lets lie; it is no quicker. */
const resourceLimits = { maxOldGenerationSizeMb: 512, maxYoungGenerationSizeMb: 4 };

/**
 * Loads a task in a thread, which nobody else uses meanwhile, and which ends when the signal fires.
 * @throws what `answer` throws, and the signal's reason
 */
export async function loadInThread(
  inputs: TaskTextInputs,
  answer: (request: LoadRequest) => Promise<LoadAnswer>,
  signal: AbortSignal,
  stallMs = loadStallMs,
): Promise<LoadedTask> {
  const worker = takeThread();
  let leave = () => {};
  let loaded = false;
  let over = false;
  try {
    return await new Promise<LoadedTask>((resolve, reject) => {
      const tell = (order: LoadOrder) => worker.postMessage(order);
      let stalled: NodeJS.Timeout | undefined;
      const watch = () => {
        clearTimeout(stalled);
        stalled = setTimeout(() => resolve(tooMuchWork), stallMs);
      };
      const hear = (news: LoadNews) => {
        clearTimeout(stalled);
        if (news.kind === 'loaded') {
          loaded = true;
          return resolve(news.task);
        }
        answer(news.request).then((answered) => {
          if (over) return;
          watch();
          tell({ kind: 'answer', answer: answered });
        }, reject);
      };
      const fail = (error: Error & { readonly code?: string }) =>
        error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? resolve(tooMuchWork) : reject(error);
      const end = (code: number) => reject(new Error(`the loading of a task ended early (${code})`));
      const abort = () => reject(signal.reason as Error);
      signal.addEventListener('abort', abort, { once: true });
      worker.on('message', hear).on('error', fail).on('exit', end);
      leave = () => {
        clearTimeout(stalled);
        signal.removeEventListener('abort', abort);
        worker.off('message', hear).off('error', fail).off('exit', end);
      };
      watch();
      tell({ kind: 'load', inputs });
    });
  } finally {
    over = true;
    leave();
    if (loaded && inputs.text.length <= keptLength) keepThread(worker);
    else await worker.terminate();
  }
}

/** A thread that has loaded a task does the next one in a fraction of the time. It waits for it so long (ms). */
const keptMs = 60_000;
/** What a longer text (UTF-16 units) took of memory is given back at once. */
const keptLength = 256_000;

let kept: { readonly worker: Worker; readonly end: NodeJS.Timeout } | undefined;

function takeThread(): Worker {
  if (kept === undefined) {
    const worker = startWorker('load-task', { resourceLimits });
    worker.on('error', () => forget(worker)).on('exit', () => forget(worker));
    return worker;
  }
  const { worker } = kept;
  forget(worker);
  worker.ref();
  return worker;
}

/**
 * Sees to it that a thread waits for the next task that needs one, warm: starting it, and running its code for the first time,
 * takes longer than loading five hundred steps does then. To be called when a person comes to look at tasks.
 */
export function readyThread(): void {
  if (kept !== undefined) return void kept.end.refresh();
  if (practising) return;
  practising = true;
  practise()
    .catch(() => undefined) // whoever needs a thread is told then
    .finally(() => {
      practising = false;
    });
}

/** The thread of the first round is taken for the next ones. */
async function practise(): Promise<void> {
  const never = new AbortController().signal;
  const unasked = () => Promise.reject(new Error('the practice asks for nothing'));
  for (let round = 0; round < practiceRounds; round++) await loadInThread(practiceTask, unasked, never);
}

/** By then most of what is run is compiled to run fast; further ones gain nothing more. */
const practiceRounds = 3;
let practising = false;

/** It keeps no process alive, and ends by itself when nobody takes it. */
function keepThread(worker: Worker): void {
  if (kept !== undefined) return void worker.terminate();
  worker.unref();
  kept = { worker, end: setTimeout(() => void worker.terminate(), keptMs).unref() };
}

function forget(worker: Worker): void {
  if (kept?.worker !== worker) return;
  clearTimeout(kept.end);
  kept = undefined;
}

const tooMuchWork: LoadedTask = {
  findings: [{ code: 'file.tooMuchWork', severity: 'error', params: {} }],
};
