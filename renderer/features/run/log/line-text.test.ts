import { expect, it } from 'vitest';
import { stepColumn } from './step-column.ts';
import { isBlank, lineTime, plainLine, terminalLine } from './line-text.ts';

const startedAt = new Date(2026, 10, 23, 9, 5, 7).getTime();
const line = { line: 42, vertex: 7, time: startedAt + 12_340, text: 'npm ci' };

it.each([
  [{ numbers: false, times: 'off' }, '\x1b[90m#7 \x1b[0mnpm ci\x1b[0m\r\n'],
  [{ numbers: true, times: 'off' }, '\x1b[90m     42  #7 \x1b[0mnpm ci\x1b[0m\r\n'],
  [{ numbers: false, times: 'relative' }, '\x1b[90m  12.3s  #7 \x1b[0mnpm ci\x1b[0m\r\n'],
  [{ numbers: false, times: 'clock' }, '\x1b[90m09:05:19  #7 \x1b[0mnpm ci\x1b[0m\r\n'],
] as const)('puts number, time and vertex in front, faint: %j', (options, text) => {
  expect(terminalLine(line, { ...options, startedAt })).toBe(text);
});

it('names the step of each line, in its colour, as wide as the longest name', () => {
  const options = { numbers: false, times: 'off', startedAt, steps: stepColumn(['lint', 'build']) } as const;
  const text = (stepId: string, vertex: number) => terminalLine({ ...line, stepId, vertex }, options);
  expect(text('lint', 0)).toBe('\x1b[90m\x1b[36mlint \x1b[90m  \x1b[0mnpm ci\x1b[0m\r\n');
  expect(text('build', 7)).toBe('\x1b[90m\x1b[35mbuild\x1b[90m  #7 \x1b[0mnpm ci\x1b[0m\r\n');
  expect(text('', 0)).toBe('\x1b[90m       \x1b[0mnpm ci\x1b[0m\r\n');
});

it("puts nothing in front of the run's own lines", () => {
  const options = { numbers: false, times: 'off', startedAt } as const;
  expect(terminalLine({ ...line, vertex: 0 }, options)).toBe('npm ci\x1b[0m\r\n');
});

it('leaves no colour behind for the next line', () => {
  const options = { numbers: false, times: 'off', startedAt } as const;
  expect(terminalLine({ ...line, vertex: 0, text: '\x1b[41mred' }, options)).toBe('\x1b[41mred\x1b[0m\r\n');
});

it('counts from zero when the clock of the engine is behind', () => {
  expect(lineTime(startedAt - 5_000, 'relative', startedAt)).toBe('   0.0s');
});

it('copies a line as it reads', () => {
  expect(plainLine({ vertex: 7, text: '10%\r\x1b[32m100%\x1b[0m' })).toBe('#7 100%');
});

it.each([
  ['', true],
  ['  \r', true],
  ['x\r  ', true],
  [' x', false],
])('tells whether %j shows nothing', (text, blank) => {
  expect(isBlank(text)).toBe(blank);
});
