// A process that unpacks one archive, as the context of a run is, and tells what that took.
import { createReadStream } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { toAppError } from '@shared/model/app-error.ts';
import { NoArchive, unpackInThread } from '../../electron/sources/unpacking.ts';
import { highestMemory, restingMemory } from './memory.ts';

export interface BombOutcome {
  readonly milliseconds: number;
  /** Bytes at their highest, above what the process had before. */
  readonly memory: number;
  /** The longest that the process's own loop could not answer, in ms. */
  readonly longestStall: number;
  /** Its code; `none` when it was unpacked. */
  readonly error: string;
}

const [file = '', folder = ''] = process.argv.slice(2);
const before = restingMemory();
const stalls = monitorEventLoopDelay({ resolution: 5 });
stalls.enable();
const began = performance.now();
const error = await unpackInThread(createReadStream(file), folder, {}, new AbortController().signal).then(
  () => 'none',
  (thrown: unknown) => (thrown instanceof NoArchive ? thrown.message : toAppError(thrown).code),
);
const outcome: BombOutcome = {
  milliseconds: performance.now() - began,
  memory: highestMemory() - before,
  longestStall: stalls.max / 1e6,
  error,
};
process.send?.(outcome, () => process.exit(0));
