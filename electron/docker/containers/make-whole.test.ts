import { expect, it, vi } from 'vitest';
import { makeWhole } from './make-whole.ts';

it('answers what was made', async () => {
  const undo = vi.fn<(made: string) => Promise<void>>();
  await expect(makeWhole(new AbortController().signal, () => Promise.resolve('a'), undo)).resolves.toBe('a');
  expect(undo).not.toHaveBeenCalled();
});

it('undoes what nobody wants any more, once it is there', async () => {
  const stop = new AbortController();
  const undo = vi.fn<(made: string) => Promise<void>>(() => Promise.resolve());
  let made: (name: string) => void = () => undefined;
  const making = makeWhole(stop.signal, () => new Promise<string>((resolve) => (made = resolve)), undo);
  stop.abort(new Error('canceled'));
  made('a');
  await expect(making).rejects.toThrow('canceled');
  expect(undo).toHaveBeenCalledWith('a', expect.any(AbortSignal));
});

it('makes nothing for who is gone already', async () => {
  const make = vi.fn<() => Promise<string>>();
  await expect(makeWhole(AbortSignal.abort(new Error('gone')), make, () => Promise.resolve())).rejects.toThrow('gone');
  expect(make).not.toHaveBeenCalled();
});
