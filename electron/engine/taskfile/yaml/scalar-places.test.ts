import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseYaml } from './parse-yaml.ts';
import { placesInScalar, writeInScalar } from './scalar-places.ts';
import type { YamlScalar } from './yaml-tree.ts';

/** The scalar behind `a:`. */
function scalarOf(text: string): YamlScalar {
  const { root, problems } = parseYaml(text);
  expect(problems).toEqual([]);
  const value = root?.kind === 'map' ? root.entries[0]?.value : undefined;
  if (value?.kind !== 'scalar') throw new Error(`no scalar: ${text}`);
  return value;
}

describe('a part of a scalar', () => {
  // What the part is in the scalar's text, and what marks it in the file.
  it.each([
    ['a: one two', 'two', 'two', true],
    ["a: 'it''s two'", 'two', 'two', true],
    ["a: 'it''s two'", "it's", "it''s", false],
    ['a: "x\\ty two"', 'two', 'two', true],
    ['a: "x\\ty two"', '\t', '\\t', true],
    ['a: "\\x41\\u0042\\U0001F433 two"', '🐳', '\\U0001F433', true],
    ['a: "\\x41\\u0042\\U0001F433 two"', 'two', 'two', true],
    ['a: "one \\\n   two"', 'two', 'two', true],
    ['a: one\n  two', 'two', 'two', true],
    ['a: one\n  two', 'one two', 'one\n  two', false],
    ['a: one\n\n\n  two', 'two', 'two', true],
    ['a: |\n  one\n  two\n', 'two', 'two', true],
    ['a: |\n  one\n    two\n  three\n', '  two', '  two', true],
    ['a: |-\n\n  one\n\n  one two\n', 'one two', 'one two', true],
    ['a: |2\n    one\n  two\n', 'two', 'two', true],
    ['a: >\n  one\n  two\n\n  three\n', 'two', 'two', true],
    ['a: >\n  one\n  two\n\n  three\n', 'three', 'three', true],
    ['a: >\n  one\r\n  two\r\n', 'two', 'two', true],
    ['a: |\n  one\n  two\n', 'one\ntwo', 'one\n  two', false],
  ])('of %j: %j', (text, part, written, verbatim) => {
    const scalar = scalarOf(text);
    const place = placesInScalar(text, scalar)(scalar.text.indexOf(part), part.length);
    expect(text.slice(place.start, place.end)).toBe(written);
    if (written === part) expect(place.verbatim).toBe(verbatim);
  });

  it('lies in the scalar, and stands there to the letter where that is said', () => {
    const content = fc.stringMatching(/^[a-z '"\\$:#-]{1,12}$/);
    const line = fc.tuple(fc.nat(2), content);
    fc.assert(
      fc.property(
        fc.constantFrom('|', '>', '|-', '>+', "'", '"'),
        fc.array(line, { minLength: 1, maxLength: 4 }),
        fc.nat(),
        fc.nat(6),
        (style, lines, at, length) => {
          const text =
            style === "'" || style === '"'
              ? `a: ${style}x${lines
                  .map(([, words]) =>
                    style === "'" ? words.replaceAll("'", "''") : words.replaceAll(/["\\]/g, '\\$&'),
                  )
                  .join('\n  ')}y${style}\n`
              : `a: ${style}\n  x\n${lines.map(([more, words]) => `  ${' '.repeat(more)}${words}\n`).join('')}`;
          const scalar = scalarOf(text);
          const offset = at % scalar.text.length;
          const part = scalar.text.slice(offset, offset + length);
          const place = placesInScalar(text, scalar)(offset, part.length);
          expect(place.start).toBeGreaterThanOrEqual(scalar.start);
          expect(place.start).toBeLessThanOrEqual(place.end);
          expect(place.end).toBeLessThanOrEqual(scalar.end);
          if (place.verbatim && !/['"\\\n]/.test(part)) expect(text.slice(place.start, place.end)).toBe(part);
        },
      ),
      { numRuns: 1_000 },
    );
  });
});

describe('a text to put into a scalar', () => {
  it.each([
    ['a: x', "'$(y)'", "'$(y)'"],
    ['a: x', 'y: z', undefined],
    ['a: x', 'y #z', undefined],
    ['a: x', "'x'", undefined],
    ['a: [x y]', '[z]', undefined],
    ["a: 'x y'", "it's", "it''s"],
    ['a: "x y"', String.raw`"\z`, String.raw`\"\\z`],
    ['a: |\n  x y\n', '\': " #', '\': " #'],
    ['a: |\n  x y\n', 'one\ntwo', undefined],
  ])('of %j: %j', (text, part, expected) => {
    const { root } = parseYaml(text);
    const value = root?.kind === 'map' ? root.entries[0]?.value : undefined;
    const scalar = value?.kind === 'list' ? value.items[0] : value;
    if (scalar?.kind !== 'scalar') throw new Error(text);
    // In the place of the last word, but where the whole scalar begins with it.
    expect(writeInScalar(part, scalar, part === "'x'" ? '' : 'w ', '')).toBe(expected);
  });
});
