import type { StepLines } from '@shared/model/log-line.ts';
import type { Step } from '@shared/model/run.ts';
import { foldsOf, noFolds } from './section-folds.ts';
import type { SectionFolds } from './section-folds.ts';

/** A part of a log that folds under a header: the lines of one step, or lines of the run itself. */
export interface LogSection {
  /** Unique, and the same while the run goes on. */
  readonly id: string;
  /** Undefined for the run's own lines. */
  readonly step: Step | undefined;
  /** Whose lines they are; empty for the run itself. */
  readonly stepId: string;
  /** How many lines it has so far. */
  readonly rows: number;
  /** Which of all the lines of {@link stepId} is its first, from 0. */
  readonly offset: number;
  readonly folds: SectionFolds;
}

export const beforeSteps = 'before';
export const besideSteps = 'beside';

export function sectionOfStep(stepId: string): string {
  return `step ${stepId}`;
}

/**
 * A run's log by steps, in the order of the task.
 *
 * The run's own lines stand around them in two sections: those before the first line of any step, in which it gets ready, and
 * all others. Few of those fall between lines of steps, which interleave, so there is no place between two sections where they
 * would be right; most are the summary at the end, and what a failing step is told by belongs to it. Where one ends and the
 * other begins never changes, so that no line moves while the run goes on.
 */
export function sectionsOf(steps: readonly Step[], parts: ReadonlyMap<string, StepLines>): readonly LogSection[] {
  const own = parts.get('')?.lines ?? 0;
  let firstOfSteps = Infinity;
  for (const { stepId, first } of parts.values()) if (stepId !== '') firstOfSteps = Math.min(firstOfSteps, first);
  // All lines before it are the run's own.
  const before = Math.min(own, firstOfSteps - 1);
  const ownSection = (id: string, offset: number, rows: number): LogSection[] =>
    rows === 0 ? [] : [{ id, step: undefined, stepId: '', rows, offset, folds: noFolds }];
  return [
    ...ownSection(beforeSteps, 0, before),
    ...steps.map((step): LogSection => {
      const { lines = 0, marks = [] } = parts.get(step.id) ?? {};
      return {
        id: sectionOfStep(step.id),
        step,
        stepId: step.id,
        rows: lines,
        offset: 0,
        folds: foldsOf(marks, lines),
      };
    }),
    ...ownSection(besideSteps, before, own - before),
  ];
}

/** The section that has this line of a step. */
export function sectionWith(sections: readonly LogSection[], stepId: string, row: number): LogSection | undefined {
  return sections.find(
    (section) => section.stepId === stepId && row >= section.offset && row < section.offset + section.rows,
  );
}

/** Whether it is the failure of its step, or of the run itself, that one looks for. */
export function hasFailed({ step }: LogSection): boolean {
  return step?.status === 'failed' || step?.status === 'timedout';
}

export function isRunning({ step }: LogSection): boolean {
  return step?.status === 'running';
}
