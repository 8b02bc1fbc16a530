import { codePoint, fromBytes, TextBuilder } from './byte-text.ts';
import { isPrint } from './letters.ts';

const shortEscapes: Readonly<Record<string, string>> = {
  '\u0007': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
};

/** Go's `strconv.Quote`; with `ascii`, `strconv.QuoteToASCII`. */
export function quote(text: string, ascii = false): string {
  const quoted = new TextBuilder();
  for (const letter of text) quoted.add(escapeLetter(letter, '"', ascii));
  return `"${quoted.toString()}"`;
}

/** Go's `strconv.QuoteRune` of a code point; what is none is U+FFFD. */
export function quoteRune(code: number, ascii = false): string {
  return `'${escapeLetter(runeText(code), "'", ascii)}'`;
}

/** The letter of a code point, as Go's `string(rune)`. */
export function runeText(code: number): string {
  const valid = code >= 0 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff);
  return String.fromCodePoint(valid ? code : 0xfffd);
}

function escapeLetter(letter: string, delimiter: string, ascii: boolean): string {
  if (letter === delimiter || letter === '\\') return `\\${letter}`;
  const code = letter.codePointAt(0) ?? 0;
  if (code < 0x80 && code >= 0x20 && code !== 0x7f) return letter;
  const short = shortEscapes[letter];
  if (short !== undefined) return short;
  if (code < 0x80) return `\\x${hex(code, 2)}`;
  if (code >= 0xd800 && code <= 0xdfff) return `\\x${hex(code & 0xff, 2)}`;
  if (!ascii && isPrint(letter)) return letter;
  return code < 0x10000 ? `\\u${hex(code, 4)}` : `\\U${hex(code, 8)}`;
}

function hex(code: number, width: number): string {
  return code.toString(16).padStart(width, '0');
}

/** Go's `%#U`: `U+0023 '#'`. */
export function describeRune(letter: string): string {
  const code = codePoint(letter);
  const name = `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
  return isPrint(letter) ? `${name} '${letter}'` : name;
}

/** Whether Go's `%#q` may write the text between backquotes. */
export function canBackquote(text: string): boolean {
  return !/[^\t -~\P{ASCII}]|[`\ufeff]|\p{Cs}/u.test(text);
}

/** What a string literal says (Go's `strconv.Unquote`), or nothing where it is malformed. Its quotes are known to be there. */
export function unquote(literal: string): string | undefined {
  const inner = literal.slice(1, -1);
  if (literal.startsWith('`')) return inner.replaceAll('\r', '');
  if (!inner.includes('\\')) return inner;
  const parts: string[] = [];
  let stray = false;
  for (let at = 0; at < inner.length;) {
    const escape = readEscape(inner, at, '"');
    if (escape === undefined) return undefined;
    stray ||= escape.byte !== undefined;
    parts.push(escape.byte === undefined ? escape.text : String.fromCharCode(0xdc00 + escape.byte));
    at = escape.end;
  }
  const text = parts.join('');
  return stray ? joinStrayBytes(text) : text;
}

/** What a character literal stands for, as a code point; or what is wrong with it, in Go's words. */
export function unquoteChar(literal: string): number | string {
  const escape = readEscape(literal, 1, "'");
  if (escape === undefined) return 'invalid syntax';
  if (literal.slice(escape.end) !== "'") return `malformed character constant: ${literal}`;
  return escape.byte ?? codePoint(escape.text);
}

interface Escape {
  readonly text: string;
  /** From `\x` or octal, 0x80 and above: a byte, not a letter. */
  readonly byte?: number;
  readonly end: number;
}

const namedEscapes: Readonly<Record<string, string>> = {
  a: '\u0007',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
};

/** One letter of a literal, escaped or not. */
function readEscape(text: string, at: number, delimiter: string): Escape | undefined {
  const letter = String.fromCodePoint(text.codePointAt(at) ?? 0);
  if (letter === delimiter) return undefined;
  if (letter !== '\\') return { text: letter, end: at + letter.length };
  const kind = text.charAt(at + 1);
  const named = kind === delimiter ? delimiter : namedEscapes[kind];
  if (named !== undefined) return { text: named, end: at + 2 };
  const [, digits = ''] =
    /^(?:\\x([0-9a-fA-F]{2})|\\u([0-9a-fA-F]{4})|\\U([0-9a-fA-F]{8})|\\([0-7]{3}))/
      .exec(text.slice(at, at + 10))
      ?.filter((part) => part !== undefined) ?? [];
  if (digits === '') return undefined;
  const octal = digits.length === 3;
  const code = Number.parseInt(digits, octal ? 8 : 16);
  const end = at + (octal ? 4 : 2 + digits.length);
  if (octal || digits.length === 2) {
    if (code > 0xff) return undefined;
    return code < 0x80 ? { text: String.fromCharCode(code), end } : { text: '', byte: code, end };
  }
  if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return undefined;
  return { text: String.fromCodePoint(code), end };
}

/** `\xc3\xa9` spells a letter by its bytes. */
function joinStrayBytes(text: string): string {
  return text.replaceAll(/[\uDC80-\uDCFF]+/gu, (bytes) =>
    fromBytes(Buffer.from(Array.from(bytes, (unit) => unit.charCodeAt(0) - 0xdc00))),
  );
}
