import { existsSync, statSync } from 'node:fs';
import { LineFile } from './line-file.ts';
import { fromTail, type LineMark } from './log-files.ts';
import { engineStamp } from './engine-stamp.ts';
import { LogTail, readTail, removeTail, tailBytes, type KeptTail } from './log-tail.ts';

/** What was left out of a step's log. */
export interface CutLog {
  readonly stepId: string;
  readonly lines: number;
  readonly bytes: number;
}

/** Kept free for the two notices below the limit. */
const noticeBytes = 1024;

/**
 * One step's log while it is written. Up to its limit lines go to its file as they come. Then the file gets a notice, and the
 * lines go to a tail, unnumbered; when the step ends, a second notice says how much is left out, and the tail's lines follow
 * it. So a line never changes its number, and a reader sees no gap. Slipway's own lines are few and always kept.
 */
export class StepLog {
  private readonly base: string;
  private readonly stepId: string;
  private readonly limit: number;
  private readonly file: LineFile;
  private tail: LogTail | undefined;
  private cutSoFar: { lines: number; bytes: number } | undefined;

  /** `base` is the path without extension, of files that are whole. */
  constructor(base: string, stepId: string, limitBytes: number) {
    this.base = base;
    this.stepId = stepId;
    this.limit = limitBytes;
    this.file = openLineFile(base);
  }

  private get tailLimit(): number {
    return Math.min(tailBytes, Math.floor(this.limit / 2));
  }

  get cut(): CutLog | undefined {
    return this.cutSoFar === undefined ? undefined : { stepId: this.stepId, ...this.cutSoFar };
  }

  /** Adds a line; tells how many numbers it took. */
  append(mark: LineMark, bytes: Uint8Array, start: number, end: number): number {
    const size = end - start + 1;
    const fits = this.file.size + size <= this.limit - this.tailLimit - noticeBytes;
    if (mark.stream === 0 || (fits && this.tail === undefined && this.cutSoFar === undefined)) {
      this.file.append(mark, bytes, start, end);
      return 1;
    }
    if (this.cutSoFar !== undefined) {
      // Output of a step that has ended.
      this.cutSoFar.lines += 1;
      this.cutSoFar.bytes += size;
      return 0;
    }
    const first = this.tail === undefined;
    if (first) {
      const notice = `${engineStamp(mark.time)} Log limit of ${this.limit} bytes reached for step ID: ${this.stepId}. The step goes on; the end of its log follows when it ends.`;
      appendNotice(this.file, { ...mark, flags: 0 }, notice);
    }
    this.tail ??= new LogTail(this.base, this.tailLimit);
    this.tail.append(mark, bytes, start, end);
    return first ? 1 : 0;
  }

  flush(): void {
    this.tail?.flush();
    this.file.writeText();
    this.file.writeIndex();
  }

  /** The step has ended: adds its tail, from this line number on, and tells how many lines these are. Not on disk yet. */
  writeTail(next: number, time: number): number {
    if (this.tail === undefined || this.cutSoFar !== undefined) return 0;
    this.tail.flush();
    const kept = readTail(this.base, this.tailLimit);
    this.cutSoFar = { lines: kept?.omittedLines ?? 0, bytes: kept?.omittedBytes ?? 0 };
    return kept === undefined ? 0 : appendTail(this.file, kept, this.stepId, next, time);
  }

  /** To be called when what `writeTail` added is on disk. */
  dropTail(): void {
    this.tail?.close();
    this.tail = undefined;
    removeTail(this.base);
  }

  close(): void {
    this.file.close();
    this.tail?.close();
    this.tail = undefined;
  }
}

/** Opens a step's files that are whole, to go on with them. */
export function openLineFile(base: string): LineFile {
  return new LineFile(base, sizeOf(`${base}.log`), sizeOf(`${base}.idx`));
}

function sizeOf(file: string): number {
  return existsSync(file) ? statSync(file).size : 0;
}

/** Adds what is kept of a step's end, with a notice of what is missing before it. Tells how many lines these are. */
export function appendTail(file: LineFile, kept: KeptTail, stepId: string, next: number, time: number): number {
  let line = next;
  if (kept.omittedLines > 0) {
    const notice = `${engineStamp(time)} ${kept.omittedLines} lines (${kept.omittedBytes} bytes) of step ID: ${stepId} are left out here.`;
    appendNotice(file, { line, time, vertex: 0, stream: 0, flags: fromTail }, notice);
    line += 1;
  }
  for (const { entry, text } of kept.lines) {
    file.append({ ...entry, line, flags: entry.flags | fromTail }, text, 0, text.length);
    line += 1;
  }
  return line - next;
}

function appendNotice(file: LineFile, mark: LineMark, text: string): void {
  const bytes = Buffer.from(text);
  file.append({ ...mark, vertex: 0, stream: 0 }, bytes, 0, bytes.length);
}
