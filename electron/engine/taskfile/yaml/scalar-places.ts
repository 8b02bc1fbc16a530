import type { Stretch } from '../text-map.ts';
import type { ScalarStyle, YamlScalar } from './yaml-tree.ts';

/** A part of a scalar's text and what stands for it in the file, up to the next part. */
interface Run {
  /** In the scalar's text. */
  readonly at: number;
  readonly length: number;
  /** In the file. */
  readonly source: number;
  readonly wrote: number;
  /** It stands there as it is; else as an escape, or as a line break that is folded. */
  readonly verbatim: boolean;
}

/** Tells where a part of a scalar's text stands, and whether the file has exactly that part there. */
export type PlaceInScalar = (offset: number, length: number) => Stretch & { readonly verbatim: boolean };

/**
 * Where the parts of a scalar's text stand in the text of the file: to the letter but where a quote escapes it or a line break
 * is folded, where it is what stands for it. To be asked more than once: the scalar is gone through here.
 */
export function placesInScalar(text: string, scalar: YamlScalar): PlaceInScalar {
  const runs = runsOf(text, scalar);
  return (offset, length) => placeIn(runs, scalar, offset, length);
}

function placeIn(
  runs: readonly Run[],
  scalar: YamlScalar,
  offset: number,
  length: number,
): Stretch & { readonly verbatim: boolean } {
  const first = runAt(runs, offset);
  const last = length > 0 ? runAt(runs, offset + length - 1) : first;
  if (first === undefined || last === undefined) return { start: scalar.start, end: scalar.end, verbatim: false };
  const inFirst = first.verbatim ? Math.min(offset - first.at, first.wrote) : 0;
  const start = first.source + inFirst;
  const end = last.source + (last.verbatim ? Math.min(offset + length - last.at, last.wrote) : last.wrote);
  const verbatim = first === last && first.verbatim && offset + length <= first.at + first.length;
  return { start, end: Math.max(start, end), verbatim };
}

function runAt(runs: readonly Run[], offset: number): Run | undefined {
  return runs.findLast(({ at }) => at <= offset) ?? runs[0];
}

function runsOf(text: string, scalar: YamlScalar): readonly Run[] {
  switch (scalar.style) {
    case 'literal':
    case 'folded':
      return blockRuns(text, scalar);
    case 'plain':
      return flowRuns(text, scalar, scalar.start, scalar.end);
    case 'single':
    case 'double':
      return flowRuns(text, scalar, scalar.start + 1, scalar.end - 1);
  }
}

/** Each line of a block stands in its text without the indentation, one behind the other. */
function blockRuns(text: string, { text: value, start, end }: YamlScalar): readonly Run[] {
  const runs: Run[] = [];
  const body = text.indexOf('\n', start) + 1;
  if (body === 0) return runs;
  const lines = text.slice(body, end).split('\n');
  const indents = lines.filter((line) => /\S/.test(line)).map((line) => /^ */.exec(line)?.[0].length ?? 0);
  const indent = Math.min(...indents.slice(0, 10_000));
  let source = body;
  let at = 0;
  for (const line of lines) {
    const content = line.slice(indent).replace(/\r$/, '');
    const found = /\S/.test(content) ? value.indexOf(content, at) : -1;
    if (found >= 0) {
      const { length } = content;
      runs.push({ at: found, length, source: source + indent, wrote: length, verbatim: true });
      at = found + content.length;
    }
    source += line.length + 1;
  }
  return runs;
}

const lineBreak = /[ \t\r]*\n[ \t\r\n]*/y;
const plainRun = /[^\s\\']+|[ \t]+|'|\\/y;
const escapedBreak = /\\\r?\n[ \t]*/y;
const escape = /\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[^])/y;

/** Plain and quoted scalars: line breaks are folded, and quotes escape. */
function flowRuns(text: string, { text: value, style }: YamlScalar, start: number, end: number): readonly Run[] {
  const runs: Run[] = [];
  let at = 0;
  let source = start;
  const take = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = source;
    return pattern.exec(text)?.[0];
  };
  while (source < end && at < value.length) {
    const folded = take(lineBreak);
    if (folded !== undefined) {
      const breaks = folded.split('\n').length - 1;
      const length = breaks === 1 ? 1 : breaks - 1;
      runs.push({ at, length, source, wrote: folded.length, verbatim: false });
      at += length;
      source += folded.length;
      continue;
    }
    const escaped = escapeAt(style, take);
    if (escaped !== undefined) {
      runs.push({ at, length: escaped.stands, source, wrote: escaped.wrote, verbatim: false });
      at += escaped.stands;
      source += escaped.wrote;
      continue;
    }
    const run = (take(plainRun) ?? text[source] ?? '').slice(0, end - source);
    const before = runs.at(-1);
    if (before?.verbatim === true && before.source + before.wrote === source) {
      const length = before.length + run.length;
      runs[runs.length - 1] = { ...before, length, wrote: length };
    } else runs.push({ at, length: run.length, source, wrote: run.length, verbatim: true });
    at += run.length;
    source += run.length;
  }
  return runs;
}

/** What stands for other text, and for how much of it. */
function escapeAt(
  style: ScalarStyle,
  take: (pattern: RegExp) => string | undefined,
): { readonly wrote: number; readonly stands: number } | undefined {
  if (style === 'single') return take(/''/y) === undefined ? undefined : { wrote: 2, stands: 1 };
  if (style !== 'double') return undefined;
  const broken = take(escapedBreak);
  if (broken !== undefined) return { wrote: broken.length, stands: 0 };
  const escaped = take(escape);
  if (escaped === undefined) return undefined;
  const astral = escaped[1] === 'U' && Number.parseInt(escaped.slice(2), 16) > 0xffff;
  return { wrote: escaped.length, stands: astral ? 2 : 1 };
}

/**
 * How a text is written inside of a scalar, so that it can be put into the file as it is.
 * @param before what stands in front of it in the scalar's text, two characters or more; empty at the beginning
 * @param behind likewise
 * @returns undefined where that scalar can't hold it
 */
export function writeInScalar(
  part: string,
  { style, inFlow }: YamlScalar,
  before: string,
  behind: string,
): string | undefined {
  if (/[\n\r]/.test(part)) return undefined;
  switch (style) {
    case 'literal':
    case 'folded':
      return part;
    case 'single':
      return part.replaceAll("'", "''");
    case 'double':
      return part.replaceAll(/["\\]/g, String.raw`\$&`);
    case 'plain': {
      const around = before.slice(-2) + part + behind.slice(0, 2);
      const breaks = /: | #/.test(around) || (inFlow && /[,[\]{}]/.test(part)) || (behind === '' && part.endsWith(':'));
      const badStart = before === '' && /^(?:[,[\]{}#&*!|>'"%@`]|[-?:](?:\s|$))/.test(around);
      return breaks || badStart ? undefined : part;
    }
  }
}
