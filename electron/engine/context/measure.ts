import { once } from 'node:events';
import { AppFailure, type AppError } from '@shared/model/app-error.ts';
import type { ContextSize } from '@shared/model/context-survey.ts';
import { startWorker } from '../../worker-entry.ts';
import type { BuildContext } from '../ports.ts';

/** What the worker posts, once. */
export type MeasureAnswer = { readonly size: ContextSize } | { readonly error: AppError };

/**
 * What a build of this context would send, measured in a thread of its own. Aborting ends the thread.
 *
 * @param dockerfile absolute; decides which ignore file counts
 * @throws `context.unreadable`, `dockerfile.invalid` for a pattern of the ignore file
 */
export async function measureContext(context: string, dockerfile: string, signal: AbortSignal): Promise<ContextSize> {
  signal.throwIfAborted();
  const data: BuildContext = { root: context, dockerfile };
  const worker = startWorker('context-size', { workerData: data });
  try {
    const [answer] = (await once(worker, 'message', { signal })) as [MeasureAnswer];
    if ('error' in answer) throw new AppFailure(answer.error);
    return answer.size;
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    await worker.terminate();
  }
}
