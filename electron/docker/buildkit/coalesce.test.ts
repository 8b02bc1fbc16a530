import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { coalesce } from './coalesce.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function collecting() {
  const sent: string[] = [];
  return { sent, ...coalesce<string, string>(50, (state) => sent.push(state)) };
}

it('sends the first state at once, and of those that follow the last', () => {
  const { sent, push } = collecting();
  push('a', 'a1');
  push('a', 'a2');
  push('a', 'a3');
  expect(sent).toEqual(['a1']);
  vi.advanceTimersByTime(50);
  expect(sent).toEqual(['a1', 'a3']);
});

it('rests again after what it sent late', () => {
  const { sent, push } = collecting();
  push('a', 'a1');
  push('a', 'a2');
  vi.advanceTimersByTime(50);
  push('a', 'a3');
  expect(sent).toEqual(['a1', 'a2']);
  vi.advanceTimersByTime(50);
  expect(sent).toEqual(['a1', 'a2', 'a3']);
});

it('holds nothing back for another key, nor after a pause', () => {
  const { sent, push } = collecting();
  push('a', 'a1');
  push('b', 'b1');
  vi.advanceTimersByTime(50);
  push('a', 'a2');
  expect(sent).toEqual(['a1', 'b1', 'a2']);
});

it('sends what waits when it is flushed, and nothing later', () => {
  const { sent, push, flush } = collecting();
  push('a', 'a1');
  push('a', 'a2');
  flush();
  expect(sent).toEqual(['a1', 'a2']);
  vi.runAllTimers();
  expect(sent).toEqual(['a1', 'a2']);
});
