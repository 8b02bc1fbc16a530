import { describe, expect, it } from 'vitest';
import { appFailure } from '@shared/model/app-error.ts';
import { listCondition } from './list-state.tsx';
import type { ListQuery } from './list-state.tsx';

const failure = appFailure('internal');

function query(part: Partial<ListQuery<string>>): ListQuery<string> {
  return { data: undefined, error: null, dataUpdatedAt: 5, refetch: () => {}, ...part };
}

describe('listCondition', () => {
  it.each([
    ['nothing yet', query({}), false, { kind: 'loading' }],
    ['a failure', query({ error: failure }), false, { kind: 'failed', error: failure }],
    ['nothing there', query({ data: [] }), false, { kind: 'empty' }],
    ['nothing found', query({ data: [] }), true, { kind: 'filteredEmpty' }],
    ['items', query({ data: ['a'] }), true, { kind: 'ready', items: ['a'] }],
    [
      'items that could not be refreshed',
      query({ data: ['a'], error: failure }),
      false,
      { kind: 'stale', items: ['a'], since: 5, error: failure },
    ],
  ])('%s', (_, given, filtered, expected) => {
    expect(listCondition(given, filtered)).toEqual(expected);
  });
});
