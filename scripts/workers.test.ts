import { once } from 'node:events';
import { expect, it } from 'vitest';
import { startWorker } from '../electron/worker-entry.ts';

it('a worker thread that does not exist is an error that names its file', async () => {
  await expect(once(startWorker('nowhere'), 'exit')).rejects.toThrow('nowhere.worker.cjs');
});
