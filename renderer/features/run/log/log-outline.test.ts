import { describe, expect, it } from 'vitest';
import type { Step } from '@shared/model/run.ts';
import {
  foldsNow,
  isFoldOpen,
  reveal,
  toggleAll,
  toggleFold,
  toggleSection,
  touch,
  untouchedFolds,
} from './log-folds.ts';
import type { LogFolds } from './log-folds.ts';
import { anchorOf, outlineOf, placedAt, restingAnchor, rowAt, spansOf } from './log-outline.ts';
import type { Outline } from './log-outline.ts';
import { beforeSteps, besideSteps } from './log-sections.ts';
import type { LogSection } from './log-sections.ts';
import { foldsOf, noFolds } from './section-folds.ts';
import type { SectionFolds } from './section-folds.ts';

function section(id: string, rows: number, status?: Step['status'], folds: SectionFolds = noFolds): LogSection {
  const own = status === undefined;
  return {
    id,
    stepId: own ? '' : id,
    rows,
    offset: id === besideSteps ? 3 : 0,
    folds,
    step: own ? undefined : { id, kind: 'cmd', status, timeoutSeconds: 600 },
  };
}

/** Five lines: `##[group]`, two within it, `##[endgroup]`, one more. */
const grouped = foldsOf(
  [
    { row: 0, mark: 'group' },
    { row: 3, mark: 'endgroup' },
  ],
  5,
);
const before = section(beforeSteps, 3);
const load = section('load', 2, 'succeeded');
const check = section('check', 5, 'failed', grouped);
const pack = section('pack', 0, 'skipped');
const beside = section(besideSteps, 1);
const failed = [before, load, check, pack, beside];

/** Each row in a word: a section's id with what is open of it, a fold with its line in brackets, a line by its place. */
function words(outline: Outline): string {
  return Array.from({ length: outline.rows }, (_, row) => {
    const shown = rowAt(outline, row);
    switch (shown?.kind) {
      case 'section':
        return `${shown.part.open ? '-' : '+'}${shown.part.section.id}`;
      case 'fold':
        return `[${shown.fold.open ? '-' : '+'}${shown.at}]`;
      default:
        return String(shown?.at);
    }
  }).join(' ');
}

function opened(...ids: readonly string[]): LogFolds {
  return { ...untouchedFolds, touched: true, open: new Set(ids) };
}

describe('what is open by itself', () => {
  it.each([
    ['what failed', failed, 'Failed', ['check']],
    ['what is running', [load, section('test', 4, 'running')], 'Running', ['test']],
    ['what ran out of time', [section('test', 4, 'timedout')], 'Timeout', ['test']],
    ['nothing of what went well', [before, load, beside], 'Succeeded', []],
    ['nothing of what was canceled', [section('test', 4, 'canceled'), beside], 'Canceled', []],
    ["the run's own lines when no step of it failed", [before, pack, beside], 'Error', [besideSteps]],
  ] as const)('is %s', (_, sections, status, expected) => {
    expect([...foldsNow(untouchedFolds, sections, status).open]).toEqual(expected);
  });

  it('is nothing more once someone has touched it', () => {
    const running = foldsNow(untouchedFolds, [section('test', 4, 'running')], 'Running');
    const ended = [section('test', 4, 'succeeded'), section('push', 2, 'failed')];
    expect([...foldsNow(touch(running), ended, 'Failed').open]).toEqual(['test']);
  });

  it('is a group that ends while one looks at it, and one that has no end', () => {
    const [fold] = grouped.folds;
    const [endless] = foldsOf([{ row: 0, mark: 'group' }], 5).folds;
    if (fold === undefined || endless === undefined) throw new Error('no folds');
    const running = foldsNow(untouchedFolds, [section('test', 5, 'running', grouped)], 'Running');
    expect(isFoldOpen(touch(running), 'test', fold)).toBe(true);
    expect(isFoldOpen(untouchedFolds, 'test', fold)).toBe(false);
    expect(isFoldOpen(untouchedFolds, 'test', endless)).toBe(true);
  });
});

describe('an outline', () => {
  it.each([
    ['headers alone', opened(), '+before +load +check +pack +beside'],
    ['an open section', opened('load'), '+before -load 0 1 +check +pack +beside'],
    ['a group that is folded', opened('check'), '+before +load -check [+0] 4 +pack +beside'],
    [
      'a group that is open, without the line that ends it',
      { ...opened('check'), spread: new Set(['check']) },
      '+before +load -check [-0] 1 2 4 +pack +beside',
    ],
    ['nothing to open in a section without lines', opened('pack'), '+before +load +check +pack +beside'],
    ["the run's own lines", opened(beforeSteps, besideSteps), '-before 0 1 2 +load +check +pack -beside 0'],
  ])('has %s', (_, folds, expected) => {
    expect(words(outlineOf(failed, folds))).toBe(expected);
  });

  it('asks for the lines behind its rows, and for no others', () => {
    const outline = outlineOf(failed, opened('load', 'check', besideSteps));
    expect(spansOf(outline, 0, outline.rows)).toEqual([
      { stepId: 'load', from: 0, count: 2 },
      { stepId: 'check', from: 0, count: 1 },
      { stepId: 'check', from: 4, count: 1 },
      { stepId: '', from: 3, count: 1 },
    ]);
    expect(spansOf(outline, 2, 1)).toEqual([{ stepId: 'load', from: 0, count: 1 }]);
    expect(spansOf(outline, -5, 3)).toEqual([]);
  });

  it('finds its rows at once among a million lines of five hundred steps', () => {
    const many = Array.from({ length: 500 }, (_, index) => section(`s${index}`, 2_000, 'succeeded'));
    const outline = outlineOf(many, toggleAll(opened(), many));
    expect(outline.rows).toBe(500 * 2_001);
    expect(words({ ...outline, rows: 3 })).toBe('-s0 0 1');
    expect(rowAt(outline, 499 * 2_001 + 2_000)).toMatchObject({ kind: 'line', at: 1_999 });
    expect(spansOf(outline, 250 * 2_001, 100)).toEqual([{ stepId: 's250', from: 0, count: 99 }]);
  });
});

describe('folding', () => {
  it.each([
    ['a section', toggleSection(opened(), load), '+before -load 0 1 +check +pack +beside'],
    ['a section again', toggleSection(opened('load'), load), '+before +load +check +pack +beside'],
    [
      'a group',
      toggleFold(opened('check'), 'check', { kind: 'group', row: 0, end: 3, ended: true }),
      '+before +load -check [-0] 1 2 4 +pack +beside',
    ],
    [
      'all that is not open',
      toggleAll(opened('load'), failed),
      '-before 0 1 2 -load 0 1 -check [-0] 1 2 4 +pack -beside 0',
    ],
    ['all that is open', toggleAll(toggleAll(opened(), failed), failed), '+before +load +check +pack +beside'],
    ['what hides a line', reveal(opened(), check, 2), '+before +load -check [-0] 1 2 4 +pack +beside'],
    ['no more than what hides a line', reveal(opened(), check, 4), '+before +load -check [+0] 4 +pack +beside'],
  ])('folds or opens %s', (_, folds, expected) => {
    expect(words(outlineOf(failed, folds))).toBe(expected);
    expect(folds.touched).toBe(true);
  });
});

describe('the place of the view', () => {
  it.each([
    ['at the end of what failed', failed, 'Failed', false, { edge: 'bottom', row: 4 }],
    ['at the top of what went well', [before, load, beside], 'Succeeded', false, { edge: 'top', row: 0 }],
    [
      'at the end of what runs',
      [load, section('test', 4, 'running'), pack],
      'Running',
      true,
      { edge: 'bottom', row: 5 },
    ],
    ['at the end before anything runs', [before, pack], 'Running', true, { edge: 'bottom', row: 1 }],
    [
      'at the end of what the run says of its own failure',
      [before, beside],
      'Error',
      false,
      { edge: 'bottom', row: 2 },
    ],
  ] as const)('is %s', (_, sections, status, live, expected) => {
    const outline = outlineOf(sections, foldsNow(untouchedFolds, sections, status));
    expect(restingAnchor(outline, live, false)).toEqual(expected);
  });

  it('is with what runs for someone who asks for it, whatever has failed', () => {
    const sections = [section('lint', 3, 'failed'), section('test', 4, 'running')];
    const outline = outlineOf(sections, opened('lint', 'test'));
    expect(restingAnchor(outline, true, false)).toEqual({ edge: 'bottom', row: 3 });
    expect(restingAnchor(outline, true, true)).toEqual({ edge: 'bottom', row: 8 });
  });

  it.each([
    ['rows that come above', opened('check'), 4.25, opened('load', 'check'), 6.25],
    ['rows that go above', opened('load', 'check'), 6.25, opened('check'), 4.25],
    ['its own section closing, of which the header is left', opened('check'), 4.25, opened(), 2],
    ['a header', opened('load'), 4, opened(), 2],
  ])('is the same after %s', (_, was, row, is, expected) => {
    const placed = placedAt(outlineOf(failed, was), { edge: 'top', row });
    if (placed === undefined) throw new Error('no place');
    expect(anchorOf(outlineOf(failed, is), placed)).toEqual({ edge: 'top', row: expected });
  });

  it('is nowhere in an empty log', () => {
    expect(placedAt(outlineOf([], opened()), { edge: 'bottom', row: -1 })).toBeUndefined();
  });
});
