import { open, readdir, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import {
  committedLines,
  damaged,
  decodeEntry,
  entrySize,
  stepFile,
  stepOf,
  viewOf,
  type LogEntry,
} from './log-files.ts';

/** A line as it was read. */
export interface StoredLine {
  readonly entry: LogEntry;
  readonly stepId: string;
  readonly text: string;
}

/** How much to read; at least one line is read when there is one. */
export interface ReadLimit {
  readonly lines: number;
  /** Of text, line feeds included. */
  readonly bytes: number;
}

/** Entries read at once. */
const readAhead = 256;

/** Lines of all steps by their number, or of one, from `from` on. Reads what is asked for, not the log. */
export async function readLines(
  folder: string,
  from: number,
  limit: ReadLimit,
  stepId?: string,
): Promise<readonly StoredLine[]> {
  const last = committedLines(folder);
  if (from > last) return [];
  const steps: StepCursor[] = [];
  try {
    for (const id of await stepsIn(folder, stepId)) {
      const step = await StepCursor.open(folder, id, last);
      steps.push(step);
      await step.seek(from);
    }
    const chosen = await choose(steps, limit);
    if (stepId === undefined) checkGapless(chosen, from, folder);
    for (const step of steps) await step.readText();
    return chosen.map(({ step, entry }) => ({ entry, stepId: step.stepId, text: step.nextText() }));
  } finally {
    await Promise.all(steps.map((step) => step.close()));
  }
}

async function stepsIn(folder: string, only: string | undefined): Promise<readonly string[]> {
  const names = await readdir(folder);
  if (only !== undefined) return names.includes(`${stepFile(only)}.idx`) ? [only] : [];
  return names.flatMap((name) => stepOf(name) ?? []);
}

interface Chosen {
  readonly step: StepCursor;
  readonly entry: LogEntry;
}

async function choose(steps: readonly StepCursor[], limit: ReadLimit): Promise<readonly Chosen[]> {
  const chosen: Chosen[] = [];
  for (let bytes = 0; chosen.length < limit.lines;) {
    let first: Chosen | undefined;
    for (const step of steps) {
      const entry = step.peek() ?? (await step.refill());
      if (entry !== undefined && (first === undefined || entry.line < first.entry.line)) first = { step, entry };
    }
    if (first === undefined) break;
    bytes += first.entry.length + 1;
    if (bytes > limit.bytes && chosen.length > 0) break;
    first.step.take();
    chosen.push(first);
  }
  return chosen;
}

function checkGapless(chosen: readonly Chosen[], from: number, folder: string): void {
  const missing = chosen.some(({ entry }, index) => entry.line !== from + index);
  if (missing || chosen.length === 0) throw damaged(folder);
}

/** One step's files, read forward from a line. */
class StepCursor {
  readonly stepId: string;
  private readonly base: string;
  private readonly index: FileHandle;
  private readonly text: FileHandle;
  private readonly last: number;
  private readonly count: number;
  private position = 0;
  private entries: readonly LogEntry[] = [];
  private consumed = 0;
  private readonly taken: LogEntry[] = [];
  private texts: readonly string[] = [];
  private handedOut = 0;

  private constructor(stepId: string, base: string, index: FileHandle, text: FileHandle, last: number, count: number) {
    this.stepId = stepId;
    this.base = base;
    this.index = index;
    this.text = text;
    this.last = last;
    this.count = count;
  }

  static async open(folder: string, stepId: string, last: number): Promise<StepCursor> {
    const base = path.join(folder, stepFile(stepId));
    const index = await open(`${base}.idx`, 'r');
    try {
      const { size } = await index.stat();
      return new StepCursor(stepId, base, index, await open(`${base}.log`, 'r'), last, Math.floor(size / entrySize));
    } catch (error) {
      await index.close();
      throw error;
    }
  }

  async close(): Promise<void> {
    await Promise.all([this.index.close(), this.text.close()]);
  }

  /** Goes to the first entry of this line or a later one, by halving: few small reads, however long the log. */
  async seek(line: number): Promise<void> {
    let low = 0;
    let high = this.count;
    // The entry of a line never stands behind place line - 1: each line before it has at most one here.
    high = Math.min(high, line - 1);
    while (low < high) {
      const middle = (low + high) >>> 1;
      const [entry] = await this.readEntries(middle, 1);
      if (entry === undefined || entry.line >= line) high = middle;
      else low = middle + 1;
    }
    this.position = low;
  }

  peek(): LogEntry | undefined {
    return this.entries[this.consumed];
  }

  async refill(): Promise<LogEntry | undefined> {
    if (this.position >= this.count) return undefined;
    const read = await this.readEntries(this.position, readAhead);
    this.position += read.length;
    if (read.includes(undefined)) await this.checkUncommitted();
    this.entries = read.flatMap((entry) => (entry !== undefined && entry.line <= this.last ? [entry] : []));
    this.consumed = 0;
    return this.entries[0];
  }

  /** An entry that isn't whole is just being written, or the file is damaged: then lines that are counted follow it. */
  private async checkUncommitted(): Promise<void> {
    const [end] = await this.readEntries(this.count - 1, 1);
    if (end !== undefined && end.line <= this.last) throw damaged(`${this.base}.idx`);
  }

  take(): void {
    const entry = this.entries[this.consumed];
    if (entry !== undefined) this.taken.push(entry);
    this.consumed += 1;
  }

  /** Entries beyond the lines that count may be half there; they are undefined. */
  private async readEntries(position: number, most: number): Promise<readonly (LogEntry | undefined)[]> {
    const count = Math.min(most, this.count - position);
    const block = await readFully(this.index, position * entrySize, count * entrySize, `${this.base}.idx`);
    const view = viewOf(block);
    return Array.from({ length: count }, (_, index) => decodeEntry(view, index * entrySize));
  }

  /** What was taken lies together in the file. */
  async readText(): Promise<void> {
    const first = this.taken[0];
    const last = this.taken.at(-1);
    if (first === undefined || last === undefined) return;
    const bytes = await readFully(
      this.text,
      first.offset,
      last.offset + last.length + 1 - first.offset,
      `${this.base}.log`,
    );
    this.texts = bytes.toString('utf8').split('\n');
  }

  nextText(): string {
    const text = this.texts[this.handedOut++];
    if (text === undefined) throw damaged(`${this.base}.log`);
    return text;
  }
}

async function readFully(handle: FileHandle, position: number, length: number, file: string): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(length);
  for (let done = 0; done < length;) {
    const { bytesRead } = await handle.read(bytes, done, length - done, position + done);
    if (bytesRead === 0) throw damaged(file);
    done += bytesRead;
  }
  return bytes;
}
