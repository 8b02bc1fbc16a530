// A process of its own for log-reader.test.ts, which may open few files: reads a log, and prints how many lines it got.
import { createRunLogs } from './run-logs.ts';

const [, , home = '', runId = ''] = process.argv;
const logs = createRunLogs({ home, clock: { now: () => Date.now() } });
const reads = await Promise.all(Array.from({ length: 3 }, () => logs.lines(runId, 1, 10_000)));
process.stdout.write(reads.map((lines) => lines.length).join(' '));
