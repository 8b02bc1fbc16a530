import { expect, it, vi } from 'vitest';
import { appFailure } from '@shared/model/app-error.ts';
import type { LogLine } from '@shared/model/log-line.ts';
import { openStoredLog } from './stored-log.ts';
import type { LogScope } from './stored-log.ts';

/** A log on disk: lines of vertex 1, every tenth of vertex 2. */
function disk(count: number) {
  const lines: LogLine[] = [];
  const grow = (more: number) => {
    for (let index = 0; index < more; index++) {
      const line = lines.length + 1;
      lines.push({
        line,
        stepId: 'build',
        vertex: line % 10 === 0 ? 2 : 1,
        stream: 'stdout',
        time: 0,
        text: `line ${line}`,
        continues: false,
      });
    }
  };
  grow(count);
  const asked: number[] = [];
  return {
    grow,
    asked,
    reader: {
      async lineRanges({
        vertex,
        from = 1,
      }: {
        readonly runId: string;
        readonly vertex?: number;
        readonly from?: number;
      }) {
        const own = lines.filter((line) => line.line >= from && (vertex === undefined || line.vertex === vertex));
        return { lines: lines.length, ranges: own.flatMap((line) => [line.line, 1]) };
      },
      async lines({ from, count: wanted }: { readonly runId: string; readonly from: number; readonly count: number }) {
        asked.push(wanted);
        return lines.slice(from - 1, from - 1 + wanted);
      },
    },
  };
}

async function opened(log: ReturnType<typeof disk>, scope: LogScope = {}) {
  const stored = openStoredLog(log.reader, 'ca3', scope);
  await stored.refresh();
  return stored;
}

it('reads the pages that are looked at, and no others', async () => {
  const log = disk(10_000);
  const stored = await opened(log);
  expect(stored.map().rows).toBe(10_000);
  stored.want(5_000, 40);
  await vi.waitFor(() => expect(stored.line(5_000)?.text).toBe('line 5001'));
  expect(stored.line(0)).toBeUndefined();
  expect(log.asked).toEqual([200]);
});

it("shows only a vertex's lines, wherever they stand", async () => {
  const stored = await opened(disk(5_000), { stepId: 'build', vertex: 2 });
  expect(stored.map().rows).toBe(500);
  stored.want(0, 500);
  await vi.waitFor(() => expect(stored.line(499)?.line).toBe(5_000));
  expect(Array.from({ length: 500 }, (_, row) => stored.line(row)?.line)).toEqual(
    Array.from({ length: 500 }, (_, row) => (row + 1) * 10),
  );
});

it('grows with the log, and reads the rest of a page that was not full', async () => {
  const log = disk(150);
  const stored = await opened(log);
  stored.want(0, 150);
  await vi.waitFor(() => expect(stored.line(149)?.line).toBe(150));
  log.grow(100);
  await stored.refresh();
  expect(stored.map().rows).toBe(250);
  stored.want(140, 60);
  await vi.waitFor(() => expect(stored.line(199)?.line).toBe(200));
});

it('gives pages away that nobody has looked at for long', async () => {
  const log = disk(4_000);
  const stored = openStoredLog(
    {
      ...log.reader,
      lines: async (span) => (await log.reader.lines(span)).map((line) => ({ ...line, text: 'x'.repeat(10_000) })),
    },
    'ca3',
    {},
  );
  await stored.refresh();
  for (let row = 0; row < 4_000; row += 200) {
    stored.want(row, 1);
    await vi.waitFor(() => expect(stored.line(row)).toBeDefined());
  }
  expect(stored.line(0)).toBeUndefined();
  expect(stored.line(3_800)).toBeDefined();
});

it('says why it cannot read', async () => {
  const log = disk(10);
  const stored = openStoredLog(
    { ...log.reader, lineRanges: () => Promise.reject(appFailure('store.damaged', { params: { path: 'build.idx' } })) },
    'ca3',
    {},
  );
  await stored.refresh();
  expect(stored.failure()?.error.code).toBe('store.damaged');
});

it('takes resting for no failure, and can be used again', async () => {
  const log = disk(10);
  const waiting: (() => void)[] = [];
  const stored = openStoredLog(
    {
      ...log.reader,
      lineRanges: (input, signal) =>
        new Promise((resolve, reject) => {
          signal?.addEventListener('abort', () => reject(signal.reason as Error));
          waiting.push(() => resolve(log.reader.lineRanges(input)));
        }),
    },
    'ca3',
    {},
  );
  const first = stored.refresh();
  stored.rest();
  await first;
  expect(stored.failure()).toBeUndefined();
  const second = stored.refresh();
  waiting.at(-1)?.();
  await second;
  expect(stored.map().rows).toBe(10);
});
