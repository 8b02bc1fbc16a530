import { existsSync } from 'node:fs';
import path from 'node:path';
import { Worker, type WorkerOptions } from 'node:worker_threads';

/** Start `NAME.worker.ts` as a thread: built, it lies beside us; in tests, where scripts/setup-workers.ts put it. */
export function startWorker(name: string, options: WorkerOptions = {}): Worker {
  return new Worker(workerFile(name), { name, ...options });
}

function workerFile(name: string): string {
  const file = `${name}.worker.cjs`;
  // A thread can't read inside app.asar; electron-builder.yml unpacks the workers.
  const here = import.meta.dirname.replace(`app.asar${path.sep}`, `app.asar.unpacked${path.sep}`);
  const built = path.join(here, file);
  if (existsSync(built)) return built;
  return path.join(here, '../.cache/workers', file);
}
