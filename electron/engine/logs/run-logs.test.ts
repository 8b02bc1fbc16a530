import { appendFileSync, closeSync, openSync, readFileSync, readdirSync, statSync, writeSync } from 'node:fs';
import path from 'node:path';
import type { AppFailure } from '@shared/model/app-error.ts';
import { LogQuery } from '@shared/model/log-line.ts';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { createRunLogs } from './run-logs.ts';
import { close, file, freshLogs, home, logs, open, print, texts, time } from './run-logs-testing.ts';

const never = new AbortController().signal;

freshLogs();

async function collected(parts: AsyncIterable<string>): Promise<string[]> {
  const all: string[] = [];
  for await (const part of parts) all.push(part);
  return all;
}

async function codeOf(work: () => unknown) {
  try {
    await work();
  } catch (error) {
    return (error as AppFailure).error;
  }
  return undefined;
}

describe('lines', () => {
  it('are numbered through the run in the order of arrival, each with its step, vertex, stream and time', async () => {
    const writer = open();
    writer.engineLine('', 'Downloading source code...');
    writer.write('build', 3, 'stderr', Buffer.from('one\n'), time + 1);
    writer.write('Push it!', 0, 'stdout', Buffer.from('두\n'), time + 2);
    writer.engineLine('build', '[1/2] FROM alpine', { vertex: 3 });
    writer.flush();
    expect(await logs.lines('ca1', 1, 100)).toEqual([
      {
        line: 1,
        stepId: '',
        vertex: 0,
        stream: 'engine',
        time,
        text: '2024/03/09 08:07:08 Downloading source code...',
        continues: false,
      },
      { line: 2, stepId: 'build', vertex: 3, stream: 'stderr', time: time + 1, text: 'one', continues: false },
      { line: 3, stepId: 'Push it!', vertex: 0, stream: 'stdout', time: time + 2, text: '두', continues: false },
      { line: 4, stepId: 'build', vertex: 3, stream: 'engine', time, text: '[1/2] FROM alpine', continues: false },
    ]);
  });

  it.each([
    ['line feeds', ['a\nb\n\nc\n'], ['a', 'b', '', 'c']],
    ['line ends of Windows', ['a\r\nb\r\n\r\n'], ['a', 'b', '']],
    ['a line end that is cut', ['a\r', '\nb\n'], ['a', 'b']],
    ['carriage returns inside', ['10%\r20%\rdone\n'], ['10%\r20%\rdone']],
    ['a character that is cut', [Buffer.from([0xed, 0x95]), Buffer.from([0x9c, 0x0a])], ['한']],
    ['bytes that are no characters', [Buffer.from([0x61, 0xff, 0x62, 0xed, 0x95, 0x0a])], ['a\ufffdb\ufffd']],
    ['a byte order mark', ['\ufeffa\n'], ['\ufeffa']],
    ['colours', ['\x1b[3', '1mred\x1b[0m\n'], ['\x1b[31mred\x1b[0m']],
  ] as const)('of output with %s', async (_, pieces, expected) => {
    const writer = open();
    for (const piece of pieces) print(writer, piece);
    writer.flush();
    expect(await texts()).toEqual(expected);
  });

  it('end when their vertex ends, and those of others stay open', async () => {
    const writer = open();
    print(writer, 'first', { vertex: 1 });
    print(writer, 'second', { vertex: 2 });
    writer.endVertex('build', 1);
    writer.flush();
    expect(await texts()).toEqual(['first']);
    await close(writer);
    expect(await texts()).toEqual(['first', 'second']);
  });

  it('of 10 MB come in pieces, and are one line again in the text', async () => {
    const long = `${'가나다'.repeat(400_000)}끝`;
    const writer = open();
    for (let at = 0; at < long.length; at += 10_000) print(writer, long.slice(at, at + 10_000));
    print(writer, '\nnext\n');
    await close(writer);
    const lines = await logs.lines('ca1', 1, 1_000_000);
    expect(Math.max(...lines.map(({ text }) => Buffer.byteLength(text)))).toBeLessThanOrEqual(65_536);
    expect(lines.map((line) => line.continues)).toEqual([...Array<boolean>(lines.length - 2).fill(true), false, false]);
    const exported = (await collected(logs.text('ca1', true))).join('');
    expect(exported === `${long}\nnext\n`).toBe(true);
  });

  it('that stay open are shown as far as they came after a second, so that a prompt is seen', async () => {
    vi.useFakeTimers();
    const writer = open();
    writer.mask(['n] secret']);
    print(writer, 'Continue? [Y/n] ');
    vi.advanceTimersByTime(499);
    expect(writer.lines).toBe(0);
    vi.advanceTimersByTime(1000);
    vi.useRealTimers();
    const [prompt] = await logs.lines('ca1', 1, 10);
    expect(prompt).toMatchObject({ text: 'Continue? [Y/', continues: true });
    print(writer, 'secret\n');
    await close(writer);
    expect(await texts()).toEqual(['Continue? [Y/', '***']);
    expect((await collected(logs.text('ca1', true))).join('')).toBe('Continue? [Y/***\n');
  });

  it('are the same however the output is cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.string({ unit: 'grapheme', maxLength: 30 }), { maxLength: 20 }),
        fc.infiniteStream(fc.integer({ min: 1, max: 40 })),
        async (given, sizes) => {
          const lines = given.map((line) => line.replace(/[\r\n]/g, ' '));
          const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''));
          const writer = open();
          for (let at = 0; at < bytes.length;) {
            const size = sizes.next().value as number;
            print(writer, bytes.subarray(at, at + size));
            at += size;
          }
          await close(writer);
          expect(await texts()).toEqual(lines.map((line) => Buffer.from(line).toString()));
          await logs.remove('ca1');
        },
      ),
      { numRuns: 50 },
    );
  });
});

describe('masking', () => {
  it('holds for output and engine lines, wherever the output is cut, and for secrets that come later', async () => {
    const writer = open();
    expect(writer.mask(['hunter2!', 'no', 'true'])).toEqual([
      { index: 1, reason: 'tooShort' },
      { index: 2, reason: 'commonWord' },
    ]);
    for (const byte of Buffer.from('token=hunter2! ok\n')) print(writer, Uint8Array.of(byte));
    writer.engineLine('build', 'with hunter2!');
    print(writer, 'later-');
    writer.mask(['later-secret']);
    print(writer, 'secret and hunter2!\n');
    await close(writer);
    expect(await texts()).toEqual(['token=*** ok', '2024/03/09 08:07:08 with ***', '*** and ***']);
    expect(readFileSync(file('step-build.log'), 'utf8')).not.toContain('hunter2');
  });
});

describe('reading', () => {
  async function interleaved(count: number): Promise<void> {
    const writer = open();
    for (let line = 1; line <= count; line++)
      print(writer, `line ${line}\n`, { step: ['build', 'push', 'run'][line % 3] ?? '' });
    await close(writer);
  }

  it('gives any stretch of lines, over all steps or of one', async () => {
    await interleaved(3000);
    expect((await logs.lines('ca1', 2500, 3)).map(({ text }) => text)).toEqual(['line 2500', 'line 2501', 'line 2502']);
    expect((await logs.lines('ca1', 2500, 3, 'push')).map(({ line, text }) => [line, text])).toEqual([
      [2500, 'line 2500'],
      [2503, 'line 2503'],
      [2506, 'line 2506'],
    ]);
    expect(await logs.lines('ca1', 3000, 10)).toHaveLength(1);
    expect(await logs.lines('ca1', 3001, 10)).toEqual([]);
    expect(await logs.lines('ca1', 1, 10, 'nothing')).toEqual([]);
  });

  it('gives pages that join without gap or overlap, each within its size but for a single long line', async () => {
    await interleaved(2000);
    const seen: string[] = [];
    for (let from = 1; ;) {
      const page = await logs.page('ca1', from, 1000);
      if (page.count === 0) break;
      expect(page.first).toBe(from);
      expect(Buffer.byteLength(page.text)).toBeLessThanOrEqual(1000);
      for (const [index, text] of page.text.split('\n').entries()) {
        seen.push(text);
        expect(page.steps[page.step[index] ?? 99]).toBe(['build', 'push', 'run'][(from + index) % 3]);
      }
      from += page.count;
    }
    expect(seen).toEqual(Array.from({ length: 2000 }, (_, index) => `line ${index + 1}`));
    expect((await logs.page('ca1', 7, 1)).text).toBe('line 7');
  });

  it('never shows what is not announced', async () => {
    const writer = open();
    print(writer, 'a\n');
    expect(writer.lines).toBe(0);
    expect(await logs.count('ca1')).toBe(0);
    writer.flush();
    expect(writer.lines).toBe(1);
    appendFileSync(file('step-build.log'), 'half a line');
    appendFileSync(file('step-build.idx'), Buffer.alloc(32, 1));
    expect(await texts()).toEqual(['a']);
  });

  it('tells a damaged index from one that is being written', async () => {
    await interleaved(9);
    const index = openSync(file('step-push.idx'), 'r+');
    writeSync(index, Buffer.alloc(32), 0, 32, 32);
    closeSync(index);
    const damaged = { code: 'store.damaged', params: { path: file('step-push.idx') } };
    expect(await codeOf(() => logs.lines('ca1', 1, 9))).toMatchObject(damaged);
    expect(await codeOf(() => logs.lines('ca1', 1, 9, 'push'))).toMatchObject(damaged);
    expect(await texts('build')).toHaveLength(3);
  });

  it('takes ANSI sequences out of the text where that is wanted', async () => {
    const writer = open();
    print(writer, '\x1b[31mred\x1b[0m \x1b]8;;http://x\x1b\\link\x1b]8;;\x07 \x1b]0;never ended\n plain\n');
    await close(writer);
    expect((await collected(logs.text('ca1', false))).join('')).toBe('red link \n plain\n');
  });

  it.each(['../ca1', '', 'CA1', 'ca1/..', 'c'.repeat(100)])('refuses %j for a run id', async (runId) => {
    expect(await codeOf(() => logs.count(runId))).toMatchObject({ code: 'run.notFound' });
    expect(await codeOf(() => logs.remove(runId))).toMatchObject({ code: 'run.notFound' });
  });

  it('of a run without a log gives nothing', async () => {
    expect(await logs.count('ca7')).toBe(0);
    expect(await logs.lines('ca7', 1, 10)).toEqual([]);
    expect(await logs.repair('ca7')).toBe(0);
    expect((await logs.search('ca7', LogQuery.parse({ text: 'x' }), never)).total).toBe(0);
    expect(await collected(logs.text('ca7', true))).toEqual([]);
  });
});

describe('listeners', () => {
  it('are told by the writer once lines are on disk, and can read them then', async () => {
    const told: number[] = [];
    const onDisk: number[] = [];
    const stop = logs.onLines('ca1', (lines) => {
      told.push(lines);
      onDisk.push(statSync(file('step-build.idx')).size / 32);
    });
    const writer = open();
    print(writer, 'a\nb\n');
    writer.flush();
    print(writer, `${'x'.repeat(70_000)}\n`);
    stop();
    print(writer, 'c\n');
    writer.flush();
    // A batch goes when it is large enough: the rest of the long line waits for the next.
    expect(told).toEqual([2, 3]);
    expect(onDisk).toEqual(told);
  });

  it('are told of a batch within moments, without a flush', async () => {
    const told: number[] = [];
    logs.onLines('ca1', (lines) => told.push(lines));
    print(open(), 'a\n');
    expect(told).toEqual([]);
    await vi.waitFor(() => expect(told).toEqual([1]), { timeout: 30_000 });
  });

  it('are told of what another process writes', async () => {
    const told: number[] = [];
    const elsewhere = createRunLogs({ home, clock: { now: () => time } });
    elsewhere.onLines('ca1', (lines) => told.push(lines));
    const writer = open();
    print(writer, 'a\nb\n');
    writer.flush();
    await vi.waitFor(() => expect(told).toEqual([2]), { timeout: 30_000 });
  });
});

it('a writer that was closed takes nothing more', async () => {
  const writer = open();
  print(writer, 'a\n');
  await close(writer);
  expect(() => print(writer, 'late\n')).toThrow('the log is closed');
  expect(await texts('build')).toEqual(['a']);
});

it('removes a log, and the folder of the run when nothing else is in it', async () => {
  const writer = open();
  print(writer, 'a\n');
  await close(writer);
  await logs.remove('ca1');
  expect(readdirSync(path.join(home, 'runs'))).toEqual([]);
  await logs.remove('ca1');
});
