import { describe, expect, it } from 'vitest';
import { formatBytes } from './bytes.ts';

describe('formatBytes', () => {
  it.each([
    [0, '0 B'],
    [1, '1 B'],
    [999, '999 B'],
    [1000, '1 kB'],
    [1234, '1.2 kB'],
    [99_499, '99.5 kB'],
    [99_900, '100 kB'],
    [999_499, '999 kB'],
    [999_500, '1 MB'],
    [34_000_000, '34 MB'],
    [7_650_000_000, '7.7 GB'],
    [-2_500, '-2.5 kB'],
  ])('%d bytes read %s', (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });

  it('never runs out of units', () => {
    expect(formatBytes(9.9e18)).toBe('9,900 PB');
  });

  it("takes the locale's decimal sign", () => {
    expect(formatBytes(1234, 'de')).toBe('1,2 kB');
  });
});
