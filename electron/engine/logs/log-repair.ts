import { closeSync, existsSync, openSync, readdirSync, readSync, statSync, truncateSync } from 'node:fs';
import path from 'node:path';
import { openToWrite, writeAll } from './line-file.ts';
import {
  committedFile,
  committedLines,
  decodeEntry,
  encodeCommitted,
  entrySize,
  fromTail,
  stepOf,
  viewOf,
  type LogEntry,
} from './log-files.ts';
import { readTail, removeTail, stepsWithTail, tailBytes } from './log-tail.ts';
import { appendTail, openLineFile } from './step-log.ts';

/**
 * Makes the log of a run whole that nobody writes any more, and tells how many lines it has. What a kill left half is cut off:
 * text without an entry, entries without text, lines behind a missing one. What was announced is never among these.
 * The kept end of a step that was over its limit is added, as it would have been. Doing it twice changes nothing.
 */
export function makeWhole(folder: string): number {
  if (!existsSync(folder)) return 0;
  const committed = committedLines(folder);
  const steps = readdirSync(folder).flatMap((name) => {
    const stepId = stepOf(name);
    return stepId === undefined ? [] : [examine(path.join(folder, name.slice(0, -'.idx'.length)), stepId)];
  });
  try {
    const tails = new Set(stepsWithTail(folder));
    // A tail that was being added is added again, from its own files.
    for (const step of steps) if (tails.has(step.base) && lastLine(step) > committed) cutTail(step, committed);
    let lines = wholeLines(steps);
    for (const step of steps) cutTo(step, lines);
    for (const base of tails) lines = addTail(base, steps, lines);
    if (lines !== committed) writeCommitted(folder, lines);
    for (const base of tails) removeTail(base);
    return lines;
  } finally {
    for (const step of steps) closeSync(step.index);
  }
}

interface StepFiles {
  readonly base: string;
  readonly stepId: string;
  /** Descriptor of the index. */
  readonly index: number;
  readonly textSize: number;
  readonly indexSize: number;
  /** Entries that are good. */
  count: number;
}

function examine(base: string, stepId: string): StepFiles {
  const index = openSync(`${base}.idx`, 'r');
  const indexSize = statSync(`${base}.idx`).size;
  const textSize = existsSync(`${base}.log`) ? statSync(`${base}.log`).size : 0;
  const step: StepFiles = { base, stepId, index, textSize, indexSize, count: Math.floor(indexSize / entrySize) };
  while (step.count > 0) {
    const last = entryAt(step, step.count - 1);
    if (last !== undefined && last.offset + last.length < textSize) break;
    step.count -= 1;
  }
  return step;
}

const oneEntry = Buffer.alloc(entrySize);

function entryAt(step: StepFiles, position: number): LogEntry | undefined {
  const read = readSync(step.index, oneEntry, 0, entrySize, position * entrySize);
  return read === entrySize ? decodeEntry(viewOf(oneEntry), 0) : undefined;
}

function lastEntry(step: StepFiles): LogEntry | undefined {
  return step.count === 0 ? undefined : entryAt(step, step.count - 1);
}

function lastLine(step: StepFiles): number {
  return lastEntry(step)?.line ?? 0;
}

function cutTail(step: StepFiles, committed: number): void {
  for (
    let last = lastEntry(step);
    last !== undefined && last.line > committed && (last.flags & fromTail) !== 0;
    last = lastEntry(step)
  ) {
    step.count -= 1;
  }
}

/** The number up to which no line is missing. */
function wholeLines(steps: readonly StepFiles[]): number {
  const total = steps.reduce((sum, step) => sum + step.count, 0);
  if (Math.max(0, ...steps.map(lastLine)) === total) return total;
  const there = new Uint8Array(total + 2);
  for (const step of steps) {
    for (let position = 0; position < step.count; position++) {
      const line = entryAt(step, position)?.line ?? 0;
      if (line <= total) there[line] = 1;
    }
  }
  return there.indexOf(0, 1) - 1;
}

function cutTo(step: StepFiles, lines: number): void {
  while (lastLine(step) > lines) step.count -= 1;
  const last = lastEntry(step);
  const textSize = last === undefined ? 0 : last.offset + last.length + 1;
  if (step.indexSize !== step.count * entrySize) truncateSync(`${step.base}.idx`, step.count * entrySize);
  if (step.textSize > textSize) truncateSync(`${step.base}.log`, textSize);
}

function addTail(base: string, steps: readonly StepFiles[], lines: number): number {
  const step = steps.find((candidate) => candidate.base === base);
  const kept = readTail(base, tailBytes);
  if (step === undefined || kept === undefined) return lines;
  const last = lastEntry(step);
  if (last !== undefined && (last.flags & fromTail) !== 0) return lines;
  const file = openLineFile(base);
  try {
    const added = appendTail(file, kept, step.stepId, lines + 1, kept.lines.at(-1)?.entry.time ?? 0);
    file.writeText();
    file.writeIndex();
    return lines + added;
  } finally {
    file.close();
  }
}

function writeCommitted(folder: string, lines: number): void {
  const file = path.join(folder, committedFile);
  const descriptor = openToWrite(file);
  try {
    writeAll(descriptor, encodeCommitted(lines), 0, file);
  } finally {
    closeSync(descriptor);
  }
}
