import { isAscii, TextBuilder, wellFormed } from './byte-text.ts';

/** Go's `unicode.IsSpace`; JavaScript's `\s` differs in U+0085 and U+FEFF. */
export function isSpace(letter: string): boolean {
  return letter.length === 1 && isSpaceCode(letter.charCodeAt(0));
}

function isSpaceCode(code: number): boolean {
  if (code <= 0x20) return code === 0x20 || (code >= 0x09 && code <= 0x0d);
  if (code < 0x1680) return code === 0x85 || code === 0xa0;
  if (code >= 0x2000 && code <= 0x200a) return true;
  return [0x1680, 0x2028, 0x2029, 0x202f, 0x205f, 0x3000].includes(code);
}

/** Go's `strings.TrimSpace`. */
export function trimSpace(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isSpaceCode(text.charCodeAt(start))) start += 1;
  while (end > start && isSpaceCode(text.charCodeAt(end - 1))) end -= 1;
  return text.slice(start, end);
}

export function withoutSpaces(text: string): string {
  return mapLetters(text, (letter) => (isSpace(letter) ? '' : letter));
}

/** Go's `unicode.IsPrint`: letters, marks, numbers, punctuation, symbols, and the ASCII blank. */
export function isPrint(letter: string): boolean {
  return letter >= ' ' && letter <= '~' ? true : /^[\p{L}\p{M}\p{N}\p{P}\p{S}]$/u.test(letter);
}

export function isLetter(letter: string): boolean {
  return /^\p{L}$/u.test(letter);
}

export function isDigit(letter: string): boolean {
  return /^\p{Nd}$/u.test(letter);
}

export function isNumber(letter: string): boolean {
  return /^\p{N}$/u.test(letter);
}

export function isPunctuation(letter: string): boolean {
  return /^\p{P}$/u.test(letter);
}

export function isUpper(letter: string): boolean {
  return /^\p{Lu}$/u.test(letter);
}

export function isLower(letter: string): boolean {
  return /^\p{Ll}$/u.test(letter);
}

export function isTitle(letter: string): boolean {
  return /^\p{Lt}$/u.test(letter);
}

/** Go maps letter by letter, one to one, where JavaScript makes `SS` of `ß`: what isn't one letter stays. */
export function upperLetter(letter: string): string {
  const code = letter.codePointAt(0) ?? 0;
  // Greek letters with iota: the one-to-one capital is the title case.
  if (code >= 0x1f80 && code <= 0x1faf) return String.fromCodePoint(code | 8);
  if (code === 0x1fb3 || code === 0x1fc3 || code === 0x1ff3) return String.fromCodePoint(code + 9);
  const upper = letter.toUpperCase();
  return upper.length === letter.length ? upper : letter;
}

export function lowerLetter(letter: string): string {
  if (letter === 'İ') return 'i';
  const lower = letter.toLowerCase();
  return lower.length === letter.length ? lower : letter;
}

/** Go's `unicode.ToTitle`: the capital, but for the few letters that are two in one, and for Georgian. */
export function titleLetter(letter: string): string {
  const code = letter.codePointAt(0) ?? 0;
  if (code >= 0x1c4 && code <= 0x1cc)
    return String.fromCodePoint(code <= 0x1c6 ? 0x1c5 : code <= 0x1c9 ? 0x1c8 : 0x1cb);
  if (code >= 0x1f1 && code <= 0x1f3) return 'ǲ';
  if (code >= 0x10d0 && code <= 0x10ff) return letter;
  return upperLetter(letter);
}

/** Go's `strings.ToUpper`. */
export function toUpper(text: string): string {
  return isAscii(text) ? text.toUpperCase() : mapLetters(text, upperLetter);
}

/** Go's `strings.ToLower`. */
export function toLower(text: string): string {
  return isAscii(text) ? text.toLowerCase() : mapLetters(text, lowerLetter);
}

/** Go's `strings.Title`: a letter begins a word where no letter, digit or underscore stands before it. */
export function toTitle(text: string): string {
  let before = ' ';
  return mapLetters(text, (letter) => {
    const begins = isSeparator(before);
    before = letter;
    return begins ? titleLetter(letter) : letter;
  });
}

function isSeparator(letter: string): boolean {
  if (letter <= '\u007f') return !/[A-Za-z0-9_]/.test(letter);
  return !isLetter(letter) && !isDigit(letter) && isSpace(letter);
}

/** Letter by letter. What is none becomes U+FFFD, as when Go takes text for runes. */
export function mapLetters(text: string, map: (letter: string) => string): string {
  const mapped = new TextBuilder();
  for (const letter of wellFormed(text)) mapped.add(map(letter));
  return mapped.toString();
}
