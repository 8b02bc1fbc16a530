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
  const width = Math.min(widest, Math.max(0, ...ids.map((id) => cells(charactersOf(id)))));
  const labels = ids.map((id, index): [string, StepLabel] => {
    const shown = shortened(charactersOf(id), width);
    const color = colors[index % colors.length] ?? 'cyan';
    return [id, { text: shown.join('') + ' '.repeat(width - cells(shown)), color }];
  });
  return { width, labels: new Map(labels) };
}

/** A record may hold anything, and a terminal obeys it. macOS hands out decomposed Hangul. */
function charactersOf(id: string): readonly string[] {
  return Array.from(terminalText(id.normalize('NFC')));
}

/** Ids of a series differ at their end: what is cut out is the middle. */
function shortened(characters: readonly string[], width: number): readonly string[] {
  if (cells(characters) <= width) return characters;
  const half = Math.floor((width - 1) / 2);
  const head = fitting(characters, width - 1 - half);
  const tail = fitting(characters.toReversed(), half).toReversed();
  return [...head, '…', ...tail];
}

function fitting(characters: readonly string[], width: number): readonly string[] {
  let used = 0;
  const end = characters.findIndex((character) => (used += cells([character])) > width);
  return end < 0 ? characters : characters.slice(0, end);
}

/** How wide characters are in a terminal: Hangul, Chinese, Japanese and pictures take two cells. */
function cells(characters: readonly string[]): number {
  return characters.reduce((sum, character) => sum + (wide.test(character) ? 2 : 1), 0);
}

// Unicode's East Asian Width, as far as names go.
const wide =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}]/u;
