import { mkdtemp } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import type { RunLogWriter } from '../journal.ts';
import { createRunLogs } from './run-logs.ts';

const clock = { now: () => 1_700_000_000_000 };

async function logOf(write: (writer: RunLogWriter) => void) {
  const logs = createRunLogs({ home: await mkdtemp(path.join(os.tmpdir(), 'step-lines-')), clock });
  const writer = logs.open('ca1', 1_048_576);
  write(writer);
  await writer.close();
  return logs;
}

function print(writer: RunLogWriter, stepId: string, text: string, vertex = 0) {
  writer.write(stepId, vertex, 'stdout', Buffer.from(text), clock.now());
}

it('tells how long the part of each step is, and where it begins', async () => {
  const logs = await logOf((writer) => {
    writer.engineLine('', 'of the run');
    print(writer, 'test', 'one\n');
    print(writer, 'build', 'one\ntwo\n');
    print(writer, 'test', 'two\n');
  });
  expect(await logs.stepLines('ca1', 1)).toEqual({
    lines: 5,
    steps: expect.arrayContaining([
      { stepId: '', first: 1, lines: 1, marks: [] },
      { stepId: 'test', first: 2, lines: 2, marks: [] },
      { stepId: 'build', first: 3, lines: 2, marks: [] },
    ]) as unknown,
  });
});

it.each([
  ['a group', '##[group]Install\npacked\n##[endgroup]\n', ['0 group', '2 endgroup']],
  ['a heading', '--- Tests\npassed\n', ['0 heading']],
  ['not what parts documents', '---\n--- \n', []],
  ['not what stands within a line', 'a ##[group]b\n -- --- c\n', []],
  ['not what is cut off', '##[grou\n', []],
  ['not where a piece of a long line happens to begin', `${'x'.repeat(65_536)}##[group]Title\n`, []],
])('marks %s', async (_, text, expected) => {
  const logs = await logOf((writer) => print(writer, 'test', text));
  expect(await marksIn(logs, 'test')).toEqual(expected);
});

it("marks nothing that isn't a command's output", async () => {
  const logs = await logOf((writer) => {
    print(writer, 'build', '##[group]of a vertex\n', 7);
    writer.engineLine('build', '##[group]of ours', { stamped: false });
  });
  expect(await marksIn(logs, 'build')).toEqual([]);
});

it('tells only of what has grown', async () => {
  const logs = createRunLogs({ home: await mkdtemp(path.join(os.tmpdir(), 'step-lines-')), clock });
  const writer = logs.open('ca1', 1_048_576);
  print(writer, 'build', '##[group]One\n');
  print(writer, 'test', 'still\n');
  writer.flush();
  expect((await logs.stepLines('ca1', 1)).lines).toBe(2);
  expect(await logs.stepLines('ca1', 3)).toEqual({ lines: 2, steps: [] });
  print(writer, 'build', 'more\n##[endgroup]\n');
  writer.flush();
  expect(await logs.stepLines('ca1', 3)).toEqual({
    lines: 4,
    steps: [{ stepId: 'build', first: 1, lines: 3, marks: [{ row: 2, mark: 'endgroup' }] }],
  });
  await writer.close();
});

it('has no parts before the log begins', async () => {
  const logs = createRunLogs({ home: await mkdtemp(path.join(os.tmpdir(), 'step-lines-')), clock });
  expect(await logs.stepLines('ca1', 1)).toEqual({ lines: 0, steps: [] });
});

async function marksIn(logs: ReturnType<typeof createRunLogs>, stepId: string): Promise<readonly string[]> {
  const { steps } = await logs.stepLines('ca1', 1);
  return steps.find((step) => step.stepId === stepId)?.marks.map(({ row, mark }) => `${row} ${mark}`) ?? [];
}
