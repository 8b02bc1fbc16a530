import { describe, expect, it } from 'vitest';
import { rateLimitState } from '@shared/model/rate-limit.ts';
import { readRateLimit } from './rate-limit.ts';

const now = Date.UTC(2026, 0, 1);
const seenAt = '2026-01-01T00:00:00.000Z';
const read = (headers: Readonly<Record<string, string>>, status = 200) =>
  readRateLimit('docker.io', status, (name) => headers[name], now);

describe('what a registry tells of its limits', () => {
  it.each<[string, Readonly<Record<string, string>>, object]>([
    [
      'Docker Hub',
      { 'ratelimit-limit': '100;w=21600', 'ratelimit-remaining': '76;w=21600', 'docker-ratelimit-source': '192.0.2.1' },
      { limit: 100, remaining: 76, windowSeconds: 21_600 },
    ],
    ['without a window', { 'ratelimit-limit': '100', 'ratelimit-remaining': '0' }, { limit: 100, remaining: 0 }],
    [
      'several policies',
      { 'ratelimit-limit': '10, 10;w=1, 50;w=60', 'ratelimit-remaining': '9' },
      { limit: 10, remaining: 9, windowSeconds: 1 },
    ],
    [
      'a moment',
      { 'x-ratelimit-limit': '5000', 'x-ratelimit-remaining': '12', 'x-ratelimit-reset': String(now / 1000 + 60) },
      { limit: 5000, remaining: 12, resetsAt: '2026-01-01T00:01:00.000Z' },
    ],
    [
      'a span',
      { 'ratelimit-limit': '10', 'ratelimit-remaining': '1', 'ratelimit-reset': '30' },
      { limit: 10, remaining: 1, resetsAt: '2026-01-01T00:00:30.000Z' },
    ],
  ])('%s', (_what, headers, told) => {
    const limit = read(headers);
    expect(limit).toMatchObject({ registry: 'docker.io', seenAt, ...told });
    expect(Object.keys(limit ?? {}).sort()).toEqual(['registry', 'seenAt', ...Object.keys(told)].sort());
  });

  it.each<[string, Readonly<Record<string, string>>, number, object]>([
    ['seconds', { 'retry-after': '90' }, 429, { retryAt: '2026-01-01T00:01:30.000Z' }],
    ['a date', { 'retry-after': 'Thu, 01 Jan 2026 01:00:00 GMT' }, 503, { retryAt: '2026-01-01T01:00:00.000Z' }],
    ['a century', { 'retry-after': '999999999' }, 429, { retryAt: '2026-01-31T00:00:00.000Z' }],
    ['nothing', {}, 429, {}],
  ])('a refusal with %s', (_what, headers, status, told) => {
    expect(read(headers, status)).toEqual({ registry: 'docker.io', seenAt, ...told });
  });

  it.each<[string, Readonly<Record<string, string>>, number]>([
    ['nothing', {}, 200],
    ['words', { 'ratelimit-limit': 'many', 'ratelimit-remaining': '-1' }, 200],
    ['numbers that are none', { 'ratelimit-limit': '1e9', 'ratelimit-remaining': '99999999999' }, 200],
    ['a pause after a good answer', { 'retry-after': '90' }, 200],
  ])('%s is no limit', (_what, headers, status) => {
    expect(read(headers, status)).toBeUndefined();
  });
});

describe('what is left of a limit', () => {
  const seen = { registry: 'docker.io', seenAt };
  it.each([
    ['fine', { limit: 100, remaining: 50 }, 0],
    ['low', { limit: 100, remaining: 10 }, 0],
    ['out', { limit: 100, remaining: 0 }, 0],
    ['unknown', { limit: 100, remaining: 0 }, 21_600_000],
    ['fine', { limit: 100, remaining: 50, windowSeconds: 60 }, 59_000],
    ['unknown', { limit: 100, remaining: 50, windowSeconds: 60 }, 60_000],
    ['unknown', { limit: 100, remaining: 0, resetsAt: '2026-01-01T00:00:10.000Z' }, 10_000],
    ['out', { retryAt: '2026-01-01T00:00:10.000Z' }, 9_000],
    ['unknown', { retryAt: '2026-01-01T00:00:10.000Z' }, 10_000],
    ['unknown', {}, 0],
  ] as const)('is %s of %j after %i ms', (state, limit, after) => {
    expect(rateLimitState({ ...seen, ...limit }, now + after)).toBe(state);
  });
});
