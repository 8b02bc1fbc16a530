/** Stretches of line numbers as rows of a list: row 0 is the first line of the first stretch. */
export interface LineMap {
  readonly rows: number;
  /** First line of each stretch. */
  readonly firsts: readonly number[];
  /** Row of each stretch's first line. */
  readonly rowsBefore: readonly number[];
}

export const emptyLineMap: LineMap = { rows: 0, firsts: [], rowsBefore: [] };

/** Adds stretches (first line and count in turn, behind those that are there). */
export function extendLineMap(map: LineMap, ranges: readonly number[]): LineMap {
  if (ranges.length === 0) return map;
  const firsts = [...map.firsts];
  const rowsBefore = [...map.rowsBefore];
  let { rows } = map;
  for (let at = 0; at + 1 < ranges.length; at += 2) {
    const first = ranges[at] ?? 0;
    const lastFirst = firsts.at(-1);
    const lastRow = rowsBefore.at(-1);
    // Goes on where the last stretch ended.
    const joins = lastFirst !== undefined && lastRow !== undefined && lastFirst + (rows - lastRow) === first;
    if (!joins) {
      firsts.push(first);
      rowsBefore.push(rows);
    }
    rows += ranges[at + 1] ?? 0;
  }
  return { rows, firsts, rowsBefore };
}

/** The line of a row. Rows outside the map have the line that the nearest one would lead to. */
export function lineOfRow(map: LineMap, row: number): number {
  const at = Math.max(0, lastAtMost(map.rowsBefore, row));
  return (map.firsts[at] ?? 1) + (row - (map.rowsBefore[at] ?? 0));
}

/** The row of a line, or of the last one before it; 0 when there is none. */
export function rowOfLine(map: LineMap, line: number): number {
  const at = lastAtMost(map.firsts, line);
  if (at < 0) return 0;
  const before = map.rowsBefore[at] ?? 0;
  const end = map.rowsBefore[at + 1] ?? map.rows;
  return Math.min(before + line - (map.firsts[at] ?? 0), end - 1);
}

/** The last line that is in the map; 0 for none. */
export function lastLine(map: LineMap): number {
  return map.rows === 0 ? 0 : lineOfRow(map, map.rows - 1);
}

/** Lines to ask for at once. */
export interface LineSpan {
  readonly from: number;
  readonly count: number;
}

/** Asking once more costs about as much as so many lines that nobody wants. */
const cheaperThanAsking = 100;

/** The questions that bring the lines of these rows, neighbours in one. */
export function spansOfRows(map: LineMap, firstRow: number, count: number): readonly LineSpan[] {
  const spans: { from: number; count: number }[] = [];
  const endRow = Math.min(firstRow + count, map.rows);
  for (let row = firstRow; row < endRow;) {
    const at = Math.max(0, lastAtMost(map.rowsBefore, row));
    const stretchEnd = Math.min(endRow, map.rowsBefore[at + 1] ?? map.rows);
    const from = lineOfRow(map, row);
    const length = stretchEnd - row;
    const last = spans.at(-1);
    if (last !== undefined && from - (last.from + last.count) <= cheaperThanAsking) {
      last.count = from + length - last.from;
    } else {
      spans.push({ from, count: length });
    }
    row = stretchEnd;
  }
  return spans;
}

/** Place of the last value that is at most this one; -1 for none. */
function lastAtMost(values: readonly number[], value: number): number {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((values[middle] ?? 0) <= value) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
