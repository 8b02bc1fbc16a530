import { describe, expect, it } from 'vitest';
import { formatDuration, formatGoDuration } from './duration.ts';

describe('formatDuration', () => {
  it.each([
    [0, '0.0s'],
    [49, '0.0s'],
    [450, '0.5s'],
    [12_340, '12.3s'],
    [59_940, '59.9s'],
    [59_960, '1m 00s'],
    [185_000, '3m 05s'],
    [3_599_400, '59m 59s'],
    [3_599_500, '1h 00m'],
    [7_620_000, '2h 07m'],
  ])('%d ms read %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });
});

describe('formatGoDuration', () => {
  it.each([
    [0, '0s'],
    [499, '0s'],
    [5_000, '5s'],
    [65_000, '1m5s'],
    [60_000, '1m0s'],
    [3_605_000, '1h0m5s'],
    [90_061_000, '25h1m1s'],
  ])("%d ms are %s in Go's words", (ms, text) => {
    expect(formatGoDuration(ms)).toBe(text);
  });
});
