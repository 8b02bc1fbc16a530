import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { loadMessages } from './messages.ts';
import { createOutput } from './output.ts';

let written: string[];
beforeEach(() => {
  written = [];
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    written.push(String(text));
    return true;
  });
});
afterEach(() => {
  vi.restoreAllMocks();
});

/** Sets a terminal's title, colours it, and turns the order of letters. */
const evil = '\u001B]0;owned\u0007\u001B[31mred\u202Etxt';
const shown = '\uFFFD]0;owned\uFFFD\uFFFD[31mred\uFFFDtxt';

it('lets nothing that a stranger wrote tell the terminal what to do', async () => {
  const messages = await loadMessages('en');
  const output = createOutput(messages, { NO_COLOR: '1' });
  output.error({
    code: 'context.notFound',
    params: { path: evil },
    cause: `one ${evil}\ntwo`,
    where: { file: evil, line: 1 },
    fixes: [],
  });
  output.finding({ code: 'engine.handedOver', params: { engine: evil } });
  const text = written.join('');
  for (const sign of evil.match(/[\p{Cc}\u202E]/gu) ?? []) expect(text).not.toContain(sign);
  expect(text.split(shown)).toHaveLength(5);
  expect(text).toMatch(/ \| one .*\n {2}\| two\n/);
  const told = messages.taskFinding({ code: 'none.such', severity: 'warning', params: {}, acr: evil });
  expect(told).toBe(shown);
});
