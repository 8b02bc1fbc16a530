import { describe, expect, it } from 'vitest';
import { chosenStatuses, parseRunQuery, toggleStatus } from './run-query.ts';

const now = Date.parse('2026-11-23T12:00:30.000Z');

describe('parseRunQuery', () => {
  it.each([
    ['', {}],
    ['   ', {}],
    ['status:failed', { statuses: ['Failed'] }],
    ['status:failed,timeout', { statuses: ['Failed', 'Timeout'] }],
    ['status:failed status:error', { statuses: ['Failed', 'Error'] }],
    ['status:running', { statuses: ['Started', 'Running'] }],
    ['STATUS:Active', { statuses: ['Queued', 'Started', 'Running'] }],
    ['image:shop/web', { image: 'shop/web' }],
    ['image:a image:b', { image: 'b' }],
    ['since:30m', { since: '2026-11-23T11:30:00.000Z' }],
    ['since:7d', { since: '2026-11-16T12:00:00.000Z' }],
    ['since:2w', { since: '2026-11-09T12:00:00.000Z' }],
    ['out of memory', { text: 'out of memory' }],
    ['"out of memory"', { text: 'out of memory' }],
    ['image:"a b" text', { image: 'a b', text: 'text' }],
    ['before status:failed after', { statuses: ['Failed'], text: 'before after' }],
    ['registry.example.com:5000/web', { text: 'registry.example.com:5000/web' }],
    ['결제 status:failed', { statuses: ['Failed'], text: '결제' }],
    // What is still being typed narrows nothing.
    ['status: image: since:', {}],
    ['status:failed,', { statuses: ['Failed'] }],
    ['"never closed', { text: 'never closed' }],
  ])('reads %j', (text, query) => {
    expect(parseRunQuery(text, now)).toEqual({ query, problems: [] });
  });

  it('takes a day by the local clock', () => {
    const { query } = parseRunQuery('since:2026-11-20', now);
    expect(query.since).toBe(new Date(2026, 10, 20).toISOString());
  });

  it('composes decomposed Hangul, as macOS hands it out', () => {
    expect(parseRunQuery('결제'.normalize('NFD'), now).query.text).toBe('결제');
  });

  it.each([
    ['status:done', { kind: 'status', word: 'done' }],
    ['since:yesterday', { kind: 'since', word: 'yesterday' }],
    ['since:2026-13-45', { kind: 'since', word: '2026-13-45' }],
  ])('says what it does not understand in %j, and filters by the rest', (text, problem) => {
    expect(parseRunQuery(`${text} image:web`, now)).toEqual({ query: { image: 'web' }, problems: [problem] });
  });

  it('asks the same question for a minute', () => {
    expect(parseRunQuery('since:1h', now)).toEqual(parseRunQuery('since:1h', now + 20_000));
  });
});

describe('The chips', () => {
  it.each([
    ['', 'failed', 'status:failed'],
    ['status:failed', 'failed', ''],
    ['status:failed', 'running', 'status:failed,running'],
    ['status:failed,running image:web some text', 'failed', 'status:running image:web some text'],
    ['image:web status:failed', 'queued', 'status:failed,queued image:web'],
    ['status:failed status:error', 'failed', 'status:error'],
  ] as const)('turn %j by %s into %j', (before, status, after) => {
    expect(toggleStatus(before, status)).toBe(after);
  });

  it('are on for what the query names', () => {
    expect(chosenStatuses('status:Failed,running text')).toEqual(new Set(['failed', 'running']));
  });
});
