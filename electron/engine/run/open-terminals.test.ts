import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import type { ContainerTerminal } from '../ports/containers.ts';
import { createOpenTerminals } from './open-terminals.ts';

const never = new AbortController().signal;

/** A terminal that the test ends. */
function terminal() {
  let end: (code: number) => void = () => undefined;
  const ended = new Promise<number>((resolve) => (end = resolve));
  let closed = 0;
  const made: ContainerTerminal = {
    output: new PassThrough(),
    write: () => Promise.resolve(),
    resize: () => Promise.resolve(),
    ended,
    close: () => Promise.resolve(void closed++),
  };
  return { made, end, closed: () => closed };
}

it('ends those of a name, and at last all', async () => {
  const terminals = createOpenTerminals();
  const [first, second] = [terminal(), terminal()];
  await terminals.open('first', () => Promise.resolve(first.made), never);
  await terminals.open('second', () => Promise.resolve(second.made), never);
  await terminals.end('first');
  expect([first.closed(), second.closed()]).toEqual([1, 0]);
  first.end(0);
  await first.made.ended;
  await terminals.end();
  expect([first.closed(), second.closed()]).toEqual([1, 1]);
});

it('gives up one that is about to be opened, and one that comes all the same', async () => {
  const terminals = createOpenTerminals();
  const late = terminal();
  const given = terminals.open(
    'a',
    (signal) =>
      new Promise((_, reject) =>
        signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true }),
      ),
    never,
  );
  const kept = terminals.open(
    'a',
    (signal) => new Promise((resolve) => signal.addEventListener('abort', () => resolve(late.made), { once: true })),
    never,
  );
  await terminals.end('a');
  await expect(given).rejects.toThrow('nobody waits');
  expect(await kept).toBe(late.made);
  expect(late.closed()).toBe(1);
});

it('tells whoever asked why there is none', async () => {
  const terminals = createOpenTerminals();
  const reason = new Error('not wanted');
  const waiting = (signal: AbortSignal) =>
    signal.aborted ? Promise.reject(signal.reason as Error) : Promise.reject(new Error('no shell'));
  await expect(terminals.open('a', waiting, never)).rejects.toThrow('no shell');
  await expect(terminals.open('a', waiting, AbortSignal.abort(reason))).rejects.toBe(reason);
  await terminals.end();
});
