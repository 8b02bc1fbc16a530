import { isUtf8 } from 'node:buffer';

/**
 * A string of Go is bytes, mostly but not always UTF-8: `trunc 1 "é"` cuts a letter in two. Here it is a JavaScript string in
 * which a byte that belongs to no letter stands as a lone surrogate, U+DC00 plus the byte. Nothing else may be a lone
 * surrogate, so text from outside goes through `wellFormed` first.
 */
const strayBytes = /\p{Cs}/gu;
const strayByteBase = 0xdc00;

/**
 * Text from outside as a string here, and a string here as text for outside: what is no letter becomes U+FFFD, one for each. The
 * length stays the same.
 */
export function wellFormed(text: string): string {
  return /[\uD800-\uDFFF]/.test(text) ? text.replaceAll(strayBytes, '\uFFFD') : text;
}

/** Bytes of the text in UTF-8: Go's `len`. */
export function byteLength(text: string): number {
  const length = Buffer.byteLength(text);
  if (length === text.length || !/[\uDC80-\uDCFF]/.test(text)) return length;
  let strays = 0;
  for (let at = nextStray(text, 0); at < text.length; at = nextStray(text, at + 1)) strays += 1;
  // Each was counted as the three bytes of U+FFFD.
  return length - 2 * strays;
}

export function isAscii(text: string): boolean {
  return Buffer.byteLength(text) === text.length;
}

/** Where the next stray byte stands, or the end. */
function nextStray(text: string, from: number): number {
  for (let at = from; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit >= 0xd800 && unit < 0xdc00) at += 1;
    else if (unit >= 0xdc80 && unit <= 0xdcff) return at;
  }
  return text.length;
}

export function toBytes(text: string): Buffer {
  if (!/[\uDC80-\uDCFF]/.test(text)) return Buffer.from(text);
  const bytes = Buffer.alloc(byteLength(text));
  let length = 0;
  for (let from = 0; from < text.length;) {
    const stray = nextStray(text, from);
    length += bytes.write(text.slice(from, stray), length);
    if (stray < text.length) length = bytes.writeUInt8(text.charCodeAt(stray) - strayByteBase, length);
    from = stray + 1;
  }
  return bytes;
}

export function fromBytes(bytes: Buffer): string {
  if (isUtf8(bytes)) return bytes.toString('utf8');
  const text = new TextBuilder();
  let from = 0;
  for (let at = 0; at < bytes.length;) {
    const size = letterSize(bytes, at);
    if (size === 0) {
      if (at > from) text.add(bytes.toString('utf8', from, at));
      text.add(String.fromCharCode(strayByteBase + (bytes[at] ?? 0)));
      from = at + 1;
    }
    at += Math.max(size, 1);
  }
  text.add(bytes.toString('utf8', from));
  return text.toString();
}

/** Bytes of the letter that begins there, or 0 where none does (RFC 3629). */
function letterSize(bytes: Buffer, at: number): number {
  const lead = bytes[at] ?? 0;
  if (lead < 0x80) return 1;
  const size = lead < 0xc2 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf5 ? 4 : 0;
  const least = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80;
  const most = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf;
  for (let offset = 1; offset < size; offset += 1) {
    const byte = bytes[at + offset] ?? 0;
    if (byte < (offset === 1 ? least : 0x80) || byte > (offset === 1 ? most : 0xbf)) return 0;
  }
  return size;
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

/** A letter of the text as Go's `range` sees it: a stray byte is U+FFFD. */
export function codePoint(letter: string): number {
  const code = letter.codePointAt(0) ?? 0;
  return code >= 0xd800 && code <= 0xdfff ? 0xfffd : code;
}
