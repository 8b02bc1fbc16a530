import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { FrameSplitter } from './framing.ts';
import { Outbox } from './outbox.ts';

it('hands on small messages together, once the loop has a moment', async () => {
  const sent: Buffer[] = [];
  const outbox = new Outbox((bytes) => sent.push(bytes));
  for (const text of ['one', 'two', 'three']) outbox.add(Buffer.from(text));
  expect([sent.length, outbox.length]).toEqual([0, 3 * 5 + 11]);
  await setImmediate();
  expect(sent.map((bytes) => new FrameSplitter().push(bytes).map(String))).toHaveLength(1);
  expect(outbox.length).toBe(0);
});

it('keeps every message whole and in order, however long', async () => {
  const sizes = fc.array(fc.oneof(fc.nat(100), fc.nat(40_000)), { maxLength: 50 });
  await fc.assert(
    fc.asyncProperty(sizes, async (lengths) => {
      const splitter = new FrameSplitter();
      const received: Uint8Array[] = [];
      const outbox = new Outbox((bytes) => received.push(...splitter.push(bytes)));
      const messages = lengths.map((length, index) => Buffer.alloc(length, index + 1));
      for (const message of messages) outbox.add(message);
      await setImmediate();
      expect(received.map(({ length }) => length)).toEqual(lengths);
      expect(Buffer.concat(received).equals(Buffer.concat(messages))).toBe(true);
    }),
    { numRuns: 50 },
  );
});
