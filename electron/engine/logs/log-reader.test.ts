import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createRunLogs } from './run-logs.ts';

const runner = path.join(import.meta.dirname, '../../../scripts/run-ts.mjs');
const reader = path.join(import.meta.dirname, 'log-reader.reader.ts');
const time = Date.UTC(2024, 2, 9);

let home: string;

beforeEach(() => {
  home = mkdtempSync(path.join(os.tmpdir(), 'slipway-reader-'));
});

afterEach(() => rmSync(home, { recursive: true, force: true }));

it.skipIf(process.platform === 'win32')('reads a run of hundreds of steps with few files open', async () => {
  const writer = createRunLogs({ home, clock: { now: () => time } }).open('ca1', 1_048_576);
  for (let line = 0; line < 900; line++) writer.write(`s${line % 300}`, 0, 'stdout', Buffer.from(`${line}\n`), time);
  await writer.close();
  const limited = ['-c', 'ulimit -n 120 && exec "$@"', 'sh', process.execPath, runner, reader, home, 'ca1'];
  expect(execFileSync('sh', limited, { encoding: 'utf8' })).toBe('900 900 900');
});
