import type { ContainerSystem } from '@shared/model/step-places.ts';
import type { RunVariables } from '../templating/run-variables.ts';
import type { FindingDetails, Findings, TaskFindingCode } from './findings.ts';
import type { Stretch, TextMap } from './text-map.ts';

/** What the checks of a task share. */
export interface Checking {
  /** The rendered text, which all stretches are of. */
  readonly map: TextMap;
  readonly findings: Findings;
  readonly run: RunVariables;
  readonly os: ContainerSystem;
  /** What stands for an image in front of a command; empty where the file has no aliases. */
  readonly aliases: ReadonlyMap<string, string>;
}

export function report(
  { map, findings }: Checking,
  code: TaskFindingCode,
  stretch: Stretch,
  details: FindingDetails = {},
): void {
  findings.add(code, map, stretch, details);
}

/** The beginning of something, up to the end of its first line: marking all of it would say nothing. */
export function firstLine({ map }: Checking, { start, end }: Stretch): Stretch {
  const newline = map.text.indexOf('\n', start);
  return { start, end: newline < 0 ? end : Math.min(newline, Math.max(end, start)) };
}

/** Go's unicode.IsSpace, anywhere in the text. */
export function hasSpace(text: string): boolean {
  return /[\t\n\v\f\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/.test(text);
}

/** What is quoted in a finding is a reminder: the editor marks the whole of it. */
export function excerpt(text: string): string {
  return text.length <= 60 ? text : `${text.slice(0, 59).replace(/[\uD800-\uDBFF]$/, '')}…`;
}
