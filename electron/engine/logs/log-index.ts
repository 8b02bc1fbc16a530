import { open } from 'node:fs/promises';
import path from 'node:path';
import { damaged, decodeEntry, entrySize, stepFile, viewOf } from './log-files.ts';

/** A step's index, open to read. */
export interface LogIndex {
  /** Entries in the file; the last ones may just be written. */
  readonly count: number;
  /** Reads entries to the beginning of `block`. @throws `store.damaged` */
  read(block: Buffer, position: number, count: number): Promise<void>;
  /** The place of the first entry of this line or a later one: few small reads, however long the log. */
  seek(line: number): Promise<number>;
  close(): Promise<void>;
}

/** Opens the index of a step (`''`: of the run itself); undefined where it has printed nothing. */
export async function openLogIndex(folder: string, stepId: string): Promise<LogIndex | undefined> {
  const file = path.join(folder, `${stepFile(stepId)}.idx`);
  const handle = await open(file, 'r').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (handle === undefined) return undefined;
  const read: LogIndex['read'] = async (block, position, entries) => {
    const { bytesRead } = await handle.read(block, 0, entries * entrySize, position * entrySize);
    if (bytesRead !== entries * entrySize) throw damaged(file);
  };
  try {
    const count = Math.floor((await handle.stat()).size / entrySize);
    return {
      count,
      read,
      async seek(line) {
        const block = Buffer.allocUnsafe(entrySize);
        let low = 0;
        // The entry of a line never stands behind place line - 1: each line before it has at most one here.
        let high = Math.min(count, line - 1);
        while (low < high) {
          const middle = (low + high) >>> 1;
          await read(block, middle, 1);
          const entry = decodeEntry(viewOf(block), 0);
          if (entry === undefined || entry.line >= line) high = middle;
          else low = middle + 1;
        }
        return low;
      },
      close: () => handle.close(),
    };
  } catch (error) {
    await handle.close();
    throw error;
  }
}
