import fc from 'fast-check';
import { expect, it } from 'vitest';
import { emptyLineMap, extendLineMap, lastLine, lineOfRow, rowOfLine, spansOfRows } from './line-map.ts';

/** Lines 2-4, 10 and 200-201. */
const map = extendLineMap(emptyLineMap, [2, 3, 10, 1, 200, 2]);

it.each([
  [0, 2],
  [2, 4],
  [3, 10],
  [4, 200],
  [5, 201],
])('row %d is line %d', (row, line) => {
  expect(lineOfRow(map, row)).toBe(line);
  expect(rowOfLine(map, line)).toBe(row);
});

it('leads a line that is not there to the one before it', () => {
  expect([1, 5, 9, 11, 500].map((line) => rowOfLine(map, line))).toEqual([0, 2, 2, 3, 5]);
});

it('grows, joining what follows without a gap', () => {
  const grown = extendLineMap(map, [202, 8, 300, 1]);
  expect(grown.rows).toBe(15);
  expect(grown.firsts).toEqual([2, 10, 200, 300]);
  expect(lastLine(grown)).toBe(300);
  expect(lastLine(emptyLineMap)).toBe(0);
});

it('asks for neighbours at once, and for what is far away on its own', () => {
  expect(spansOfRows(map, 0, 6)).toEqual([
    { from: 2, count: 9 },
    { from: 200, count: 2 },
  ]);
  expect(spansOfRows(map, 1, 2)).toEqual([{ from: 3, count: 2 }]);
  expect(spansOfRows(emptyLineMap, 0, 10)).toEqual([]);
});

it('finds every line of any map again, and asks for each row', () => {
  const stretches = fc.array(fc.tuple(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 50 })), {
    minLength: 1,
    maxLength: 30,
  });
  fc.assert(
    fc.property(stretches, fc.nat(500), fc.integer({ min: 1, max: 300 }), (parts, first, count) => {
      const ranges: number[] = [];
      const lines: number[] = [];
      let next = 1;
      for (const [gap, length] of parts) {
        next += gap;
        ranges.push(next, length);
        for (let index = 0; index < length; index++) lines.push(next + index);
        next += length;
      }
      const any = extendLineMap(emptyLineMap, ranges);
      expect(any.rows).toBe(lines.length);
      lines.forEach((line, row) => {
        expect(lineOfRow(any, row)).toBe(line);
        expect(rowOfLine(any, line)).toBe(row);
      });
      const wanted = lines.slice(first, first + count);
      const asked = new Set(
        spansOfRows(any, first, count).flatMap((span) => Array.from({ length: span.count }, (_, at) => span.from + at)),
      );
      expect(wanted.every((line) => asked.has(line))).toBe(true);
    }),
  );
});
