import { closeSync, fstatSync, openSync, readSync, readdirSync } from 'node:fs';
import path from 'node:path';
import type { LogMatch, LogQuery, LogSearchResult } from '@shared/model/log-line.ts';
import { stripAnsi } from './ansi.ts';
import {
  damaged,
  committedLines,
  decodeEntry,
  entrySize,
  stepFile,
  stepOf,
  viewOf,
  type LogEntry,
} from './log-files.ts';

const blockBytes = 1_048_576;

/**
 * Searches the whole log of a run, a block at a time, and tells each block's end (`onBlock`). Blocks the thread: for a
 * worker. `total` counts lines with a match. Every piece of a line longer than 64 KiB is searched on its own.
 */
export function scanLog(folder: string, query: LogQuery, onBlock: () => void): LogSearchResult {
  const committed = committedLines(folder);
  const steps = committed === 0 ? [] : readdirSync(folder).flatMap((name) => stepOf(name) ?? []);
  const find = finder(query);
  const perStep: Record<string, number> = {};
  const matches: LogMatch[] = [];
  let total = 0;
  for (const stepId of steps) {
    if (query.stepId !== undefined && query.stepId !== stepId) continue;
    const found = scanStep(folder, stepId, committed, find, query.limit, onBlock);
    if (found.total > 0) perStep[stepId] = found.total;
    total += found.total;
    matches.push(...found.matches);
  }
  matches.sort((one, other) => one.line - other.line);
  return { total, perStep, matches: matches.slice(0, query.limit) };
}

/** The expression that a query stands for. @throws SyntaxError */
export function queryPattern(query: Pick<LogQuery, 'text' | 'regex' | 'caseSensitive'>): RegExp {
  const flags = query.caseSensitive ? 'g' : 'gi';
  return query.regex
    ? new RegExp(query.text, flags)
    : new RegExp(query.text.replace(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`), `${flags}u`);
}

interface Finder {
  /** False when no line of the block can match. */
  readonly mayMatch: (block: string) => boolean;
  readonly ranges: (line: string) => [number, number][];
}

function finder(query: LogQuery): Finder {
  const pattern = queryPattern(query);
  return {
    mayMatch(block) {
      // A literal has no line feed, so it can be looked for in many lines at once; an expression could reach over.
      return query.regex || block.search(pattern) >= 0;
    },
    ranges(line) {
      const found: [number, number][] = [];
      for (const match of line.matchAll(pattern)) {
        const range: [number, number] = [match.index, match.index + match[0].length];
        if (range[0] < range[1] && (!query.wholeWord || isWord(line, range))) found.push(range);
      }
      return found;
    },
  };
}

const wordCharacter = /[\p{L}\p{N}_]/u;

function isWord(line: string, [start, end]: readonly [number, number]): boolean {
  return !wordCharacter.test(line.charAt(start - 1)) && !wordCharacter.test(line.charAt(end));
}

function scanStep(folder: string, stepId: string, committed: number, find: Finder, limit: number, onBlock: () => void) {
  const base = path.join(folder, stepFile(stepId));
  const index = openSync(`${base}.idx`, 'r');
  const text = openSync(`${base}.log`, 'r');
  try {
    const entryAt = (position: number) => readEntry(index, position, `${base}.idx`);
    const end = wholeText(Math.floor(fstatSync(index).size / entrySize), committed, entryAt);
    const matches: LogMatch[] = [];
    let total = 0;
    let position = 0;
    for (const block of blocks(text, end)) {
      const lines = stripAnsi(block);
      if (find.mayMatch(lines)) {
        for (const line of lines.slice(0, -1).split('\n')) {
          const ranges = find.ranges(line);
          if (ranges.length > 0) {
            total += 1;
            if (matches.length < limit) {
              const entry = entryAt(position);
              if (entry === undefined) throw damaged(`${base}.idx`);
              matches.push({ line: entry.line, stepId, vertex: entry.vertex, text: line, ranges });
            }
          }
          position += 1;
        }
      } else {
        position += countFeeds(lines);
      }
      onBlock();
    }
    return { total, matches };
  } finally {
    closeSync(index);
    closeSync(text);
  }
}

/** Bytes of text that belong to whole lines. */
function wholeText(count: number, committed: number, entryAt: (position: number) => LogEntry | undefined): number {
  for (let position = count - 1; position >= 0; position--) {
    const entry = entryAt(position);
    if (entry !== undefined && entry.line <= committed) return entry.offset + entry.length + 1;
  }
  return 0;
}

const oneEntry = Buffer.alloc(entrySize);

function readEntry(index: number, position: number, file: string): LogEntry | undefined {
  if (readSync(index, oneEntry, 0, entrySize, position * entrySize) !== entrySize) throw damaged(file);
  return decodeEntry(viewOf(oneEntry), 0);
}

/** Whole lines, about a block at a time. */
function* blocks(text: number, end: number): Generator<string> {
  let buffer = Buffer.allocUnsafe(blockBytes);
  for (let at = 0; at < end;) {
    const read = readSync(text, buffer, 0, Math.min(buffer.length, end - at), at);
    const whole = buffer.lastIndexOf(0x0a, read - 1) + 1;
    if (read === 0) return;
    if (whole === 0) {
      buffer = Buffer.allocUnsafe(buffer.length * 2);
      continue;
    }
    yield buffer.toString('utf8', 0, whole);
    at += whole;
  }
}

function countFeeds(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) count += 1;
  return count;
}
