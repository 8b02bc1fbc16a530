import { describe, expect, it } from 'vitest';
import { formatExactTime, formatRelativeTime } from './relative-time.ts';

const now = Date.UTC(2026, 10, 23, 12, 0, 0);
const minute = 60_000;

describe('formatRelativeTime', () => {
  it.each([
    [0, 'now'],
    [20_000, 'now'],
    [-20_000, 'now'],
    [minute, '1 minute ago'],
    [44 * minute, '44 minutes ago'],
    [50 * minute, '1 hour ago'],
    [23 * 60 * minute, '23 hours ago'],
    [-5 * minute, 'in 5 minutes'],
  ])('%d ms ago reads "%s"', (ago, text) => {
    expect(formatRelativeTime(now - ago, now, 'en')).toBe(text);
  });

  it('is in Korean where the window is', () => {
    expect(formatRelativeTime(now - 3 * minute, now, 'ko')).toBe('3분 전');
  });

  it('names the day after a day, and the year only when it is another', () => {
    expect(formatRelativeTime(now - 3 * 24 * 60 * minute, now, 'en')).toMatch(/^Nov 20, /);
    expect(formatRelativeTime(Date.UTC(2024, 4, 5, 12), now, 'en')).toMatch(/^May 5, 2024, /);
  });
});

describe('formatExactTime', () => {
  it('tells the second and the zone', () => {
    expect(formatExactTime(now, 'en')).toMatch(/^Nov 2[34], 2026, .*:00:00.* \S+$/);
  });
});
