import { QueryClient } from '@tanstack/react-query';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { followEvents } from './invalidation.ts';
import { operationKey } from './hooks.ts';

let send: (event: unknown) => void = () => {};

beforeEach(() => {
  vi.useFakeTimers();
  Object.assign(window, {
    slipway: {
      onEvent: (listener: (event: unknown) => void) => {
        send = listener;
        return () => {
          send = () => {};
        };
      },
    },
  });
});

afterEach(() => {
  vi.useRealTimers();
  Reflect.deleteProperty(window, 'slipway');
});

describe('followEvents', () => {
  const list = operationKey('runs', 'list', { limit: 5 });
  const shown = operationKey('runs', 'show', { runId: 'ca4' });
  const other = operationKey('runs', 'show', { runId: 'ca5' });

  it('makes stale what a changed run touches, and nothing else', () => {
    const queries = new QueryClient();
    for (const key of [list, shown, other]) queries.setQueryData(key, {});
    followEvents(queries, () => {});
    send({ kind: 'runChanged', runId: 'ca4' });
    vi.advanceTimersByTime(1_000);
    const stale = [list, shown, other].map((key) => queries.getQueryState(key)?.isInvalidated);
    expect(stale).toEqual([true, true, false]);
  });

  it('answers a burst of events once', () => {
    const queries = new QueryClient();
    const invalidate = vi.spyOn(queries, 'invalidateQueries');
    followEvents(queries, () => {});
    for (let index = 0; index < 100; index += 1) send({ kind: 'settingsChanged' });
    vi.advanceTimersByTime(1_000);
    expect(invalidate.mock.calls.map(([filters]) => filters?.queryKey)).toEqual([
      ['settings', 'get'],
      ['quickBuilds', 'equivalents'],
      ['taskFiles', 'equivalents'],
      ['taskFiles', 'preview'],
    ]);
  });

  it('takes the engine from the event itself, without asking again', () => {
    const queries = new QueryClient();
    followEvents(queries, () => {});
    send({ kind: 'engineChanged', status: { state: 'searching', attempts: [] } });
    expect(queries.getQueryData(operationKey('engine', 'status'))).toEqual({ state: 'searching', attempts: [] });
  });

  it('goes where main asks to', () => {
    const places: string[] = [];
    followEvents(new QueryClient(), (to) => places.push(to));
    send({ kind: 'navigate', to: '/runs/ca4' });
    expect(places).toEqual(['/runs/ca4']);
  });

  it('stops when it is told to', () => {
    const queries = new QueryClient();
    queries.setQueryData(list, []);
    const stop = followEvents(queries, () => {});
    send({ kind: 'runChanged', runId: 'ca4' });
    stop();
    vi.advanceTimersByTime(1_000);
    expect(queries.getQueryState(list)?.isInvalidated).toBe(false);
  });
});
