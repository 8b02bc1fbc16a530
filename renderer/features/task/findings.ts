import type { i18n } from 'i18next';
import type { TaskFinding } from '@shared/model/task-finding.ts';
import { lookUp } from '../../i18n/i18n.ts';

export type Severity = TaskFinding['severity'];

const weight: Readonly<Record<Severity, number>> = { error: 0, warning: 1, info: 2 };

/** Errors first, then warnings, then notes; each from the top of the file down, those without a place last. */
export function sortFindings(findings: readonly TaskFinding[]): readonly TaskFinding[] {
  const place = ({ range }: TaskFinding) => (range === undefined ? Infinity : range.line * 10_000 + range.column);
  return findings.toSorted((a, b) => weight[a.severity] - weight[b.severity] || place(a) - place(b) || 0);
}

/** How many of each. */
export function countFindings(findings: readonly TaskFinding[]): Readonly<Record<Severity, number>> {
  const counts = { error: 0, warning: 0, info: 0 };
  for (const { severity } of findings) counts[severity] += 1;
  return counts;
}

/** A line that something is to be said about; its severity is the worst of what is said. */
export interface MarkedLine {
  readonly line: number;
  readonly severity: Severity;
  readonly findings: readonly TaskFinding[];
}

/** The lines that have findings, from the top down. `lineOf` moves them to another text; undefined: not there. */
export function markedLines(
  findings: readonly TaskFinding[],
  lineOf: (line: number) => number | undefined = (line) => line,
): readonly MarkedLine[] {
  const marked = new Map<number, TaskFinding[]>();
  for (const finding of sortFindings(findings)) {
    const line = finding.range === undefined ? undefined : lineOf(finding.range.line);
    if (line === undefined) continue;
    const there = marked.get(line);
    if (there === undefined) marked.set(line, [finding]);
    else there.push(finding);
  }
  return [...marked]
    .map(([line, there]) => ({ line, severity: there[0]?.severity ?? 'info', findings: there }))
    .toSorted((a, b) => a.line - b.line);
}

/** What a finding says: our words, else those of ACR's engine, else its code. `acr` is ACR's where it adds to ours. */
export function findingWords(
  i18n: i18n,
  finding: TaskFinding,
): { readonly text: string; readonly acr: string | undefined } {
  const text = lookUp(i18n, 'task', `finding.${finding.code}.text`, finding.params);
  if (text === undefined || text === '') return { text: finding.acr ?? finding.code, acr: undefined };
  return { text, acr: finding.acr };
}

/** `12:5`, or nothing when it has no place. */
export function findingPlace({ range }: TaskFinding): string | undefined {
  return range === undefined ? undefined : `${range.line}:${range.column}`;
}
