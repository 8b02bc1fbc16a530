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
import { openLogIndex, type LogIndex } from './log-index.ts';

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

/** Entries read ahead, over all steps. */
const readAhead = 4096;
/** Steps whose files are opened at once: a run may have hundreds, and a process may have few descriptors. */
const openAtOnce = 16;

/** Lines of all steps by their number, or of one, from `from` on. Reads what is asked for, not the log. */
export async function readLines(
  folder: string,
  from: number,
  limit: ReadLimit,
  stepId?: string,
): Promise<readonly StoredLine[]> {
  const last = committedLines(folder);
  if (from > last) return [];
  const ids = await stepsIn(folder, stepId);
  const ahead = Math.max(32, Math.floor(readAhead / Math.max(1, ids.length)));
  const steps = await inTurns(ids, (id) => StepCursor.at(folder, id, from, last, ahead));
  const chosen = await choose(steps, limit);
  if (stepId === undefined) checkGapless(chosen, from, folder);
  await inTurns(steps, (step) => step.readText());
  return chosen.map(({ step, entry }) => ({ entry, stepId: step.stepId, text: step.nextText() }));
}

async function inTurns<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<readonly Result[]> {
  const results: Result[] = [];
  for (let at = 0; at < items.length; at += openAtOnce)
    results.push(...(await Promise.all(items.slice(at, at + openAtOnce).map(work))));
  return results;
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
      const entry = step.peek() ?? (step.over ? undefined : await step.refill());
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

/** One step's files, read forward from a line. Each is open only while it is read. */
class StepCursor {
  readonly stepId: string;
  private readonly folder: string;
  private readonly base: string;
  private readonly last: number;
  private readonly ahead: number;
  private position = 0;
  /** There are no more entries than those read ahead. */
  over = false;
  private entries: readonly LogEntry[] = [];
  private consumed = 0;
  private readonly taken: LogEntry[] = [];
  private texts: readonly string[] = [];
  private handedOut = 0;

  private constructor(folder: string, stepId: string, last: number, ahead: number) {
    this.folder = folder;
    this.stepId = stepId;
    this.base = path.join(folder, stepFile(stepId));
    this.last = last;
    this.ahead = ahead;
  }

  /** A cursor before the first entry of line `from` or a later one; `ahead` entries are read at once. */
  static async at(folder: string, stepId: string, from: number, last: number, ahead: number): Promise<StepCursor> {
    const cursor = new StepCursor(folder, stepId, last, ahead);
    await cursor.withIndex(async (index) => {
      cursor.position = await index.seek(from);
      await cursor.fill(index);
    });
    return cursor;
  }

  peek(): LogEntry | undefined {
    return this.entries[this.consumed];
  }

  async refill(): Promise<LogEntry | undefined> {
    await this.withIndex((index) => this.fill(index));
    return this.peek();
  }

  private async withIndex(work: (index: LogIndex) => Promise<void>): Promise<void> {
    const index = await openLogIndex(this.folder, this.stepId);
    if (index === undefined) {
      this.over = true;
      return;
    }
    try {
      await work(index);
    } finally {
      await index.close();
    }
  }

  private async fill(index: LogIndex): Promise<void> {
    const count = Math.min(this.ahead, index.count - this.position);
    if (count <= 0) {
      this.over = true;
      return;
    }
    const block = Buffer.allocUnsafe(count * entrySize);
    await index.read(block, this.position, count);
    const view = viewOf(block);
    const read = Array.from({ length: count }, (_, at) => decodeEntry(view, at * entrySize));
    if (read.includes(undefined)) await this.checkUncommitted(index);
    this.entries = read.flatMap((entry) => (entry !== undefined && entry.line <= this.last ? [entry] : []));
    this.consumed = 0;
    this.position += count;
    // What is behind lines that don't count yet doesn't either.
    this.over = this.position >= index.count || this.entries.length < count;
  }

  /** An entry that isn't whole is just being written, or the file is damaged: then lines that are counted follow it. */
  private async checkUncommitted(index: LogIndex): Promise<void> {
    const block = Buffer.allocUnsafe(entrySize);
    await index.read(block, index.count - 1, 1);
    const end = decodeEntry(viewOf(block), 0);
    if (end !== undefined && end.line <= this.last) throw damaged(`${this.base}.idx`);
  }

  take(): void {
    const entry = this.entries[this.consumed];
    if (entry !== undefined) this.taken.push(entry);
    this.consumed += 1;
  }

  /** What was taken lies together in the file. */
  async readText(): Promise<void> {
    const first = this.taken[0];
    const last = this.taken.at(-1);
    if (first === undefined || last === undefined) return;
    const file = `${this.base}.log`;
    const text = await open(file, 'r');
    try {
      const bytes = await readFully(text, first.offset, last.offset + last.length + 1 - first.offset, file);
      this.texts = bytes.toString('utf8').split('\n');
    } finally {
      await text.close();
    }
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
