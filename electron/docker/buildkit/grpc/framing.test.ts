import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FrameSplitter, frame } from './framing.ts';

describe('the splitter of gRPC messages', () => {
  it('gives back the messages, wherever the bytes were cut', () => {
    const messages = fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 20 });
    const sizes = fc.infiniteStream(fc.integer({ min: 1, max: 400 }));
    fc.assert(
      fc.property(messages, sizes, (sent, cuts) => {
        const bytes = Buffer.concat(sent.map(frame));
        const splitter = new FrameSplitter();
        const got: Uint8Array[] = [];
        for (let at = 0; at < bytes.length;) {
          const size = cuts.next().value;
          got.push(...splitter.push(bytes.subarray(at, at + size)));
          at += size;
        }
        splitter.end();
        expect(got.map((message) => Buffer.from(message).toString('hex'))).toEqual(
          sent.map((message) => Buffer.from(message).toString('hex')),
        );
      }),
    );
  });

  it('says so when the stream ends inside a message', () => {
    const splitter = new FrameSplitter();
    splitter.push(frame(new Uint8Array(10)).subarray(0, 12));
    expect(() => splitter.end()).toThrow('inside a message');
  });

  it.each([
    ['a compressed message', Uint8Array.of(1, 0, 0, 0, 0), 'compressed'],
    ['a length beyond reason', Uint8Array.of(0, 255, 255, 255, 255), '4294967295 bytes'],
  ])('refuses %s', (_, bytes, words) => {
    expect(() => new FrameSplitter().push(bytes)).toThrow(words);
  });
});
