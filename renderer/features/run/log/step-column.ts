import { terminalText } from './ansi.ts';
import type { AnsiColor } from './ansi.ts';

/** The column of a task's log that names the step of each line: steps run side by side, and their lines interleave. */
export interface StepColumn {
  /** Characters. */
  readonly width: number;
  /** By id. The run's own lines have none. */
  readonly labels: ReadonlyMap<string, StepLabel>;
}

export interface StepLabel {
  /** As wide as the column: what is longer lost its middle. */
  readonly text: string;
  readonly color: AnsiColor;
}

/** More would leave too little to the lines themselves. */
const widest = 14;
/** No red: that would read as a failure. */
const colors = ['cyan', 'magenta', 'blue', 'yellow', 'green', 'bright-cyan', 'bright-magenta'] as const;

export function stepColumn(ids: readonly string[]): StepColumn {
  const width = Math.min(widest, Math.max(0, ...ids.map((id) => id.length)));
  const labels = ids.map((id, index): [string, StepLabel] => {
    const color = colors[index % colors.length] ?? 'cyan';
    // A record may hold anything, and a terminal obeys it.
    return [id, { text: shortened(terminalText(id), width).padEnd(width), color }];
  });
  return { width, labels: new Map(labels) };
}

/** Ids of a series differ at their end. */
function shortened(id: string, width: number): string {
  if (id.length <= width) return id;
  const tail = Math.floor((width - 1) / 2);
  return `${id.slice(0, width - 1 - tail)}…${id.slice(id.length - tail)}`;
}
