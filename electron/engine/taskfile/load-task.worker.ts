import { parentPort } from 'node:worker_threads';
import type { LoadNews, LoadOrder } from './load-in-thread.ts';
import { loadSteps } from './load-steps.ts';
import { taskLimits } from './task-limits.ts';

if (parentPort === null) throw new Error('this is a worker thread');
const port = parentPort;

let loading: ReturnType<typeof loadSteps> | undefined;

// What a loading throws ends the thread, and is told to who started it.
port.on('message', (order: LoadOrder) => {
  switch (order.kind) {
    case 'load':
      loading = loadSteps(order.inputs, taskLimits);
      return tell(loading.next());
    case 'answer':
      if (loading === undefined) throw new Error('an answer to nothing');
      return tell(loading.next(order.answer));
  }
});

function tell(step: ReturnType<ReturnType<typeof loadSteps>['next']>): void {
  const news: LoadNews =
    step.done === true ? { kind: 'loaded', task: step.value } : { kind: 'asks', request: step.value };
  port.postMessage(news);
}
