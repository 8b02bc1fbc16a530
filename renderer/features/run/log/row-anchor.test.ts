import { expect, it } from 'vitest';
import { rowsToDraw } from './row-anchor.ts';

it.each([
  ['from the top on', { edge: 'top', row: 100.5 }, 1_000, { first: 100, count: 30 }],
  ['no more than there are', { edge: 'top', row: 990 }, 1_000, { first: 990, count: 10 }],
  ['what stands before the end', { edge: 'bottom', row: 999 }, 1_000, { first: 970, count: 30 }],
  ['what stands before another row', { edge: 'bottom', row: 500 }, 1_000, { first: 471, count: 30 }],
  ['what is behind a row near the beginning too', { edge: 'bottom', row: 3 }, 1_000, { first: 0, count: 30 }],
  ['what led to a row', { edge: 'third', row: 500 }, 1_000, { first: 490, count: 30 }],
  ['the beginning', { edge: 'third', row: 2 }, 1_000, { first: 0, count: 30 }],
  ['nothing of nothing', { edge: 'bottom', row: -1 }, 0, { first: 0, count: 0 }],
  ['what is left of a list that has become shorter', { edge: 'top', row: 500 }, 20, { first: 19, count: 1 }],
] as const)('draws %s', (_, anchor, rows, expected) => {
  expect(rowsToDraw(anchor, rows, 30)).toEqual(expected);
});
