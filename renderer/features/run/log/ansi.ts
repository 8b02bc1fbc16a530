/**
 * What a build printed, made safe to show. Of all escape sequences only colours and styles (SGR) are obeyed: nothing moves
 * the cursor, sets a title, makes a link or reaches the clipboard. Other control characters become their pictures, one for
 * one, so that columns stay true.
 */

// ECMA-48: CSI, OSC and the other strings (also where they aren't ended), and the short ones. The same as the engine's search.
// oxlint-disable-next-line no-control-regex
const sequences = /\x1b(?:\[[0-?]*[ -/]*[@-~]|[\]PX^_][^\x07\x1b\n]*(?:\x07|\x1b\\)?|[ -/]+[0-~]|[0-~])/g;
// oxlint-disable-next-line no-control-regex
const styleSequence = /^\x1b\[([\d;:]*)m$/;
// oxlint-disable-next-line no-control-regex
const controls = /[\x00-\x08\x0a-\x1f\x7f-\x9f]/;
// oxlint-disable-next-line no-control-regex
const allControls = /[\x00-\x08\x0a-\x1f\x7f-\x9f]/g;

function picture(control: string): string {
  const code = control.charCodeAt(0);
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  return code === 0x7f ? '␡' : '�';
}

/** Where the last state of a line begins that was rewritten after carriage returns (a progress bar), and where it ends. */
export function lastState(text: string): readonly [start: number, end: number] {
  let end = text.length;
  while (end > 0 && text.charCodeAt(end - 1) === 0x0d) end -= 1;
  return [text.lastIndexOf('\r', end - 1) + 1, end];
}

/** A line for a terminal: its last state, with nothing in it that a terminal obeys but colours and styles. */
export function terminalText(text: string): string {
  if (!controls.test(text)) return text;
  const [start, end] = lastState(text);
  // Colours that were set before the last carriage return are still in force behind it.
  const before =
    start === 0 ? '' : (text.slice(0, start).match(sequences) ?? []).filter(isStyle).map(readable).join('');
  let kept = before;
  let at = start;
  for (const match of text.slice(start, end).matchAll(sequences)) {
    const index = start + match.index;
    kept += text.slice(at, index).replace(allControls, picture);
    if (isStyle(match[0])) kept += readable(match[0]);
    at = index + match[0].length;
  }
  return kept + text.slice(at, end).replace(allControls, picture);
}

/** Terminals draw dim text (SGR 2) half transparent, which nobody can read: it becomes grey. */
function readable(sequence: string): string {
  const codes = styleSequence.exec(sequence)?.[1];
  if (codes === undefined || !/(^|;)22?(;|$)/.test(codes) || /(^|;)[34]8[;:]/.test(codes)) return sequence;
  return `\x1b[${codes.replace(/(^|;)2(?=;|$)/g, '$190').replace(/(^|;)22(?=;|$)/g, '$122;39')}m`;
}

function isStyle(sequence: string): boolean {
  return styleSequence.test(sequence);
}

/** A colour of the terminal's sixteen; a name of `--ansi-…` in the tokens. */
export type AnsiColor =
  | 'black'
  | 'red'
  | 'green'
  | 'yellow'
  | 'blue'
  | 'magenta'
  | 'cyan'
  | 'white'
  | 'bright-black'
  | 'bright-red'
  | 'bright-green'
  | 'bright-yellow'
  | 'bright-blue'
  | 'bright-magenta'
  | 'bright-cyan'
  | 'bright-white';

export const ansiColors = [
  ...(['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white'] as const),
  'bright-black',
  'bright-red',
  'bright-green',
  'bright-yellow',
  'bright-blue',
  'bright-magenta',
  'bright-cyan',
  'bright-white',
] as const satisfies readonly AnsiColor[];

export interface TextStyle {
  readonly color: AnsiColor | undefined;
  readonly bold: boolean;
  readonly dim: boolean;
  readonly italic: boolean;
  readonly underline: boolean;
}

/** A stretch of a line in one style. `match`: it belongs to a hit of the search, counted from 0. */
export interface StyledPart {
  readonly text: string;
  readonly style: TextStyle;
  readonly match: number | undefined;
}

export const plainStyle: TextStyle = { color: undefined, bold: false, dim: false, italic: false, underline: false };

/**
 * The last state of a line as styled stretches, for elements of our own. Grounds and the colours beyond sixteen are brought
 * back to the sixteen that the theme keeps readable.
 * @param ranges hits, as offsets in the text without escape sequences (as `runs.search` tells them)
 */
export function styledParts(text: string, ranges: readonly (readonly [number, number])[] = []): readonly StyledPart[] {
  const plain = text.replace(sequences, '');
  const [start, end] = lastState(plain);
  const parts: StyledPart[] = [];
  let style = plainStyle;
  let offset = 0; // in the plain text
  let at = 0;
  const add = (piece: string) => {
    for (const [from, to, match] of cuts(offset, offset + piece.length, ranges)) {
      const first = Math.max(from, start);
      const last = Math.min(to, end);
      if (first >= last) continue;
      const shown = piece.slice(first - offset, last - offset).replace(allControls, picture);
      parts.push({ text: shown, style, match });
    }
    offset += piece.length;
  };
  for (const sequence of text.matchAll(sequences)) {
    add(text.slice(at, sequence.index));
    at = sequence.index + sequence[0].length;
    const codes = styleSequence.exec(sequence[0])?.[1];
    if (codes !== undefined) style = restyle(style, codes);
  }
  add(text.slice(at));
  return parts;
}

/** Cuts a stretch where hits begin and end. */
function* cuts(
  from: number,
  to: number,
  ranges: readonly (readonly [number, number])[],
): Generator<readonly [from: number, to: number, match: number | undefined]> {
  let at = from;
  for (const [index, [first, last]] of ranges.entries()) {
    if (last <= at || first >= to) continue;
    if (first > at) yield [at, first, undefined];
    yield [Math.max(at, first), Math.min(to, last), index];
    at = Math.min(to, last);
  }
  if (at < to) yield [at, to, undefined];
}

function restyle(style: TextStyle, codes: string): TextStyle {
  const numbers = codes.split(/[;:]/).map(Number);
  let next = style;
  for (let at = 0; at < numbers.length; at++) {
    const code = numbers[at] ?? 0;
    if (code === 0) next = plainStyle;
    else if (code === 1) next = { ...next, bold: true };
    else if (code === 2) next = { ...next, dim: true };
    else if (code === 3) next = { ...next, italic: true };
    else if (code === 4) next = { ...next, underline: true };
    else if (code === 22) next = { ...next, bold: false, dim: false };
    else if (code === 23) next = { ...next, italic: false };
    else if (code === 24) next = { ...next, underline: false };
    else if (code >= 30 && code <= 37) next = { ...next, color: ansiColors[code - 30] };
    else if (code >= 90 && code <= 97) next = { ...next, color: ansiColors[code - 90 + 8] };
    else if (code === 39) next = { ...next, color: undefined };
    else if (code === 38 || code === 48) {
      const [color, used] = extendedColor(numbers.slice(at + 1));
      if (code === 38) next = { ...next, color };
      at += used;
    }
  }
  return next;
}

/** `5;n` of the 256 colours or `2;r;g;b`, as the nearest of the sixteen, and how many numbers that took. */
function extendedColor(numbers: readonly number[]): readonly [AnsiColor | undefined, number] {
  const [kind, first = 0, second = 0, third = 0] = numbers;
  if (kind === 2) return [nearest(first, second, third), 4];
  if (kind !== 5 || numbers.length < 2) return [undefined, 1];
  if (first < 16) return [ansiColors[first], 2];
  if (first >= 232) return [undefined, 2]; // greys: the text's own colour is always readable
  const cube = first - 16;
  const level = (part: number) => (part === 0 ? 0 : 55 + part * 40);
  return [nearest(level(Math.floor(cube / 36)), level(Math.floor(cube / 6) % 6), level(cube % 6)), 2];
}

function nearest(red: number, green: number, blue: number): AnsiColor | undefined {
  const most = Math.max(red, green, blue);
  const least = Math.min(red, green, blue);
  if (most - least < 40) return undefined;
  const half = (most + least) / 2;
  const index = (red > half ? 1 : 0) | (green > half ? 2 : 0) | (blue > half ? 4 : 0);
  return ansiColors[index];
}
