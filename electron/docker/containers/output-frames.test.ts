import fc from 'fast-check';
import { expect, it } from 'vitest';
import { OutputFrames } from './output-frames.ts';

function frame(stream: number, content: Uint8Array): Buffer {
  const head = Buffer.alloc(8);
  head[0] = stream;
  head.writeUInt32BE(content.length, 4);
  return Buffer.concat([head, content]);
}

/** What comes of an output that arrives in these chunks, by stream. */
function takenApart(chunks: readonly Buffer[]) {
  const told: (readonly [stream: string, data: Buffer])[] = [];
  const frames = new OutputFrames((stream, data) => told.push([stream, Buffer.from(data)]));
  for (const chunk of chunks) frames.take(chunk, 0);
  frames.end();
  return told;
}

it('gives the content of each stream, however the output is cut', () => {
  const frames = fc.array(fc.tuple(fc.constantFrom(1, 2), fc.uint8Array({ maxLength: 40 })));
  fc.assert(
    fc.property(frames, fc.array(fc.integer({ min: 1, max: 30 })), (sent, cuts) => {
      const all = Buffer.concat(sent.map(([stream, content]) => frame(stream, content)));
      const chunks: Buffer[] = [];
      let at = 0;
      for (const cut of cuts) chunks.push(all.subarray(at, (at += cut)));
      chunks.push(all.subarray(at));
      const told = takenApart(chunks);
      for (const [number, name] of [
        [1, 'stdout'],
        [2, 'stderr'],
      ] as const) {
        const expected = Buffer.concat(sent.flatMap(([stream, content]) => (stream === number ? [content] : [])));
        expect(Buffer.concat(told.flatMap(([stream, data]) => (stream === name ? [data] : [])))).toEqual(expected);
      }
      // No order is lost: one after the other, the pieces are what was sent.
      expect(Buffer.concat(told.map(([, data]) => data))).toEqual(Buffer.concat(sent.map(([, content]) => content)));
    }),
  );
});

it('hands on what is there of a frame, and keeps nothing of it', () => {
  const whole = frame(1, Buffer.alloc(1_000_000, 'x'));
  const told: Uint8Array[] = [];
  const frames = new OutputFrames((_stream, data) => told.push(data));
  const first = whole.subarray(0, 1000);
  frames.take(first, 0);
  expect(told).toHaveLength(1);
  expect(told[0]).toHaveLength(992);
  // The chunk itself, not a copy.
  expect(told[0]?.buffer).toBe(first.buffer);
});

it.each([
  ['text', Buffer.from('no frames at all')],
  ['a stream that there isn’t', frame(7, Buffer.from('x'))],
  ['something in the three zeros', Buffer.from([1, 0, 1, 0, 0, 0, 0, 1, 120])],
])('refuses %s', (_, chunk) => {
  expect(() => takenApart([chunk])).toThrow('something else than a container');
});

it.each([4, 8, 11])('knows an output that broke off after %i bytes', (length) => {
  expect(() => takenApart([frame(1, Buffer.from('text')).subarray(0, length)])).toThrow('broke off');
});
