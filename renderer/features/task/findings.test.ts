import i18next from 'i18next';
import { beforeAll, describe, expect, it } from 'vitest';
import type { TaskFinding } from '@shared/model/task-finding.ts';
import { setUpI18n } from '../../i18n/i18n.ts';
import { countFindings, findingPlace, findingWords, markedLines, sortFindings } from './findings.ts';
import { lineStarts, renderedLines, spanOf, unixLines } from './text-lines.ts';

const finding = (
  code: string,
  severity: TaskFinding['severity'],
  line?: number,
  column = 1,
  part: Partial<TaskFinding> = {},
): TaskFinding => ({
  code,
  severity,
  params: {},
  ...(line === undefined ? {} : { range: { line, column, endLine: line, endColumn: column + 3 } }),
  ...part,
});

const all = [
  finding('note', 'info', 2),
  finding('low', 'error', 9),
  finding('nowhere', 'error'),
  finding('warn', 'warning', 9, 4),
  finding('high', 'error', 2, 7),
  finding('first', 'error', 2, 3),
];

describe('findings', () => {
  it('come errors first, from the top down, those without a place last', () => {
    expect(sortFindings(all).map(({ code }) => code)).toEqual(['first', 'high', 'low', 'nowhere', 'warn', 'note']);
  });

  it('are counted', () => {
    expect(countFindings(all)).toEqual({ error: 4, warning: 1, info: 1 });
  });

  it('mark their lines with the worst of each', () => {
    expect(
      markedLines(all).map(({ line, severity, findings }) => [line, severity, findings.map(({ code }) => code)]),
    ).toEqual([
      [2, 'error', ['first', 'high', 'note']],
      [9, 'error', ['low', 'warn']],
    ]);
  });

  it('move to another text, and are left out where it lacks their line', () => {
    const moved = markedLines(all, (line) => (line === 9 ? 5 : undefined));
    expect(moved.map(({ line, findings }) => [line, findings.length])).toEqual([[5, 2]]);
  });

  it.each([
    [finding('a', 'error', 12, 5), '12:5'],
    [finding('a', 'error'), undefined],
  ])('tell their place', (each, place) => {
    expect(findingPlace(each)).toBe(place);
  });
});

describe('the words of a finding', () => {
  beforeAll(() => {
    setUpI18n('en');
    i18next.addResourceBundle(
      'en',
      'task',
      { finding: { test: { known: { text: 'No step is called {{id}}.' } } } },
      true,
    );
  });

  it('are ours, with those of ACR beside them', () => {
    const known = finding('test.known', 'error', 1, 1, {
      params: { id: 'tset' },
      acr: 'tset does not exist as a vertex',
    });
    expect(findingWords(i18next, known)).toEqual({
      text: 'No step is called tset.',
      acr: 'tset does not exist as a vertex',
    });
  });

  it.each([
    ['of ACR for a code that we have no words for', { acr: 'id is empty' }, { text: 'id is empty', acr: undefined }],
    ['the code itself when there are no others', {}, { text: 'not.known', acr: undefined }],
  ])('are those %s', (_, part, words) => {
    expect(findingWords(i18next, finding('not.known', 'error', 1, 1, part))).toEqual(words);
  });
});

describe('places in a text', () => {
  const text = 'a: 1\n\nlast';
  const starts = lineStarts(text);

  it('are counted from the beginnings of its lines', () => {
    expect(starts).toEqual([0, 5, 6]);
    expect(lineStarts('')).toEqual([0]);
    expect(unixLines('a\r\nb\rc\n')).toBe('a\nb\nc\n');
  });

  it.each([
    ['a word', [1, 4, 1, 5], '1'],
    ['two lines', [1, 4, 3, 3], '1\n\nla'],
    ['no further than its line', [1, 4, 1, 99], '1'],
    ['nothing behind the end', [7, 1, 9, 9], ''],
    ['nothing when the end comes first', [3, 3, 3, 1], ''],
  ] as const)('give %s', (_, [line, column, endLine, endColumn], expected) => {
    const { start, end } = spanOf(text, starts, { line, column, endLine, endColumn });
    expect(text.slice(start, end)).toBe(expected);
  });
});

describe('lines of the source in the rendered text', () => {
  const source = [
    '# what it does', // 1
    'version: v1.1.0', // 2
    'steps:', // 3
    '  # builds', // 4
    '  - build: -t $Registry/web:{{.Run.ID}} .', // 5
    '  - cmd: {{.Values.greeting}} true', // 6
    '    timeout: 60', // 7
  ].join('\n');

  it('are found where comments are dropped and templates filled in', () => {
    const rendered = 'version: v1.1.0\nsteps:\n  - build: -t r.io/web:ca1 .\n  - cmd: ahoy true\n    timeout: 60';
    expect([...renderedLines(source, rendered)]).toEqual([
      [2, 1],
      [3, 2],
      [5, 3],
      [6, 4],
      [7, 5],
    ]);
  });

  it('are found too where comments stay, or are left empty', () => {
    const kept = source.replace('$Registry', 'r.io').replace('{{.Run.ID}}', 'ca1');
    expect(renderedLines(source, kept).get(5)).toBe(5);
    const emptied = kept.replace(/^ *#.*$/gm, '');
    expect(renderedLines(source, emptied).get(7)).toBe(7);
  });

  it('are not guessed where a template made several of one', () => {
    const rendered = 'version: v1.1.0\nsteps:\n  - build: .\n  - cmd: a true\n  - cmd: b true\n    timeout: 60';
    const lines = renderedLines(source, rendered);
    expect([lines.get(3), lines.get(6), lines.get(7)]).toEqual([2, undefined, 6]);
  });

  it('are none where nothing is left', () => {
    expect([...renderedLines(source, '')]).toEqual([]);
  });
});
