import { expect, it } from 'vitest';
import type { LogMatch } from '@shared/model/log-line.ts';
import { firstMatchFrom, stepMatch } from './search-cursor.ts';

const matches = [3, 40, 500].map((line): LogMatch => ({
  line,
  stepId: 'build',
  vertex: 1,
  text: 'x',
  ranges: [[0, 1]],
}));

it.each([
  [0, 0],
  [3, 0],
  [4, 1],
  [501, 0],
])('begins at the first match from line %d on, or at the first', (line, place) => {
  expect(firstMatchFrom(matches, line)).toBe(place);
  expect(firstMatchFrom([], line)).toBe(-1);
});

it.each([
  [-1, 1, 0],
  [-1, -1, 2],
  [0, 1, 1],
  [2, 1, 0],
  [0, -1, 2],
] as const)('goes from %d by %d to %d, round the ends', (from, by, to) => {
  expect(stepMatch(3, from, by)).toBe(to);
});

it('has nowhere to go without matches', () => {
  expect(stepMatch(0, -1, 1)).toBe(-1);
});
