import { parentPort, workerData } from 'node:worker_threads';
import { toAppError } from '@shared/model/app-error.ts';
import type { LogSearchTask, LogSearchNews } from './log-search.ts';
import { scanLog } from './log-scan.ts';

const { folder, query } = workerData as LogSearchTask;
const tell = (news: LogSearchNews) => parentPort?.postMessage(news);

try {
  tell({ kind: 'found', result: scanLog(folder, query, () => tell({ kind: 'block' })) });
} catch (error) {
  tell({ kind: 'failed', error: toAppError(error) });
}
