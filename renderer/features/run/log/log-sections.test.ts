import { expect, it } from 'vitest';
import type { StepLines } from '@shared/model/log-line.ts';
import type { Step } from '@shared/model/run.ts';
import { sectionsOf, sectionWith } from './log-sections.ts';

/** A log by the steps of its lines, one a letter; `.` is a line of the run. */
function partsOf(lines: string): ReadonlyMap<string, StepLines> {
  const parts = new Map<string, StepLines>();
  for (const [index, letter] of Array.from(lines).entries()) {
    const stepId = letter === '.' ? '' : letter;
    const known = parts.get(stepId) ?? { stepId, first: index + 1, lines: 0, marks: [] };
    parts.set(stepId, { ...known, lines: known.lines + 1 });
  }
  return parts;
}

const steps = ['a', 'b'].map((id): Step => ({ id, kind: 'cmd', status: 'succeeded', timeoutSeconds: 600 }));

it.each([
  ['nothing yet', '', ['step a 0+0', 'step b 0+0']],
  ['a run that gets ready', '..', ['before 0+2', 'step a 0+0', 'step b 0+0']],
  ['lines around the steps', '..aab.', ['before 0+2', 'step a 0+2', 'step b 0+1', 'beside 2+1']],
  ['lines that interleave', '.ba.ab..', ['before 0+1', 'step a 0+2', 'step b 0+2', 'beside 1+3']],
  ['steps alone', 'bb', ['step a 0+0', 'step b 0+2']],
])('parts a log with %s', (_, lines, expected) => {
  const sections = sectionsOf(steps, partsOf(lines));
  expect(sections.map(({ id, offset, rows }) => `${id} ${offset}+${rows}`)).toEqual(expected);
});

it.each([
  ['', 0, 'before'],
  ['', 2, 'beside'],
  ['', 3, undefined],
  ['b', 0, 'step b'],
  ['c', 0, undefined],
])('finds line %s %i', (stepId, row, expected) => {
  expect(sectionWith(sectionsOf(steps, partsOf('..aab.')), stepId, row)?.id).toBe(expected);
});
