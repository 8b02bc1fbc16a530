import { existsSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { LineFile } from './line-file.ts';
import { decodeEntries, decodeEntry, entrySize, viewOf, type LineMark, type LogEntry } from './log-files.ts';

/** Bytes kept of the end of a step that passed its limit. */
export const tailBytes = 5 * 1024 * 1024;

const letters = ['a', 'b'] as const;

/**
 * The last lines of a step that passed its limit, on disk so that memory stays flat and a kill doesn't lose them. Two
 * files take turns: when one is full, the other begins anew. So there is always at least `size` bytes to choose from.
 * Entries count lines and bytes from where the limit was passed.
 */
export class LogTail {
  private readonly base: string;
  private readonly limit: number;
  private readonly files: LineFile[] = [];
  private active = 0;
  private lines = 0;
  private bytes = 0;

  constructor(base: string, limit: number) {
    this.base = base;
    this.limit = limit;
  }

  append(mark: Omit<LineMark, 'line'>, data: Uint8Array, start: number, end: number): void {
    let file = this.files[this.active];
    if (file === undefined || file.size > this.limit) file = this.next();
    this.lines += 1;
    file.append({ ...mark, line: this.lines }, data, start, end);
    this.bytes += end - start + 1;
  }

  private next(): LineFile {
    const full = this.files[this.active];
    full?.writeText();
    full?.writeIndex();
    if (full !== undefined) this.active = 1 - this.active;
    const file = (this.files[this.active] ??= new LineFile(tailFile(this.base, this.active)));
    file.restart(this.bytes);
    return file;
  }

  flush(): void {
    for (const file of this.files) {
      file.writeText();
      file.writeIndex();
    }
  }

  close(): void {
    for (const file of this.files.splice(0)) file.close();
  }
}

function tailFile(base: string, which: number): string {
  return `${base}.tail-${letters[which] ?? ''}`;
}

/** What a tail has: the lines that are kept, and how much is left out before them. */
export interface KeptTail {
  readonly omittedLines: number;
  readonly omittedBytes: number;
  readonly lines: readonly { readonly entry: LogEntry; readonly text: Uint8Array }[];
}

/** Reads the tail of a step from disk; `undefined` when it has none. Cut entries at its end, after a kill, are left out. */
export function readTail(base: string, limit: number): KeptTail | undefined {
  const found = letters.flatMap((_, which) => readTailFile(tailFile(base, which)));
  if (found.length === 0) return undefined;
  found.sort((one, other) => one.entry.line - other.entry.line);
  let first = found.length;
  for (let size = 0; first > 0; first--) {
    const length = (found[first - 1]?.entry.length ?? 0) + 1;
    if (size + length > limit) break;
    size += length;
  }
  const lines = found.slice(first);
  const oldest = lines[0]?.entry;
  const last = found.at(-1)?.entry;
  return {
    omittedLines: (oldest?.line ?? (last?.line ?? 0) + 1) - 1,
    omittedBytes: oldest?.offset ?? (last === undefined ? 0 : last.offset + last.length + 1),
    lines,
  };
}

function readTailFile(base: string): { readonly entry: LogEntry; readonly text: Uint8Array }[] {
  if (!existsSync(`${base}.idx`)) return [];
  const index = readFileSync(`${base}.idx`);
  const text = readFileSync(`${base}.log`);
  const view = viewOf(index);
  let count = Math.floor(index.length / entrySize);
  const origin = count === 0 ? undefined : decodeEntry(view, 0)?.offset;
  if (origin === undefined) return [];
  const whole = (entry: LogEntry | undefined) =>
    entry !== undefined && entry.offset - origin + entry.length < text.length;
  while (count > 0 && !whole(decodeEntry(view, (count - 1) * entrySize))) count--;
  return decodeEntries(index.subarray(0, count * entrySize), `${base}.idx`).map((entry) => {
    const start = entry.offset - origin;
    return { entry, text: text.subarray(start, start + entry.length) };
  });
}

/** Removes a step's tail from disk. */
export function removeTail(base: string): void {
  for (const [which] of letters.entries()) {
    rmSync(`${tailFile(base, which)}.idx`, { force: true });
    rmSync(`${tailFile(base, which)}.log`, { force: true });
  }
}

/** The steps (as file names without extension) that have a tail in this folder. */
export function stepsWithTail(folder: string): readonly string[] {
  const names = readdirSync(folder).flatMap((name) => /^(.+)\.tail-[ab]\.idx$/.exec(name)?.[1] ?? []);
  return [...new Set(names)].map((name) => path.join(folder, name));
}
