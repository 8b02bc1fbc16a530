// A process of its own for log-kill.test.ts: writes a log until it is killed, and prints each number that it announces.
import { writeSync } from 'node:fs';
import { victimLine } from './log-kill.lines.ts';
import { createRunLogs } from './run-logs.ts';

const [, , home = '', runId = '', limitBytes = ''] = process.argv;
const logs = createRunLogs({ home, clock: { now: () => Date.now() } });
const writer = logs.open(runId, Number(limitBytes));
logs.onLines(runId, (lines) => writeSync(1, `${lines}\n`));

let line = 0;
function batch(): void {
  for (let count = 0; count < 200; count++) {
    line += 1;
    const { stepId, text } = victimLine(line);
    writer.write(stepId, 1, 'stdout', Buffer.from(`${text}\n`), Date.now());
  }
  setImmediate(batch);
}
batch();
