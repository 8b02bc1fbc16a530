import { isUtf8 } from 'node:buffer';
import { longestPiece } from './log-files.ts';
import type { Masker } from './masker.ts';

/** Takes a line, or a piece of one that `goesOn`: the bytes from `start` to `end`, valid UTF-8, masked, without a line end. */
export type LineSink = (bytes: Uint8Array, start: number, end: number, goesOn: boolean) => void;

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/**
 * Bytes of one stream, cut anywhere, to masked lines. A line ends with a line feed (a carriage return before it belongs
 * to the end; others stay, they move the cursor). Bytes that aren't UTF-8 become U+FFFD. A line longer than 64 KiB is
 * handed on in pieces, cut between characters; memory holds no more than one.
 */
export class LineSplitter {
  private readonly masker: Masker;
  private readonly sink: LineSink;
  /** The open line, as it came; what was handed on already is gone from it. */
  private held: Uint8Array = new Uint8Array(0);
  private heldSize = 0;
  private inside = 0;
  private goesOn = false;

  constructor(masker: Masker, sink: LineSink) {
    this.masker = masker;
    this.sink = sink;
  }

  /** Whether there is a line that has begun and not ended. */
  get open(): boolean {
    return this.heldSize > 0 || this.goesOn;
  }

  write(data: Uint8Array): void {
    const end = data.lastIndexOf(0x0a) + 1;
    if (end > 0) this.finish(data.subarray(0, end));
    if (end === data.length) return;
    this.hold(data.subarray(end));
    if (this.heldSize >= longestPiece) this.settle();
  }

  /** Hands on what is certain of the open line, as a piece. The beginning of what may be a secret or a character stays. */
  settle(): void {
    if (this.heldSize === 0) return;
    const held = this.held.subarray(0, this.heldSize);
    const { masked, settled, inside } = this.masker.maskOpen(held, this.inside);
    if (masked.length > 0) {
      handOn(printable(masked), this.sink, true);
      this.goesOn = true;
    }
    this.held.copyWithin(0, settled, this.heldSize);
    this.heldSize -= settled;
    this.inside = inside;
  }

  /** Ends the open line, if there is one. */
  end(): void {
    if (this.open) this.finish(lineFeed);
  }

  private finish(lines: Uint8Array): void {
    const all = this.heldSize === 0 ? lines : Buffer.concat([this.held.subarray(0, this.heldSize), lines]);
    const masked = this.inside === 0 ? this.masker.mask(all) : this.masker.maskOpen(all, this.inside).masked;
    this.heldSize = 0;
    this.inside = 0;
    this.goesOn = false;
    handOn(printable(masked), this.sink, false);
  }

  private hold(data: Uint8Array): void {
    const size = this.heldSize + data.length;
    if (size > this.held.length) {
      const grown = new Uint8Array(Math.max(size, this.held.length * 2));
      grown.set(this.held.subarray(0, this.heldSize));
      this.held = grown;
    }
    this.held.set(data, this.heldSize);
    this.heldSize = size;
  }
}

const lineFeed = Uint8Array.of(0x0a);

/** Masks a text of our own and hands on its lines. */
export function splitText(text: string, masker: Masker, sink: LineSink): void {
  handOn(printable(masker.mask(Buffer.from(`${text}\n`))), sink, false);
}

function printable(bytes: Uint8Array): Uint8Array {
  return isUtf8(bytes) ? bytes : Buffer.from(decoder.decode(bytes));
}

/** Lines that end with line feeds; or, when it `goesOn`, one without. */
function handOn(bytes: Uint8Array, sink: LineSink, goesOn: boolean): void {
  for (let start = 0; start < bytes.length;) {
    const feed = goesOn ? bytes.length : bytes.indexOf(0x0a, start);
    let end = feed;
    if (!goesOn && end > start && bytes[end - 1] === 0x0d) end--;
    while (end - start > longestPiece) {
      let cut = start + longestPiece;
      while (((bytes[cut] ?? 0) & 0xc0) === 0x80) cut--;
      sink(bytes, start, cut, true);
      start = cut;
    }
    sink(bytes, start, end, goesOn);
    start = feed + 1;
  }
}
