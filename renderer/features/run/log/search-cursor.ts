import type { LogMatch } from '@shared/model/log-line.ts';

/** The place of the match to begin at: the first at or behind a line, else the first of all; -1 when there is none. */
export function firstMatchFrom(matches: readonly LogMatch[], line: number): number {
  if (matches.length === 0) return -1;
  return Math.max(
    0,
    matches.findIndex((match) => match.line >= line),
  );
}

/** The place `by` further on, round the ends. */
export function stepMatch(count: number, current: number, by: 1 | -1): number {
  if (count === 0) return -1;
  if (current < 0) return by > 0 ? 0 : count - 1;
  return (current + by + count) % count;
}
