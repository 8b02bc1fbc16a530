import { expect, it } from 'vitest';
import { refusesLazyFetches } from './program.ts';

it.each([
  ['2.30.2', false],
  ['2.38.9', false],
  ['2.39.3', false],
  ['2.39.4', true],
  ['2.39.5', true],
  ['2.43.0', false],
  ['2.43.4', true],
  ['2.44.0', false],
  ['2.45.0', true],
  ['2.51.0', true],
  ['3.0.0', true],
  ['1.9.5', false],
])('git %s can be kept from fetching by itself: %s', (version, can) => {
  expect(refusesLazyFetches(version)).toBe(can);
});
