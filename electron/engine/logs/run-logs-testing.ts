import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, vi } from 'vitest';
import type { RunLogs, RunLogWriter } from '../journal.ts';
import { createRunLogs } from './run-logs.ts';

/** When everything in these tests happens; ms, UTC. */
export const time = Date.UTC(2024, 2, 9, 8, 7, 8, 500);
const noLimit = 1_073_741_824;

export let home: string;
export let logs: RunLogs;
const writers: RunLogWriter[] = [];

/** Each test gets a home of its own, and the log of `ca1` in it. */
export function freshLogs(): void {
  beforeEach(() => {
    home = mkdtempSync(path.join(os.tmpdir(), 'slipway-logs-'));
    logs = createRunLogs({ home, clock: { now: () => time } });
  });
  afterEach(async () => {
    vi.useRealTimers();
    await Promise.allSettled(writers.splice(0).map((writer) => writer.close()));
    rmSync(home, { recursive: true, force: true });
  });
}

export function open(limit = noLimit): RunLogWriter {
  const writer = logs.open('ca1', limit);
  writers.push(writer);
  return writer;
}

export async function close(writer: RunLogWriter) {
  writers.splice(writers.indexOf(writer), 1);
  return writer.close();
}

export function print(writer: RunLogWriter, text: string | Uint8Array, { step = 'build', vertex = 1 } = {}): void {
  writer.write(step, vertex, 'stdout', Buffer.from(text), time);
}

export const texts = async (stepId?: string) => (await logs.lines('ca1', 1, 1_000_000, stepId)).map(({ text }) => text);

export const file = (name: string) => path.join(home, 'runs/ca1/logs', name);
