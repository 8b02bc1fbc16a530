import { expect, it } from 'vitest';
import { rowAtScroll, scrollOfRow, scrollScale } from './scroll-scale.ts';

it('scrolls a short list pixel by pixel', () => {
  const scale = scrollScale(1_000, 18, 400);
  expect(scale.height).toBe(999 * 18 + 400);
  expect(rowAtScroll(scale, 18 * 10.5)).toBeCloseTo(10.5);
});

it.each([1_000_000, 20_000_000])(
  'reaches the first and the last of %d rows, below the height that browsers can do',
  (rows) => {
    const scale = scrollScale(rows, 18, 400);
    expect(scale.height).toBeLessThan(10_000_000);
    expect(rowAtScroll(scale, 0)).toBe(0);
    expect(rowAtScroll(scale, scale.height - 400)).toBeCloseTo(rows - 1);
    expect(rowAtScroll(scale, scrollOfRow(scale, 123_456))).toBeCloseTo(123_456);
  },
);

it.each([0, 1])('has nothing to scroll with %d rows', (rows) => {
  const scale = scrollScale(rows, 18, 400);
  expect(scale.height).toBe(400);
  expect(rowAtScroll(scale, 0)).toBe(0);
  expect(scrollOfRow(scale, 0)).toBe(0);
});
