import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Decoded,
  bool,
  bytes,
  int,
  message,
  nested,
  repeated,
  repeatedBytes,
  repeatedInt,
  repeatedString,
  string,
  stringMap,
} from './message.ts';

const Inner = message({ name: string(1), size: int(2) });
const Outer = message({
  text: string(1),
  data: bytes(2),
  flag: bool(3),
  count: int(4),
  one: nested(5, Inner),
  many: repeated(6, Inner),
  words: repeatedString(7),
  pieces: repeatedBytes(8),
  numbers: repeatedInt(9),
  pairs: stringMap(16),
});

describe('a message', () => {
  it('reads back what it wrote, whatever the values', () => {
    const inner = fc.record({ name: fc.string({ unit: 'grapheme' }), size: fc.maxSafeInteger() });
    const key = fc.string({ unit: 'grapheme' }).filter((name) => name !== '__proto__');
    const outer: fc.Arbitrary<Decoded<typeof Outer>> = fc.record({
      text: fc.string({ unit: 'grapheme' }),
      data: fc.uint8Array(),
      flag: fc.boolean(),
      count: fc.maxSafeInteger(),
      one: fc.option(inner, { nil: undefined }),
      many: fc.array(inner),
      words: fc.array(fc.string({ unit: 'grapheme' })),
      pieces: fc.array(fc.uint8Array()),
      numbers: fc.array(fc.maxSafeInteger()),
      pairs: fc.dictionary(key, fc.string({ unit: 'grapheme' }), { noNullPrototype: true }),
    });
    fc.assert(
      fc.property(outer, (value) => {
        expect(Outer.decode(Outer.encode(value))).toEqual(value);
      }),
    );
  });

  it('has the bytes that the specification gives', () => {
    // https://protobuf.dev/programming-guides/encoding/: 150 in field 1, "testing" in field 2.
    expect(Buffer.from(message({ a: int(1) }).encode({ a: 150 })).toString('hex')).toBe('089601');
    expect(Buffer.from(message({ b: string(2) }).encode({ b: 'testing' })).toString('hex')).toBe('120774657374696e67');
    // The same: packed fields.
    const packed = message({ f: repeatedInt(6) }).encode({ f: [3, 270, 86942] });
    expect(Buffer.from(packed).toString('hex')).toBe('3206038e029ea705');
  });

  it('skips fields that it does not know', () => {
    const bytesOfMore = message({ name: string(1), later: string(9), size: int(2) }).encode({
      name: 'a',
      later: 'b',
      size: 3,
    });
    expect(Inner.decode(bytesOfMore)).toEqual({ name: 'a', size: 3 });
  });

  it('refuses what is no message, and never hangs on it', () => {
    expect(() => Inner.decode(Uint8Array.of(0x0a, 0x05, 0x61))).toThrow();
    fc.assert(
      fc.property(fc.uint8Array(), (noise) => {
        try {
          Outer.decode(noise);
        } catch (error) {
          expect(error).toBeInstanceOf(Error);
        }
      }),
    );
  });
});
