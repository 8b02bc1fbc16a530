import { parentPort, workerData } from 'node:worker_threads';
import { toAppError } from '@shared/model/app-error.ts';
import type { BuildContext } from '../ports.ts';
import { addUpContext } from './context-size.ts';
import type { MeasureAnswer } from './measure.ts';

// measure.ts starts this thread with a BuildContext, and ends it to abort.
const answer = (message: MeasureAnswer) => parentPort?.postMessage(message);
addUpContext(workerData as BuildContext, new AbortController().signal).then(
  (size) => answer({ size }),
  (error: unknown) => answer({ error: toAppError(error) }),
);
