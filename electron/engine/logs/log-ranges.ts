import type { LineRanges } from '@shared/model/log-line.ts';
import { committedLines, entrySize, viewOf } from './log-files.ts';
import { openLogIndex } from './log-index.ts';

/** Entries looked through before anything else gets its turn. */
const blockEntries = 32_768;

/**
 * Where the lines of a step stand, or those of some of its vertices, from line `from` on; without a step, all lines.
 * Looks at the index alone, so it takes milliseconds for a million lines.
 */
export async function findLineRanges(
  folder: string,
  from: number,
  stepId: string | undefined,
  vertices: readonly number[] | undefined,
): Promise<LineRanges> {
  const lines = committedLines(folder);
  if (from > lines) return { lines, ranges: [] };
  const wanted = vertices && new Set(vertices);
  if (stepId === undefined) return { lines, ranges: [from, lines - from + 1] };
  const index = await openLogIndex(folder, stepId);
  if (index === undefined) return { lines, ranges: [] };
  try {
    const ranges: number[] = [];
    const block = Buffer.allocUnsafe(blockEntries * entrySize);
    const view = viewOf(block);
    for (let position = await index.seek(from); position < index.count; position += blockEntries) {
      const count = Math.min(blockEntries, index.count - position);
      await index.read(block, position, count);
      for (let at = 0; at < count; at++) {
        const line = view.getUint32(at * entrySize + 16, true);
        if (line > lines) return { lines, ranges };
        if (wanted === undefined || wanted.has(view.getUint16(at * entrySize + 24, true))) extend(ranges, line);
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
