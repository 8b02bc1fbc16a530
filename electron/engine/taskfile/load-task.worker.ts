import { once } from 'node:events';
import { parentPort, workerData } from 'node:worker_threads';
import type { LoadNews } from './load-in-thread.ts';
import { type LoadAnswer, loadSteps, type TaskTextInputs } from './load-steps.ts';
import { taskLimits } from './task-limits.ts';

if (parentPort === null) throw new Error('this is a worker thread');
const port = parentPort;
const tell = (news: LoadNews) => port.postMessage(news);

// What it throws ends the thread, and is told to who started it.
void load();

async function load(): Promise<void> {
  const loading = loadSteps(workerData as TaskTextInputs, taskLimits);
  let step = loading.next();
  while (step.done !== true) {
    tell({ kind: 'asks', request: step.value });
    const [answer] = (await once(port, 'message')) as [LoadAnswer];
    step = loading.next(answer);
  }
  tell({ kind: 'loaded', task: step.value });
}
