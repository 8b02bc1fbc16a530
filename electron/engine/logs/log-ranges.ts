import { open, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import type { LineRanges } from '@shared/model/log-line.ts';
import { committedLines, damaged, entrySize, stepFile, viewOf } from './log-files.ts';

/** Entries looked through before anything else gets its turn. */
const blockEntries = 32_768;

/**
 * Where the lines of a step stand, or those of one of its vertices, from line `from` on; without a step, all lines.
 * Looks at the index alone, so it takes milliseconds for a million lines.
 */
export async function findLineRanges(
  folder: string,
  from: number,
  stepId: string | undefined,
  vertex: number | undefined,
): Promise<LineRanges> {
  const lines = committedLines(folder);
  if (from > lines) return { lines, ranges: [] };
  if (stepId === undefined) return { lines, ranges: [from, lines - from + 1] };
  const file = path.join(folder, `${stepFile(stepId)}.idx`);
  const index = await openIfThere(file);
  if (index === undefined) return { lines, ranges: [] };
  try {
    const ranges: number[] = [];
    const count = Math.floor((await index.stat()).size / entrySize);
    const block = Buffer.allocUnsafe(blockEntries * entrySize);
    const view = viewOf(block);
    for (let position = await seek(index, count, from, file); position < count; position += blockEntries) {
      const read = await readEntries(index, block, position, Math.min(blockEntries, count - position), file);
      for (let at = 0; at < read; at++) {
        const line = view.getUint32(at * entrySize + 16, true);
        if (line > lines) return { lines, ranges };
        if (vertex === undefined || view.getUint16(at * entrySize + 24, true) === vertex) extend(ranges, line);
      }
    }
    return { lines, ranges };
  } finally {
    await index.close();
  }
}

function extend(ranges: number[], line: number): void {
  const first = ranges.at(-2);
  const count = ranges.at(-1);
  if (first !== undefined && count !== undefined && first + count === line) ranges[ranges.length - 1] = count + 1;
  else ranges.push(line, 1);
}

/** The place of the first entry of this line or a later one. */
async function seek(index: FileHandle, count: number, line: number, file: string): Promise<number> {
  const entry = Buffer.allocUnsafe(entrySize);
  let low = 0;
  let high = Math.min(count, line - 1);
  while (low < high) {
    const middle = (low + high) >>> 1;
    await readEntries(index, entry, middle, 1, file);
    if (viewOf(entry).getUint32(16, true) >= line) high = middle;
    else low = middle + 1;
  }
  return low;
}

async function readEntries(
  index: FileHandle,
  into: Buffer,
  position: number,
  count: number,
  file: string,
): Promise<number> {
  const { bytesRead } = await index.read(into, 0, count * entrySize, position * entrySize);
  if (bytesRead !== count * entrySize) throw damaged(file);
  return count;
}

async function openIfThere(file: string): Promise<FileHandle | undefined> {
  try {
    return await open(file, 'r');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
