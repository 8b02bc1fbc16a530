import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DerivedText, TextMap } from './text-map.ts';

/** `[` and `]` mark the stretch in a text. */
function stretchOf(text: string) {
  const start = text.indexOf('[');
  return { start, end: text.indexOf(']') - 1 };
}

describe('a text made of another', () => {
  const author = TextMap.ofAuthor('first\nsecond $name third\nlast');
  const second = new DerivedText(author.text);
  second.copy(6, 13);
  second.put('<value>', { start: 13, end: 18 });
  second.copy(18, author.text.length);
  const derived = second.finish(author);

  it.each([
    ['[second] <value> third\nlast', { line: 2, column: 1, endLine: 2, endColumn: 7 }, true],
    ['second [<va]lue> third\nlast', { line: 2, column: 8, endLine: 2, endColumn: 13 }, false],
    ['second <va[lue> th]ird\nlast', { line: 2, column: 8, endLine: 2, endColumn: 16 }, false],
    ['second <value> third[\nla]st', { line: 2, column: 19, endLine: 3, endColumn: 3 }, true],
    ['second <value> third\nlast[]', { line: 3, column: 5, endLine: 3, endColumn: 5 }, true],
    ['sec[]ond <value> third\nlast', { line: 2, column: 4, endLine: 2, endColumn: 4 }, true],
  ])('knows where it came from: %j', (text, range, verbatim) => {
    expect(derived.text).toBe(text.replaceAll(/[[\]]/g, ''));
    expect(derived.rangeOf(stretchOf(text))).toEqual(range);
    expect(derived.originOf(stretchOf(text))?.verbatim).toBe(verbatim);
  });

  it('goes through all that it was made of', () => {
    const shouted = derived.derive('SECOND', [{ start: 0, source: 0, length: 6, verbatim: false }]);
    expect(shouted.rangeOf({ start: 2, end: 3 })).toEqual({ line: 2, column: 1, endLine: 2, endColumn: 7 });
    expect(shouted.originOf({ start: 0, end: 6 })?.verbatim).toBe(false);
  });

  it('has no place in the author’s text when nothing of it is left', () => {
    expect(author.derive('', []).rangeOf({ start: 0, end: 0 })).toBeUndefined();
  });

  it('of a loop, which goes back in its source, marks where it begins', () => {
    const loop = author.derive('ndse', [
      { start: 0, source: 10, length: 0, verbatim: true },
      { start: 2, source: 6, length: 0, verbatim: true },
    ]);
    expect(loop.rangeOf({ start: 0, end: 4 })).toEqual({ line: 2, column: 5, endLine: 2, endColumn: 6 });
  });

  it('leads every verbatim stretch to the same letters, whatever was cut and put in', () => {
    const edit = fc.tuple(fc.nat(6), fc.nat(3), fc.string({ maxLength: 3 }));
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme' }),
        fc.array(fc.array(edit)),
        fc.nat(),
        fc.nat(5),
        (text, rounds, at, length) => {
          const source = TextMap.ofAuthor(text);
          let map = source;
          for (const edits of rounds) {
            const next = new DerivedText(map.text);
            let from = 0;
            for (const [kept, cut, put] of edits) {
              const to = Math.min(map.text.length, from + kept);
              next.copy(from, to);
              from = Math.min(map.text.length, to + cut);
              next.put(put, { start: to, end: from });
            }
            next.copy(from, map.text.length);
            map = next.finish(map);
          }
          const start = at % (map.text.length + 1);
          const end = Math.min(map.text.length, start + length);
          const origin = map.originOf({ start, end });
          if (origin === undefined) return;
          expect(origin.start).toBeLessThanOrEqual(origin.end);
          expect(origin.end).toBeLessThanOrEqual(text.length);
          if (origin.verbatim) expect(text.slice(origin.start, origin.end)).toBe(map.text.slice(start, end));
        },
      ),
      { numRuns: 500 },
    );
  });
});
