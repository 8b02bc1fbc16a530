import { formatDuration } from '@shared/format/duration.ts';
import { formatLogLine } from '@shared/format/log-text.ts';
import { ansiColors, lastState, styledParts, terminalText } from './ansi.ts';
import type { AnsiColor } from './ansi.ts';
import type { StepColumn } from './step-column.ts';

export const timestampModes = ['off', 'relative', 'clock'] as const;
/** Whether a line shows when it came: not, since the run's start, or by the clock. */
export type TimestampMode = (typeof timestampModes)[number];

/** What stands before the text of a line. */
export interface GutterOptions {
  readonly numbers: boolean;
  readonly times: TimestampMode;
  /** When the run started (ms, UTC). */
  readonly startedAt: number;
  /** Names the step of each line. */
  readonly steps?: StepColumn | undefined;
}

/** Characters that a line's number takes: seven hold ten million lines. */
const numberWidth = 7;

export function lineNumber(line: number): string {
  return String(line).padStart(numberWidth);
}

/** When a line came, always equally wide in its mode. */
export function lineTime(time: number, mode: Exclude<TimestampMode, 'off'>, startedAt: number): string {
  if (mode === 'relative') return formatDuration(Math.max(0, time - startedAt)).padStart(7);
  const at = new Date(time);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
}

export interface TerminalLine {
  readonly line: number;
  /** Only looked at where steps are named. */
  readonly stepId?: string;
  readonly vertex: number;
  readonly time: number;
  readonly text: string;
}

const faint = '\x1b[90m';
const reset = '\x1b[0m';

/** One line as xterm is given it: faint number, time, step and vertex before the text, no style left behind. Ends with CR LF. */
export function terminalLine(line: TerminalLine, options: GutterOptions): string {
  let gutter = options.numbers ? `${lineNumber(line.line)}  ` : '';
  if (options.times !== 'off') gutter += `${lineTime(line.time, options.times, options.startedAt)}  `;
  if (options.steps !== undefined) gutter += stepText(options.steps, line.stepId ?? '');
  if (line.vertex !== 0) gutter += `#${line.vertex} `;
  const text = terminalText(line.text);
  return gutter === '' ? `${text}${reset}\r\n` : `${faint}${gutter}${reset}${text}${reset}\r\n`;
}

/** The step's name in its colour, and back to faint. */
function stepText({ labels, width }: StepColumn, stepId: string): string {
  const label = labels.get(stepId);
  return label === undefined ? `${' '.repeat(width)}  ` : `${sgr(label.color)}${label.text}${faint}  `;
}

function sgr(color: AnsiColor): string {
  const index = ansiColors.indexOf(color);
  return `\x1b[${index < 8 ? 30 + index : 82 + index}m`;
}

/** A line as it is copied: `#7 text`, without escape sequences, its last state. */
export function plainLine(line: Pick<TerminalLine, 'vertex' | 'text'>): string {
  return formatLogLine({ vertex: line.vertex, text: plainText(line.text) });
}

/** What of a line's text shows: its last state, without escape sequences. */
export function plainText(text: string): string {
  return styledParts(text)
    .map((part) => part.text)
    .join('');
}

/** Whether a line shows nothing. */
export function isBlank(text: string): boolean {
  const [start, end] = lastState(text);
  return text.slice(start, end).trim() === '';
}
