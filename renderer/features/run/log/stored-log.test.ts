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
      lineRanges: async ({
        vertices,
        from = 1,
      }: {
        readonly runId: string;
        readonly vertices?: readonly number[];
        readonly from?: number;
      }) => {
        const own = lines.filter(
          (line) => line.line >= from && (vertices === undefined || vertices.includes(line.vertex)),
        );
        return { lines: lines.length, ranges: own.flatMap((line) => [line.line, 1]) };
      },
      lines: async ({
        from,
        count: wanted,
      }: {
        readonly runId: string;
        readonly from: number;
        readonly count: number;
      }) => {
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
  const stored = await opened(disk(5_000), { stepId: 'build', vertices: [2] });
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

/** A disk whose answers wait to be let go; what is given up stays unanswered for ever, as a slow engine's would. */
function slowDisk(count: number) {
  const log = disk(count);
  const waiting: (() => void)[] = [];
  const held =
    <Input, Answer>(answer: (input: Input) => Promise<Answer>) =>
    async (input: Input, signal?: AbortSignal) => {
      await new Promise<void>((resolve, reject) => {
        signal?.addEventListener('abort', () => waiting.push(() => reject(signal.reason as Error)));
        waiting.push(resolve);
      });
      return answer(input);
    };
  const letLast = () => waiting.splice(-1)[0]?.();
  const { reader } = log;
  return {
    reader: {
      lineRanges: held((input: Parameters<typeof reader.lineRanges>[0]) => reader.lineRanges(input)),
      lines: held((input: Parameters<typeof reader.lines>[0]) => reader.lines(input)),
    },
    letLast,
  };
}

it('takes resting for no failure, and begins anew without what was given up', async () => {
  const log = slowDisk(10);
  const stored = openStoredLog(log.reader, 'ca3', {});
  const givenUp = stored.refresh();
  stored.rest();
  const second = stored.refresh();
  log.letLast();
  await second;
  expect(stored.map().rows).toBe(10);
  log.letLast(); // only now what was given up ends
  await givenUp;
  expect(stored.failure()).toBeUndefined();

  stored.want(0, 10);
  stored.rest();
  stored.want(0, 10);
  log.letLast();
  await vi.waitFor(() => expect(stored.line(9)?.text).toBe('line 10'));
});

it('counts lines once, whose count was on its way when it was given up', async () => {
  const stored = openStoredLog(disk(10).reader, 'ca3', {});
  const givenUp = stored.refresh();
  stored.rest();
  const second = stored.refresh();
  await Promise.all([givenUp, second]);
  expect(stored.map().rows).toBe(10);
});
