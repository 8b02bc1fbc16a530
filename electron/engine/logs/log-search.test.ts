import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { AppFailure } from '@shared/model/app-error.ts';
import { LogQuery } from '@shared/model/log-line.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { logFolder } from './log-files.ts';
import { searchLog } from './log-search.ts';
import { createRunLogs } from './run-logs.ts';

const never = new AbortController().signal;
let home: string;

beforeAll(async () => {
  home = mkdtempSync(path.join(os.tmpdir(), 'slipway-search-'));
  const logs = createRunLogs({ home, clock: { now: () => 0 } });
  const writer = logs.open('ca1', 1_073_741_824);
  const lines = [
    ['build', 'Compiling main.c'],
    ['build', '\x1b[31merr\x1b[0mor: main.c:3 [E1] a.b'],
    ['push', 'pushing MAIN'],
    ['build', 'no errors remain, 한국어 오류'],
    ['push', 'aXb'],
    ['build', 'main main mainly'],
  ] as const;
  for (const [step, text] of lines) writer.write(step, 4, 'stdout', Buffer.from(`${text}\n`), 0);
  writer.write('many', 0, 'stdout', Buffer.from('needle in hay\nhay\n'.repeat(60_000)), 0);
  writer.write('hostile', 0, 'stdout', Buffer.from(`${'a'.repeat(60)}!\n`), 0);
  await writer.close();
});

afterAll(() => rmSync(home, { recursive: true, force: true }));

const search = (query: Partial<LogQuery>, signal = never, stallMs = 5000) =>
  searchLog(logFolder(home, 'ca1'), LogQuery.parse(query), signal, stallMs);

describe('a search', () => {
  it.each([
    ['a text, in any case', { text: 'main' }, [1, 2, 3, 4, 6]],
    ['a text in this case', { text: 'MAIN', caseSensitive: true }, [3]],
    ['a whole word', { text: 'main', wholeWord: true }, [1, 2, 3, 6]],
    ['text that colours interrupt', { text: 'error' }, [2, 4]],
    ['a text with the signs of an expression', { text: 'a.b' }, [2]],
    ['brackets', { text: '[E1]' }, [2]],
    ['an expression', { text: 'a.b', regex: true }, [2, 5]],
    ['an expression with anchors', { text: '^main|fin$', regex: true }, [6]],
    ['an expression that would reach over lines', { text: 'MAIN\\s+no', regex: true }, []],
    ['Korean', { text: '오류' }, [4]],
    ['a Korean whole word', { text: '국어', wholeWord: true }, []],
    ['one step', { text: 'main', stepId: 'push' }, [3]],
  ] as const)('for %s', async (_, query, expected) => {
    expect((await search(query)).matches.map(({ line }) => line)).toEqual(expected);
  });

  it('tells where in the text without colours, in which step and vertex, and counts by step', async () => {
    expect(await search({ text: 'main', wholeWord: true })).toEqual({
      total: 4,
      perStep: { build: 3, push: 1 },
      matches: [
        { line: 1, stepId: 'build', vertex: 4, text: 'Compiling main.c', ranges: [[10, 14]] },
        { line: 2, stepId: 'build', vertex: 4, text: 'error: main.c:3 [E1] a.b', ranges: [[7, 11]] },
        { line: 3, stepId: 'push', vertex: 4, text: 'pushing MAIN', ranges: [[8, 12]] },
        {
          line: 6,
          stepId: 'build',
          vertex: 4,
          text: 'main main mainly',
          ranges: [
            [0, 4],
            [5, 9],
          ],
        },
      ],
    });
  });

  it('counts all and returns the first, over all blocks of a large log', async () => {
    const result = await search({ text: 'needle', limit: 3 });
    expect(result).toMatchObject({ total: 60_000, perStep: { many: 60_000 } });
    expect(result.matches.map(({ line }) => line)).toEqual([7, 9, 11]);
    expect((await search({ text: '^hay$', regex: true, limit: 1 })).total).toBe(60_000);
  });
});

describe('a search ends', () => {
  const failure = (promise: Promise<unknown>) =>
    promise.then(
      () => undefined,
      (error: unknown) => error,
    );

  it('with a reason for an expression that does not parse', async () => {
    const error = (await failure(search({ text: '(', regex: true }))) as AppFailure;
    expect(error.error).toMatchObject({
      code: 'request.invalid',
      params: { reason: expect.stringContaining('(') as unknown },
    });
  });

  it('when an expression backtracks without end', async () => {
    const error = (await failure(search({ text: '(a+)+$', regex: true, stepId: 'hostile' }, never, 300))) as AppFailure;
    expect(error.error).toMatchObject({ code: 'request.invalid' });
  });

  it('when it is not wanted any more', async () => {
    const stop = new AbortController();
    const searching = failure(search({ text: '(a+)+$', regex: true, stepId: 'hostile' }, stop.signal));
    const reason = new Error('typed on');
    setTimeout(() => stop.abort(reason), 50);
    expect(await searching).toBe(reason);
    expect(await failure(search({ text: 'x' }, stop.signal))).toBe(reason);
  });
});
