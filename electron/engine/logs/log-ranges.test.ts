import { mkdtemp } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { createRunLogs } from './run-logs.ts';

const clock = { now: () => 1_700_000_000_000 };

/** A log in which two vertices speak in turn: `1` lines of vertex 1, `2` lines of vertex 2, `r` lines of the run. */
async function logOf(speakers: string) {
  const logs = createRunLogs({ home: await mkdtemp(path.join(os.tmpdir(), 'log-ranges-')), clock });
  const writer = logs.open('ca1', 1_048_576);
  for (const speaker of speakers) {
    if (speaker === 'r') writer.engineLine('', 'of the run');
    else writer.write('build', Number(speaker), 'stdout', Buffer.from(`line of ${speaker}\n`), clock.now());
  }
  await writer.close();
  return logs;
}

it.each([
  ['all lines', [1], { lines: 8, ranges: [1, 8] }],
  ['all lines from the fifth on', [5], { lines: 8, ranges: [5, 4] }],
  ['those of a step', [1, 'build'], { lines: 8, ranges: [2, 6] }],
  ['those of the run itself', [1, ''], { lines: 8, ranges: [1, 1, 8, 1] }],
  ['those of a vertex', [1, 'build', [1]], { lines: 8, ranges: [2, 2, 6, 1] }],
  ['those of a vertex, from the middle of a stretch on', [3, 'build', [1]], { lines: 8, ranges: [3, 1, 6, 1] }],
  ['those of two vertices', [1, 'build', [1, 2]], { lines: 8, ranges: [2, 6] }],
  ['none of a step that is not there', [1, 'push'], { lines: 8, ranges: [] }],
  ['none behind the end', [9, 'build'], { lines: 8, ranges: [] }],
] as const)('finds %s', async (_, [from, stepId, vertices], expected) => {
  const logs = await logOf('r112212r');
  expect(await logs.ranges('ca1', from, stepId, vertices)).toEqual(expected);
});

it('has no lines before the log begins', async () => {
  const logs = createRunLogs({ home: await mkdtemp(path.join(os.tmpdir(), 'log-ranges-')), clock });
  expect(await logs.ranges('ca1', 1)).toEqual({ lines: 0, ranges: [] });
});
