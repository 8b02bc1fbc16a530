import { expect, it } from 'vitest';
import type { StepLines } from '@shared/model/log-line.ts';
import { lineOfRow } from './line-map.ts';
import { foldsOf, visibleRows } from './section-folds.ts';

/** A line a letter: `g` begins a group, `e` ends one, `h` is a heading. */
function foldsIn(lines: string) {
  const kinds = { g: 'group', e: 'endgroup', h: 'heading' } as const;
  const marks: StepLines['marks'] = [];
  for (const [row, letter] of Array.from(lines).entries())
    if (letter === 'g' || letter === 'e' || letter === 'h') marks.push({ row, mark: kinds[letter] });
  return foldsOf(marks, lines.length);
}

it.each([
  ['nothing', '....', []],
  ['a group', '.g..e.', ['group 1-4']],
  ['a group that goes on', '.g..', ['group 1-4…']],
  ['groups, each of which ends where the next begins', 'g.g.e.', ['group 0-2', 'group 2-4']],
  ['an end of nothing', '.e..', []],
  ['headings, each up to the next', '.h..h.', ['heading 1-4', 'heading 4-6…']],
  ['a group under a heading', 'h.g.e.h.', ['heading 0-6', 'group 2-4', 'heading 6-8…']],
  ['a heading within a group', 'g.h.e.', ['group 0-4', 'heading 2-4']],
  ['a heading in a group that goes on', 'h.g.h.', ['heading 0-6…', 'group 2-6…', 'heading 4-6…']],
])('finds %s', (_, lines, expected) => {
  const { folds } = foldsIn(lines);
  expect(folds.map(({ kind, row, end, ended }) => `${kind} ${row}-${end}${ended ? '' : '…'}`)).toEqual(expected);
});

it.each([
  ['all without folds', '....', [], '0123'],
  ['all but the end of an open group', '.g..e.', [1], '01235'],
  ['the name alone of a closed group', '.g..e.', [], '015'],
  ['a stray end', '.e.', [], '012'],
  ['nothing of a group under a closed heading', 'h.g.e.h.', [2, 6], '067'],
  ['a closed group under an open heading', 'h.g.e.h.', [0, 6], '012567'],
  ['nothing behind a closed fold at the end', '.h..', [], '01'],
])('shows %s', (_, lines, open, expected) => {
  const map = visibleRows(foldsIn(lines), lines.length, ({ row }) => open.includes(row));
  expect(Array.from({ length: map.rows }, (__, row) => lineOfRow(map, row)).join('')).toBe(expected);
});
