import { appendFileSync, cpSync, mkdirSync, readdirSync, rmSync, statSync, symlinkSync, truncateSync } from 'node:fs';
import path from 'node:path';
import type { AppFailure } from '@shared/model/app-error.ts';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { createRunLogs } from './run-logs.ts';
import { close, file, freshLogs, home, logs, open, print, texts, time } from './run-logs-testing.ts';

freshLogs();

async function codeOf(work: () => unknown) {
  try {
    await work();
  } catch (error) {
    return (error as AppFailure).error;
  }
  return undefined;
}

describe('a step over its limit', () => {
  const limit = 4_000_000;
  const line = (number: number) => `${String(number).padStart(8, '0')} ${'x'.repeat(90)}`;

  it('keeps its head and its end, says what is missing, and other steps are not touched', async () => {
    const writer = open(limit);
    for (let number = 1; number <= 100_000; number++) print(writer, `${line(number)}\n`);
    writer.engineLine('build', 'Successfully executed');
    print(writer, 'other step\n', { step: 'push' });
    writer.flush();
    const live = await texts('build');
    expect(live.at(-2)).toBe(
      '2024/03/09 08:07:08 Log limit of 4000000 bytes reached for step ID: build. The step goes on; the end of its log follows when it ends.',
    );

    const { cut } = await close(writer);
    const all = await texts('build');
    expect(all.slice(0, live.length)).toEqual(live);
    const notice = /^2024\/03\/09 08:07:08 (\d+) lines \((\d+) bytes\) of step ID: build are left out here\.$/.exec(
      all[live.length] ?? '',
    );
    const missing = Number(notice?.[1]);
    expect(cut).toEqual([{ stepId: 'build', lines: missing, bytes: missing * 100 }]);
    expect(Number(notice?.[2])).toBe(missing * 100);

    const head = live.length - 2;
    expect(all.slice(0, head)).toEqual(Array.from({ length: head }, (_, index) => line(index + 1)));
    const tail = all.slice(live.length + 1);
    expect(tail).toEqual(
      Array.from({ length: 100_000 - head - missing }, (_, index) => line(head + missing + index + 1)),
    );
    expect(tail.length * 100).toBeGreaterThan(limit / 2 - 200);
    expect(statSync(file('step-build.log')).size).toBeLessThanOrEqual(limit);
    expect(readdirSync(path.dirname(file('x'))).filter((name) => name.includes('tail'))).toEqual([]);
    expect(await texts('push')).toEqual(['other step']);
    expect(await logs.count('ca1')).toBe(all.length + 1);
  });

  it('gets its end when the step ends, before what other steps write later', async () => {
    const writer = open(limit);
    for (let number = 1; number <= 50_000; number++) print(writer, `${line(number)}\n`);
    writer.endStep('build');
    print(writer, 'pushed\n', { step: 'push' });
    writer.flush();
    expect((await texts()).slice(-2)).toEqual([line(50_000), 'pushed']);
    expect((await close(writer)).cut).toHaveLength(1);
  });

  it('takes no memory for what it prints', async () => {
    const writer = open(limit);
    const chunk = Buffer.from(`${line(7)}\n`.repeat(650));
    print(writer, chunk);
    const before = process.memoryUsage();
    for (let bytes = 0; bytes < 300_000_000; bytes += chunk.length) print(writer, chunk);
    const after = process.memoryUsage();
    expect(after.rss - before.rss).toBeLessThan(50_000_000);
    const onDisk = readdirSync(path.dirname(file('x'))).filter((name) => name.endsWith('.log'));
    expect(onDisk.reduce((sum, name) => sum + statSync(file(name)).size, 0)).toBeLessThan(2 * limit);
    const { cut } = await close(writer);
    expect(cut[0]?.bytes).toBeGreaterThan(290_000_000);
  });

  it('that is killed keeps its end all the same', async () => {
    const writer = open(limit);
    for (let number = 1; number <= 60_000; number++) print(writer, `${line(number)}\n`);
    writer.flush();
    const shown = await texts();
    const copy = createRunLogs({ home: `${home}-killed`, clock: { now: () => time } });
    cpSync(home, `${home}-killed`, { recursive: true });
    const lines = await copy.repair('ca1');
    const repaired = (await copy.lines('ca1', 1, 1_000_000)).map(({ text }) => text);
    expect(repaired.slice(0, shown.length)).toEqual(shown);
    expect(repaired.at(-1)).toBe(line(60_000));
    expect(repaired).toHaveLength(lines);
    expect(await copy.repair('ca1')).toBe(lines);
    rmSync(`${home}-killed`, { recursive: true });
  });
});

describe('a full disk', () => {
  it.each(['step-build.log', 'step-build.idx', 'lines'])(
    'at %s is told by the call that notices and all that follow, naming the path',
    async (name) => {
      mkdirSync(path.dirname(file('x')), { recursive: true });
      symlinkSync('/dev/full', file(name));
      const writer = open();
      print(writer, 'a\n');
      const full = { code: 'disk.full', params: { path: file(name) } };
      expect(await codeOf(() => writer.flush())).toMatchObject(full);
      expect(await codeOf(() => print(writer, 'b\n'))).toMatchObject(full);
      expect(await codeOf(() => writer.close())).toMatchObject(full);
      expect(writer.lines).toBe(0);
    },
  );

  it('that a timer noticed is told by the next call', async () => {
    mkdirSync(path.dirname(file('x')), { recursive: true });
    symlinkSync('/dev/full', file('step-build.log'));
    vi.useFakeTimers();
    const writer = open();
    print(writer, 'a\n');
    vi.advanceTimersByTime(20);
    vi.useRealTimers();
    expect(await codeOf(() => print(writer, 'b\n'))).toMatchObject({ code: 'disk.full' });
  });
});

describe('repair', () => {
  beforeEach(async () => {
    const writer = open();
    for (let line = 1; line <= 20; line++) print(writer, `line ${line}\n`, { step: line % 2 === 0 ? 'even' : 'odd' });
    await close(writer);
  });

  it.each([
    ['nothing is wrong', () => undefined, 20],
    ['text has no entry', () => appendFileSync(file('step-odd.log'), 'half'), 20],
    ['an entry is half', () => appendFileSync(file('step-odd.idx'), Buffer.alloc(17)), 20],
    ['an entry is empty, as after a power failure', () => appendFileSync(file('step-odd.idx'), Buffer.alloc(64)), 20],
    [
      'text of the last line is missing',
      () => truncateSync(file('step-even.log'), statSync(file('step-even.log')).size - 2),
      19,
    ],
    ['an earlier line is missing', () => truncateSync(file('step-even.idx'), 32 * 5), 11],
    ['the count is missing', () => rmSync(file('lines')), 20],
  ])('when %s', async (_, damage, whole) => {
    damage();
    expect(await logs.repair('ca1')).toBe(whole);
    expect(await texts()).toEqual(Array.from({ length: whole }, (_, index) => `line ${index + 1}`));
    const writer = open();
    print(writer, 'goes on\n', { step: 'odd' });
    await close(writer);
    expect((await texts()).at(-1)).toBe('goes on');
    expect(await logs.count('ca1')).toBe(whole + 1);
  });
});
