import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createOutputMatch } from './output-match.ts';

it('without texts, every failure may be tried again', () => {
  expect(createOutputMatch([]).mayRetry()).toBe(true);
});

it.each([
  ['the text as a whole', ['connection reset'], [['stderr', 'read: connection reset by peer']], true],
  [
    'a text in two chunks',
    ['connection reset'],
    [
      ['stderr', 'connec'],
      ['stderr', 'tion reset'],
    ],
    true,
  ],
  [
    'a text of letters of several bytes, split inside one',
    ['시간 초과'],
    [
      ['stdout', '오류: 시간'],
      ['stdout', ' 초과'],
    ],
    true,
  ],
  [
    'half of it in each stream',
    ['connection reset'],
    [
      ['stdout', 'connec'],
      ['stderr', 'tion reset'],
    ],
    false,
  ],
  ['another case', ['TIMEOUT'], [['stdout', 'timeout']], false],
  ['one of several', ['EAGAIN', 'ETIMEDOUT'], [['stdout', 'ETIMEDOUT']], true],
  ['none', ['EAGAIN'], [['stdout', 'ENOENT']], false],
] as const)('%s', (_, texts, chunks, expected) => {
  const match = createOutputMatch(texts);
  for (const [stream, text] of chunks) match.see(stream, Buffer.from(text));
  expect(match.mayRetry()).toBe(expected);
});

it('finds a text wherever the output is split', () => {
  fc.assert(
    fc.property(
      fc.string({ minLength: 1, unit: 'grapheme' }),
      fc.string(),
      fc.string(),
      fc.array(fc.nat(40)),
      (text, before, after, cuts) => {
        const match = createOutputMatch([text]);
        let rest = Buffer.from(before + text + after);
        for (const cut of cuts) {
          match.see('stdout', rest.subarray(0, cut));
          rest = rest.subarray(cut);
        }
        match.see('stdout', rest);
        expect(match.mayRetry()).toBe(true);
      },
    ),
  );
});
