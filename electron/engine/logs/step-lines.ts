import { readdir } from 'node:fs/promises';
import type { StepLines, StepLinesPage } from '@shared/model/log-line.ts';
import { foldMarkOf } from './fold-marks.ts';
import { committedLines, decodeEntry, entrySize, stepOf, viewOf } from './log-files.ts';
import { openLogIndex, type LogIndex } from './log-index.ts';

/** Entries looked through before anything else gets its turn. */
const blockEntries = 32_768;
/** Nobody reads a log by more folds than that, and a command may print as many as it likes. */
const mostMarks = 20_000;

/**
 * How long each step's part of the log is that has lines from line `from` on, and where the marks stand among those lines.
 * Looks at the indexes alone; what has not grown costs one small read.
 */
export async function findStepLines(folder: string, from: number): Promise<StepLinesPage> {
  const lines = committedLines(folder);
  if (from > lines) return { lines, steps: [] };
  const steps: StepLines[] = [];
  const block = Buffer.allocUnsafe(blockEntries * entrySize);
  let room = mostMarks;
  for (const stepId of (await readdir(folder)).flatMap((name) => stepOf(name) ?? [])) {
    const index = await openLogIndex(folder, stepId);
    if (index === undefined) continue;
    try {
      const step = await linesOf(index, stepId, from, lines, block, room);
      if (step === undefined) continue;
      steps.push(step);
      room -= step.marks.length;
    } finally {
      await index.close();
    }
  }
  return { lines, steps };
}

async function linesOf(
  index: LogIndex,
  stepId: string,
  from: number,
  committed: number,
  block: Buffer,
  room: number,
): Promise<StepLines | undefined> {
  const end = await committedEnd(index, committed, block);
  if (end === undefined || end.last < from) return undefined;
  const view = viewOf(block);
  const marks: StepLines['marks'] = [];
  for (let position = from === 1 ? 0 : await index.seek(from); position < end.count; position += blockEntries) {
    const count = Math.min(blockEntries, end.count - position);
    await index.read(block, position, count);
    for (let at = 0; at < count && marks.length < room; at++) {
      const mark = foldMarkOf(view.getUint8(at * entrySize + 27));
      if (mark !== undefined) marks.push({ row: position + at, mark });
    }
  }
  await index.read(block, 0, 1);
  return { stepId, first: view.getUint32(16, true), lines: end.count, marks };
}

/** How many of a step's entries are of lines that are whole on disk, and the last of these lines; undefined for none. */
async function committedEnd(
  index: LogIndex,
  committed: number,
  block: Buffer,
): Promise<{ readonly count: number; readonly last: number } | undefined> {
  const entryAt = async (position: number) => {
    await index.read(block, position, 1);
    return decodeEntry(viewOf(block), 0);
  };
  if (index.count === 0) return undefined;
  const last = await entryAt(index.count - 1);
  if (last !== undefined && last.line <= committed) return { count: index.count, last: last.line };
  const count = await index.seek(committed + 1);
  return count === 0 ? undefined : { count, last: (await entryAt(count - 1))?.line ?? 0 };
}
