import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { byteLength, compareText, fromBytes, sliceBytes, toBytes, wellFormed } from './byte-text.ts';

const bytes = fc.uint8Array({ maxLength: 40 }).map((array) => Buffer.from(array));

describe('bytes as text', () => {
  it('come back as they were', () => {
    fc.assert(
      fc.property(bytes, (original) => {
        const text = fromBytes(original);
        expect(toBytes(text)).toEqual(original);
        expect(byteLength(text)).toBe(original.length);
      }),
    );
  });

  it('are the letters that they spell', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(fromBytes(Buffer.from(text))).toBe(text);
        expect(byteLength(text)).toBe(Buffer.byteLength(text));
      }),
    );
  });

  it('are in the order of their numbers', () => {
    fc.assert(
      fc.property(bytes, bytes, (one, other) => {
        expect(Math.sign(compareText(fromBytes(one), fromBytes(other)))).toBe(Buffer.compare(one, other));
      }),
    );
  });

  it.each([
    ['a\uffee', 'a🎉', -1],
    ['é', 'z', 1],
    ['ab', 'a', 1],
  ])('order %s and %s as UTF-8 does', (one, other, order) => {
    expect(Math.sign(compareText(one, other))).toBe(order);
  });

  it('are cut where it is asked', () => {
    const cut = sliceBytes('한글', 0, 4);
    expect(toBytes(cut)).toEqual(Buffer.from('한글').subarray(0, 4));
    expect(wellFormed(cut)).toBe('한\uFFFD');
    expect(fromBytes(Buffer.concat([toBytes(cut), toBytes(sliceBytes('한글', 4))]))).toBe('한글');
  });
});
