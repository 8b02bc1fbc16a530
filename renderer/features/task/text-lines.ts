import type { TextRange } from '@shared/model/task-finding.ts';

/** A text as a text area holds it: lines end in `\n` alone. */
export function unixLines(text: string): string {
  return text.replace(/\r\n?/g, '\n');
}

/** Where each line begins. A text has one line more than it has line ends. */
export function lineStarts(text: string): readonly number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

/** A part of a text, the end behind the last character. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Where a range stands in a text; what lies outside of it is moved to its edge. `starts` is {@link lineStarts} of the text. */
export function spanOf(text: string, starts: readonly number[], range: TextRange): Span {
  const at = (line: number, column: number) => {
    const start = starts[line - 1];
    if (start === undefined) return text.length;
    const next = starts[line];
    const end = next === undefined ? text.length : next - 1;
    return Math.min(start + column - 1, end);
  };
  const start = at(range.line, range.column);
  return { start, end: Math.max(start, at(range.endLine, range.endColumn)) };
}

/**
 * Tells where lines of the source stand in the rendered text. Comments are dropped and templates filled in, so: lines that are
 * equal in both and in order hold the rest, and stretches between them that are equally long are the same lines, filled in.
 * @returns line of the source, from 1 → line of the rendered text; a line without a counterpart is absent
 */
export function renderedLines(source: string, rendered: string): ReadonlyMap<number, number> {
  const from = unixLines(source)
    .split('\n')
    .map((text, index) => ({ text: text.trimEnd(), line: index + 1 }))
    .filter(({ text }) => !/^\s*#/.test(text));
  const to = unixLines(rendered)
    .split('\n')
    .map((text, index) => ({ text: text.trimEnd(), line: index + 1 }))
    .filter(({ text }) => !/^\s*#/.test(text));
  const lines = new Map<number, number>();
  let [i, j] = [0, 0];
  const pair = (length: number) => {
    for (let step = 0; step < length; step += 1) {
      const [left, right] = [from[i + step], to[j + step]];
      if (left !== undefined && right !== undefined) lines.set(left.line, right.line);
    }
  };
  while (i < from.length && j < to.length) {
    const next = nextEqual(from, to, i, j);
    const gap = [next.i - i, next.j - j] as const;
    if (gap[0] === gap[1]) pair(gap[0]);
    [i, j] = [next.i, next.j];
    if (i < from.length && j < to.length) pair(1);
    [i, j] = [i + 1, j + 1];
  }
  return lines;
}

/** How far lines may have moved apart; enough for a block that a condition left out. */
const reach = 200;

/** The nearest pair of equal lines at or behind `i` and `j`, empty lines aside; the ends when there is none. */
function nextEqual(
  from: readonly { readonly text: string }[],
  to: readonly { readonly text: string }[],
  i: number,
  j: number,
): { readonly i: number; readonly j: number } {
  for (let distance = 0; distance <= reach; distance += 1) {
    for (let left = 0; left <= distance; left += 1) {
      const text = from[i + left]?.text;
      if (text !== undefined && text !== '' && text === to[j + distance - left]?.text)
        return { i: i + left, j: j + distance - left };
    }
  }
  return { i: from.length, j: to.length };
}
