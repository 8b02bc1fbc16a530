import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { startDeadline } from './deadline.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('fires with its reason when the time is up, and not before', () => {
  const { signal } = startDeadline(1000, () => 'late');
  vi.advanceTimersByTime(999);
  expect(signal.aborted).toBe(false);
  vi.advanceTimersByTime(1);
  expect(signal.reason).toBe('late');
});

it('may be longer than timers count', () => {
  const { signal } = startDeadline(2 ** 31, () => 'late');
  vi.advanceTimersByTime(2 ** 31 - 2);
  expect(signal.aborted).toBe(false);
});

it('stands still while it is held, by several at once too', () => {
  const deadline = startDeadline(1000, () => 'late');
  const { signal } = deadline;
  vi.advanceTimersByTime(400);
  deadline.hold();
  deadline.hold();
  vi.advanceTimersByTime(60_000);
  deadline.release();
  vi.advanceTimersByTime(60_000);
  expect(signal.aborted).toBe(false);
  deadline.release();
  vi.advanceTimersByTime(599);
  expect(signal.aborted).toBe(false);
  vi.advanceTimersByTime(1);
  expect(signal.aborted).toBe(true);
});

it('never fires once it has ended, held or not', () => {
  for (const held of [false, true]) {
    const deadline = startDeadline(10, () => 'late');
    if (held) deadline.hold();
    deadline.end();
    if (held) deadline.release();
    vi.advanceTimersByTime(1000);
    expect(deadline.signal.aborted).toBe(false);
  }
});
