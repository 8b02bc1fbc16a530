/**
 * How logs lie on disk. A run has a folder, a step two files in it:
 *
 * - `step-build.log`: the text, a line feed behind each line (or piece of one), so that it can be read without Slipway;
 * - `step-build.idx`: an entry of {@link entrySize} bytes for each, in the same order.
 *
 * Lines of the run itself are in `run.log`. `lines` holds how many lines of the run are whole on disk, over all steps;
 * it is written last. Reading never goes beyond it, so what another process is just writing is never seen half.
 */
import { closeSync, openSync, readSync } from 'node:fs';
import path from 'node:path';
import { appFailure } from '@shared/model/app-error.ts';

/** The folder of a run: its log, and what it needs while it goes on. @throws `run.notFound` for what is no run id */
export function runFolder(home: string, runId: string): string {
  if (!/^[a-z0-9]{1,32}$/.test(runId)) throw appFailure('run.notFound', { params: { runId } });
  return path.join(runsFolder(home), runId);
}

export function runsFolder(home: string): string {
  return path.join(home, 'runs');
}

export function logFolder(home: string, runId: string): string {
  return path.join(runFolder(home, runId), 'logs');
}

/** Bytes of the longest piece of a line. */
export const longestPiece = 65_536;

export const committedFile = 'lines';

/** A step's files without their extension. Capitals are escaped too: macOS and Windows take `A` and `a` for one name. */
export function stepFile(stepId: string): string {
  if (stepId === '') return 'run';
  return `step-${stepId.replace(/[^a-z0-9_-]/gu, escaped)}`;
}

function escaped(character: string): string {
  return Array.from(Buffer.from(character), (byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
}

/** The step that an index file belongs to; `undefined` for other files. */
export function stepOf(fileName: string): string | undefined {
  if (fileName === 'run.idx') return '';
  const name = /^step-([^.]+)\.idx$/.exec(fileName)?.[1];
  return name === undefined ? undefined : decodeURIComponent(name);
}

/** One line (or piece) in an index. */
export interface LogEntry {
  /** Of the run, from 1. */
  readonly line: number;
  /** Bytes from the start of the text file. */
  readonly offset: number;
  /** Bytes, without the line feed. */
  readonly length: number;
  /** Milliseconds, UTC. */
  readonly time: number;
  readonly vertex: number;
  /** Index into `LogStream.options`. */
  readonly stream: number;
  readonly flags: number;
}

export const entrySize = 32;
/** The next entry of the same vertex and stream goes on with this line. */
export const continues = 1;
/** Written when the step was over its limit and ended: the notice, and the lines kept from its end. */
export const fromTail = 2;
/** A line of a command's output that opens a group (`##[group]`), ends one, or heads what follows it (`--- `). */
export const foldGroup = 4;
export const foldEnd = 8;
export const foldHeading = 16;

/** What an entry says beside its place. */
export type LineMark = Omit<LogEntry, 'offset' | 'length'>;

/** Writes an entry at this place of the buffer. */
export function encodeEntry(view: DataView, at: number, mark: LineMark, offset: number, length: number): void {
  view.setFloat64(at, offset, true);
  view.setFloat64(at + 8, mark.time, true);
  view.setUint32(at + 16, mark.line, true);
  view.setUint32(at + 20, length, true);
  view.setUint16(at + 24, Math.min(mark.vertex, 0xffff), true);
  view.setUint8(at + 26, mark.stream);
  view.setUint8(at + 27, mark.flags);
  view.setUint32(at + 28, checkWord(view, at), true);
}

/** The entry at this place; `undefined` when it isn't whole (its check word tells). */
export function decodeEntry(view: DataView, at: number): LogEntry | undefined {
  if (view.getUint32(at + 28, true) !== checkWord(view, at)) return undefined;
  return {
    offset: view.getFloat64(at, true),
    time: view.getFloat64(at + 8, true),
    line: view.getUint32(at + 16, true),
    length: view.getUint32(at + 20, true),
    vertex: view.getUint16(at + 24, true),
    stream: view.getUint8(at + 26),
    flags: view.getUint8(at + 27),
  };
}

/** A page of zeros, which a file system may leave behind a power failure, has the wrong one. */
function checkWord(view: DataView, at: number): number {
  let word = 0x9e37_79b9;
  for (let offset = 0; offset < 28; offset += 4)
    word = Math.imul(word ^ view.getUint32(at + offset, true), 0x85eb_ca6b) ^ (word >>> 15);
  return word >>> 0;
}

/** All entries in a block of an index. @throws `store.damaged` naming the file */
export function decodeEntries(block: Uint8Array, file: string): readonly LogEntry[] {
  const view = viewOf(block);
  return Array.from({ length: Math.floor(block.length / entrySize) }, (_, index) => {
    const entry = decodeEntry(view, index * entrySize);
    if (entry === undefined) throw damaged(file);
    return entry;
  });
}

export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

export function damaged(file: string): Error {
  return appFailure('store.damaged', { params: { path: file } });
}

/** The number in `lines`, with its complement behind it: what is read while it is written shows. */
export function encodeCommitted(lines: number): Uint8Array {
  return new Uint8Array(Uint32Array.of(lines, ~lines).buffer);
}

function decodeCommitted(bytes: Uint8Array): number | undefined {
  if (bytes.length < 8) return undefined;
  const view = viewOf(bytes);
  const lines = view.getUint32(0, true);
  return (lines ^ view.getUint32(4, true)) === -1 ? lines : undefined;
}

/** A reader that comes while the count is written looks again; so often, for a file that was never whole. */
const looks = 100;

/** How many lines of a log are whole on disk; 0 for none. Eight bytes, from memory; works while another process writes. */
export function committedLines(folder: string): number {
  const file = openIfThere(path.join(folder, committedFile));
  if (file === undefined) return 0;
  try {
    const bytes = new Uint8Array(8);
    for (let look = 0; look < looks; look++) {
      const read = readSync(file, bytes, 0, bytes.length, 0);
      const lines = decodeCommitted(bytes.subarray(0, read));
      if (lines !== undefined) return lines;
    }
    return 0;
  } finally {
    closeSync(file);
  }
}

function openIfThere(file: string): number | undefined {
  try {
    return openSync(file, 'r');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
