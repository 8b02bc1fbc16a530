import { closeSync, constants, ftruncateSync, openSync, writeSync } from 'node:fs';
import { writeFailure } from '@shared/model/app-error.ts';
import { encodeEntry, entrySize, viewOf, type LineMark } from './log-files.ts';

/**
 * A text file and its index, growing. Lines are gathered in memory; `writeText` and then `writeIndex` bring them to disk,
 * so an entry never points at text that isn't there.
 * @throws `disk.full`, naming the path, from both
 */
export class LineFile {
  private readonly base: string;
  private readonly text: number;
  private readonly index: number;
  private textSize: number;
  private indexSize: number;
  /** Added to the offsets that entries tell. */
  private origin = 0;
  private pendingText: Buffer = Buffer.allocUnsafe(65_536);
  private pendingTextSize = 0;
  private pendingIndex: Buffer = Buffer.allocUnsafe(16_384);
  private pendingIndexView = viewOf(this.pendingIndex);
  private pendingIndexSize = 0;

  /** `base` is the path without extension; the sizes are those of what is whole in the files. */
  constructor(base: string, textSize = 0, indexSize = 0) {
    this.base = base;
    this.text = openToWrite(`${base}.log`);
    this.index = openToWrite(`${base}.idx`);
    this.textSize = textSize;
    this.indexSize = indexSize;
  }

  /** Bytes of text, with what is not on disk yet. */
  get size(): number {
    return this.textSize + this.pendingTextSize;
  }

  append(mark: LineMark, bytes: Uint8Array, start: number, end: number): void {
    const length = end - start;
    this.reserve(length + 1);
    encodeEntry(this.pendingIndexView, this.pendingIndexSize, mark, this.origin + this.size, length);
    this.pendingIndexSize += entrySize;
    copy(bytes, start, end, this.pendingText, this.pendingTextSize);
    this.pendingText[this.pendingTextSize + length] = 0x0a;
    this.pendingTextSize += length + 1;
  }

  private reserve(length: number): void {
    if (this.pendingTextSize + length > this.pendingText.length) {
      this.pendingText = larger(this.pendingText, this.pendingTextSize + length);
    }
    if (this.pendingIndexSize + entrySize > this.pendingIndex.length) {
      this.pendingIndex = larger(this.pendingIndex, this.pendingIndexSize + entrySize);
      this.pendingIndexView = viewOf(this.pendingIndex);
    }
  }

  writeText(): void {
    writeAll(this.text, this.pendingText.subarray(0, this.pendingTextSize), this.textSize, `${this.base}.log`);
    this.textSize += this.pendingTextSize;
    this.pendingTextSize = 0;
  }

  writeIndex(): void {
    writeAll(this.index, this.pendingIndex.subarray(0, this.pendingIndexSize), this.indexSize, `${this.base}.idx`);
    this.indexSize += this.pendingIndexSize;
    this.pendingIndexSize = 0;
  }

  /** Begins anew, empty; offsets go on from `origin`. */
  restart(origin: number): void {
    ftruncateSync(this.index, 0);
    ftruncateSync(this.text, 0);
    this.textSize = 0;
    this.indexSize = 0;
    this.pendingTextSize = 0;
    this.pendingIndexSize = 0;
    this.origin = origin;
  }

  close(): void {
    closeSync(this.text);
    closeSync(this.index);
  }
}

/** A call into the runtime costs more than the bytes of an ordinary line. */
function copy(from: Uint8Array, start: number, end: number, to: Uint8Array, at: number): void {
  if (end - start > 256) to.set(from.subarray(start, end), at);
  else for (let index = start; index < end; index++) to[at++] = from[index] as number;
}

function larger(buffer: Buffer, least: number): Buffer {
  const grown = Buffer.allocUnsafe(Math.max(least, buffer.length * 2));
  buffer.copy(grown);
  return grown;
}

/** Opens a file to write at places of it, making it if need be. */
export function openToWrite(file: string): number {
  try {
    return openSync(file, constants.O_RDWR | constants.O_CREAT, 0o600);
  } catch (error) {
    throw writeFailure(error, file);
  }
}

/** Writes all of it, however often the system takes a part. @throws `disk.full` */
export function writeAll(descriptor: number, bytes: Uint8Array, position: number, file: string): void {
  try {
    for (let done = 0; done < bytes.length;)
      done += writeSync(descriptor, bytes, done, bytes.length - done, position + done);
  } catch (error) {
    throw writeFailure(error, file);
  }
}
