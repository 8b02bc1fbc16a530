import { expect, it, vi } from 'vitest';
import { appFailure } from '@shared/model/app-error.ts';
import type { LogLine, StepLines } from '@shared/model/log-line.ts';
import { openSectionedLog } from './sectioned-log.ts';

/** A log on disk: the step of each line, one a letter. */
function disk(letters: string) {
  const lines: LogLine[] = [];
  const grow = (more: string) => {
    for (const stepId of more) {
      const line = lines.length + 1;
      const text = `${stepId} ${line}`;
      lines.push({ line, stepId, vertex: 0, stream: 'stdout', time: 0, text, continues: false });
    }
  };
  grow(letters);
  /** Steps whose lines were read. */
  const read: string[] = [];
  const of = (stepId: string | undefined, from: number) =>
    lines.filter((line) => line.line >= from && (stepId === undefined || line.stepId === stepId));
  return {
    grow,
    read,
    reader: {
      async stepLines({ from = 1 }: { readonly runId: string; readonly from?: number }) {
        const steps = [...new Set(of(undefined, from).map(({ stepId }) => stepId))];
        return {
          lines: lines.length,
          steps: steps.map((stepId): StepLines => {
            const own = of(stepId, 1);
            const marks = own.flatMap(({ line }, row) => (line >= from ? [{ row, mark: 'heading' as const }] : []));
            return { stepId, first: own[0]?.line ?? 0, lines: own.length, marks };
          }),
        };
      },
      async lineRanges({
        stepId,
        from = 1,
      }: {
        readonly runId: string;
        readonly stepId?: string;
        readonly from?: number;
      }) {
        return { lines: lines.length, ranges: of(stepId, from).flatMap(({ line }) => [line, 1]) };
      },
      async lines({
        stepId,
        from,
        count,
      }: {
        readonly runId: string;
        readonly stepId?: string;
        readonly from: number;
        readonly count: number;
      }) {
        if (stepId !== undefined) read.push(stepId);
        return of(stepId, from).slice(0, count);
      },
    },
  };
}

async function opened(log: ReturnType<typeof disk>) {
  const sectioned = openSectionedLog(log.reader, 'ca3');
  await sectioned.refresh();
  return sectioned;
}

it('knows how long each part is without reading a line', async () => {
  const log = disk('aabab');
  const sectioned = await opened(log);
  expect([...sectioned.parts().values()].map(({ stepId, lines }) => [stepId, lines])).toEqual([
    ['a', 3],
    ['b', 2],
  ]);
  expect(log.read).toEqual([]);
});

it("reads a step's lines by their place in it when they are looked at", async () => {
  const log = disk('aabab');
  const sectioned = await opened(log);
  const look = () => sectioned.want([{ stepId: 'b', from: 0, count: 2 }]);
  sectioned.subscribe(look);
  look();
  await vi.waitFor(() => expect(sectioned.line('b', 1)?.text).toBe('b 5'));
  expect(sectioned.lineNumber('b', 0)).toBe(3);
  expect(sectioned.line('a', 0)).toBeUndefined();
  expect(new Set(log.read)).toEqual(new Set(['b']));
});

it('grows with the log, marks and all', async () => {
  const log = disk('aab');
  const sectioned = await opened(log);
  const look = () => sectioned.want([{ stepId: 'a', from: 0, count: 4 }]);
  sectioned.subscribe(look);
  look();
  await vi.waitFor(() => expect(sectioned.line('a', 1)).toBeDefined());
  log.grow('ba');
  const before = sectioned.parts();
  await sectioned.refresh();
  expect(sectioned.parts()).not.toBe(before);
  expect(sectioned.parts().get('a')).toMatchObject({ first: 1, lines: 3, marks: [{ row: 0 }, { row: 1 }, { row: 2 }] });
  await vi.waitFor(() => expect(sectioned.line('a', 2)?.text).toBe('a 5'));
});

it.each([
  [1, { stepId: 'a', row: 0 }],
  [4, { stepId: 'b', row: 1 }],
  [9, undefined],
])('finds line %i, before anything else was asked for', async (line, expected) => {
  const sectioned = openSectionedLog(disk('aabbab').reader, 'ca3');
  expect(await sectioned.find(line)).toEqual(expected);
  if (expected !== undefined) expect(await sectioned.find(line, expected.stepId)).toEqual(expected);
});

it('finds a line though reading is given up meanwhile', async () => {
  const log = disk('aabbab');
  const sectioned = openSectionedLog(
    {
      ...log.reader,
      stepLines: (input, signal) =>
        new Promise((resolve, reject) => {
          signal?.addEventListener('abort', () => reject(signal.reason as Error));
          setTimeout(() => resolve(log.reader.stepLines(input)));
        }),
    },
    'ca3',
  );
  const found = sectioned.find(4);
  await Promise.resolve();
  sectioned.rest();
  expect(await found).toEqual({ stepId: 'b', row: 1 });
  expect(sectioned.failure()).toBeUndefined();
});

it('gives up steps that nobody has looked at for long', async () => {
  const letters = 'abcdefghijklmnop';
  const sectioned = await opened(disk(letters));
  for (const stepId of letters) {
    const look = () => sectioned.want([{ stepId, from: 0, count: 1 }]);
    const stop = sectioned.subscribe(look);
    look();
    await vi.waitFor(() => expect(sectioned.line(stepId, 0)).toBeDefined());
    stop();
  }
  expect(
    Array.from(letters)
      .filter((stepId) => sectioned.line(stepId, 0) !== undefined)
      .join(''),
  ).toBe('hijklmnop');
});

it.each(['stepLines', 'lineRanges', 'lines'] as const)(
  'says why it cannot read when %s fails, and asks no more',
  async (operation) => {
    const log = disk('aab');
    const fails = vi.fn(() => Promise.reject(appFailure('store.damaged', { params: { path: 'step-a.idx' } })));
    const sectioned = openSectionedLog({ ...log.reader, [operation]: fails }, 'ca3');
    await sectioned.refresh();
    const look = () => sectioned.want([{ stepId: 'a', from: 0, count: 1 }]);
    sectioned.subscribe(look);
    look();
    await vi.waitFor(() => expect(sectioned.failure()?.error.code).toBe('store.damaged'));
    expect(fails).toHaveBeenCalledTimes(1);
  },
);
