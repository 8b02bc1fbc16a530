import type { Budget } from '../limits.ts';

/** What stands between `%` and the verb of a Go format. */
export interface Flags {
  plus: boolean;
  minus: boolean;
  sharp: boolean;
  space: boolean;
  zero: boolean;
  /** `%+v` and `%#v`, which are other formats rather than flags. */
  plusV: boolean;
  sharpV: boolean;
  width: number | undefined;
  precision: number | undefined;
}

export function noFlags(): Flags {
  return {
    plus: false,
    minus: false,
    sharp: false,
    space: false,
    zero: false,
    plusV: false,
    sharpV: false,
    width: undefined,
    precision: undefined,
  };
}

/** Fills up to the width, with zeros where the flags say so. */
export function pad(budget: Budget, flags: Flags, text: string): string {
  const { width = 0, minus, zero } = flags;
  if (width === 0) return text;
  const letters = countLetters(text);
  if (letters >= width) return text;
  budget.allocate(width - letters);
  const padding = (zero ? '0' : ' ').repeat(width - letters);
  return minus ? text + padding : padding + text;
}

export function padWithBlanks(budget: Budget, flags: Flags, text: string): string {
  return flags.zero ? pad(budget, { ...flags, zero: false }, text) : pad(budget, flags, text);
}

/** Letters, not UTF-16 units. */
function countLetters(text: string): number {
  let letters = text.length;
  for (let at = 0; at < text.length - 1; at += 1) {
    if ((text.charCodeAt(at) & 0xfc00) === 0xd800 && (text.charCodeAt(at + 1) & 0xfc00) === 0xdc00) letters -= 1;
  }
  return letters;
}

/** The first letters, as many as the precision says. */
export function truncated(flags: Flags, text: string): string {
  if (flags.precision === undefined || text.length <= flags.precision) return text;
  let letters = 0;
  let end = 0;
  for (const letter of text) {
    if (letters >= flags.precision) break;
    letters += 1;
    end += letter.length;
  }
  return text.slice(0, end);
}
