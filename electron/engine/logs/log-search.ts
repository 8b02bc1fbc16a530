import type { AppError } from '@shared/model/app-error.ts';
import { AppFailure, appFailure } from '@shared/model/app-error.ts';
import type { LogQuery, LogSearchResult } from '@shared/model/log-line.ts';
import { startWorker } from '../../worker-entry.ts';
import { queryPattern } from './log-scan.ts';

/** What the worker is given, and what it tells. */
export interface LogSearchTask {
  readonly folder: string;
  readonly query: LogQuery;
}
export type LogSearchNews =
  | { readonly kind: 'block' }
  | { readonly kind: 'found'; readonly result: LogSearchResult }
  | { readonly kind: 'failed'; readonly error: AppError };

/** So long may one block (1 MiB) take: an honest expression needs some milliseconds. */
export const searchStallMs = 5_000;

/**
 * Searches a log in a thread of its own, which ends when the signal fires.
 * @throws `request.invalid` for an expression that doesn't parse, or that backtracks without end
 */
export async function searchLog(
  folder: string,
  query: LogQuery,
  signal: AbortSignal,
  stallMs = searchStallMs,
): Promise<LogSearchResult> {
  signal.throwIfAborted();
  try {
    queryPattern(query);
  } catch (error) {
    throw invalidQuery(query, error instanceof Error ? error.message : String(error));
  }
  const task: LogSearchTask = { folder, query };
  const worker = startWorker('log-search', { workerData: task });
  let stalled: NodeJS.Timeout | undefined;
  let abort: (() => void) | undefined;
  try {
    return await new Promise<LogSearchResult>((resolve, reject) => {
      const watch = () => {
        clearTimeout(stalled);
        stalled = setTimeout(() => reject(invalidQuery(query, `no progress in ${stallMs} ms`)), stallMs);
      };
      abort = () => reject(signal.reason as Error);
      signal.addEventListener('abort', abort, { once: true });
      worker.on('message', (news: LogSearchNews) => {
        switch (news.kind) {
          case 'block':
            return watch();
          case 'found':
            return resolve(news.result);
          case 'failed':
            return reject(new AppFailure(news.error));
        }
      });
      worker.on('error', reject);
      worker.on('exit', (code) => reject(new Error(`the search ended early (${code})`)));
      worker.once('online', watch);
    });
  } finally {
    clearTimeout(stalled);
    if (abort !== undefined) signal.removeEventListener('abort', abort);
    await worker.terminate();
  }
}

function invalidQuery(query: LogQuery, cause: string): AppFailure {
  return appFailure('request.invalid', {
    params: { reason: `${query.text}: ${cause}` },
    fixes: [{ kind: 'editInputs' }],
  });
}
