import { isUtf8 } from 'node:buffer';

/**
 * A string of Go is bytes, mostly but not always UTF-8: `trunc 1 "é"` cuts a letter in two. Here it is a JavaScript string in
 * which a byte that belongs to no letter stands as a lone surrogate, U+DC00 plus the byte. Nothing else may be a lone
 * surrogate, so text from outside goes through `wellFormed` first.
 */
const strayBytes = /\p{Cs}/gu;
const strayByteBase = 0xdc00;

/** Text from outside, as a string here: a lone surrogate becomes U+FFFD. The length stays the same. */
export function wellFormed(text: string): string {
  return /[\uD800-\uDFFF]/.test(text) ? text.replaceAll(strayBytes, '\uFFFD') : text;
}

/** Bytes of the text in UTF-8: Go's `len`. */
export function byteLength(text: string): number {
  const length = Buffer.byteLength(text);
  // A lone surrogate was counted as the three bytes of U+FFFD.
  return length === text.length ? length : length - 2 * (text.match(strayBytes)?.length ?? 0);
}

export function isAscii(text: string): boolean {
  return Buffer.byteLength(text) === text.length;
}

export function toBytes(text: string): Buffer {
  if (!/[\uDC80-\uDCFF]/.test(text)) return Buffer.from(text);
  const parts: Buffer[] = [];
  let from = 0;
  for (const { index } of text.matchAll(strayBytes)) {
    parts.push(Buffer.from(text.slice(from, index)), Buffer.of(text.charCodeAt(index) - strayByteBase));
    from = index + 1;
  }
  parts.push(Buffer.from(text.slice(from)));
  return Buffer.concat(parts);
}

export function fromBytes(bytes: Buffer): string {
  if (isUtf8(bytes)) return bytes.toString('utf8');
  const text = new TextBuilder();
  for (let at = 0; at < bytes.length;) {
    const size = letterSize(bytes, at);
    const stray = String.fromCharCode(strayByteBase + (bytes[at] ?? 0));
    text.add(size === 0 ? stray : bytes.toString('utf8', at, at + size));
    at += Math.max(size, 1);
  }
  return text.toString();
}

/** Bytes of the letter that begins there, or 0. */
function letterSize(bytes: Buffer, at: number): number {
  const lead = bytes[at] ?? 0;
  const size = lead < 0x80 ? 1 : lead < 0xc2 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf5 ? 4 : 0;
  return size > 0 && at + size <= bytes.length && isUtf8(bytes.subarray(at, at + size)) ? size : 0;
}

/** Bytes `start` up to `end`; both must lie in the text. */
export function sliceBytes(text: string, start: number, end?: number): string {
  return isAscii(text) ? text.slice(start, end) : fromBytes(toBytes(text).subarray(start, end));
}

/** Order of the bytes, as Go compares strings: negative, 0 or positive. */
export function compareText(one: string, other: string): number {
  if (one === other) return 0;
  // UTF-16 and UTF-8 order alike where there are no surrogates.
  if (/[\uD800-\uDFFF]/.test(one) || /[\uD800-\uDFFF]/.test(other)) {
    return Buffer.compare(toBytes(one), toBytes(other));
  }
  return one < other ? -1 : 1;
}

/** Text out of very many pieces: those of a rope would take some ten times as much memory as the text. */
export class TextBuilder {
  readonly #parts: string[] = [];
  #pieces: string[] = [];

  add(piece: string): void {
    this.#pieces.push(piece);
    if (this.#pieces.length < 1024) return;
    this.#parts.push(this.#pieces.join(''));
    this.#pieces = [];
  }

  toString(): string {
    return this.#parts.join('') + this.#pieces.join('');
  }
}

/** What is printed: stray bytes as U+FFFD, one for each. The length stays the same. */
export function printable(text: string): string {
  return wellFormed(text);
}

/** A letter of the text as Go's `range` sees it: a stray byte is U+FFFD. */
export function codePoint(letter: string): number {
  const code = letter.codePointAt(0) ?? 0;
  return code >= 0xd800 && code <= 0xdfff ? 0xfffd : code;
}
