import { describe, expect, it } from 'vitest';
import { TaskFinding } from '@shared/model/task-finding.ts';
import english from '@shared/i18n/en/task.json' with { type: 'json' };
import korean from '@shared/i18n/ko/task.json' with { type: 'json' };
import { commandFindings } from '../command-line/command-finding.ts';
import { type TaskFindingCode, taskFindings } from './findings.ts';
import { findingCases } from './test-findings.ts';
import { loadText } from './test-load.ts';

const rows = Object.entries(findingCases).flatMap(([code, list]) =>
  list.map((each, at) => ({ code: code as TaskFindingCode, each, name: `${code} ${at + 1}` })),
);

function lineAndColumn(text: string, offset: number) {
  const lines = text.slice(0, offset).split('\n');
  return { line: lines.length, column: (lines.at(-1) ?? '').length + 1 };
}

const placeholders = (words: string) => [...words.matchAll(/\{\{(\w+)\}\}/g)].map(([, name = '']) => name);

describe('findings', () => {
  it.each(rows)('$name', async ({ code, each }) => {
    const author = each.text.replaceAll(/[⟦⟧]/g, '');
    const { findings, task } = await loadText(author, each.inputs);
    const found = findings.filter((finding) => finding.code === code);
    expect(findings.map((finding) => finding.code)).toContain(code);
    expect(found).toHaveLength(1);
    const [finding] = found;
    if (finding === undefined) return;
    expect(TaskFinding.parse(finding)).toEqual(finding);
    expect(finding.severity).toBe(taskFindings[code]);
    expect(task === undefined).toBe(findings.some(({ severity }) => severity === 'error'));

    const start = each.text.indexOf('⟦');
    if (start >= 0) {
      const end = each.text.indexOf('⟧') - 1;
      const [first, last] = [lineAndColumn(author, start), lineAndColumn(author, end)];
      expect(finding.range).toEqual({ ...first, endLine: last.line, endColumn: last.column });
    }
    if (each.acr !== undefined) expect(finding.acr).toBe(each.acr);
    if (each.params !== undefined) expect(finding.params).toEqual(each.params);
    if (each.suggestion !== undefined) expect(finding.suggestion).toBe(each.suggestion);
    if (each.step !== undefined) expect(finding.step).toBe(each.step);
    expect(Object.keys(finding.params)).toEqual(expect.arrayContaining(placeholders(wordsOf(english, code))));
  });

  it.each([
    ['en', english],
    ['ko', korean],
  ])('have words in %s, and nothing else has', (_, words) => {
    const codes = [...Object.keys(taskFindings), ...Object.keys(commandFindings), 'task.registryMissing'];
    const written = Object.entries(words.finding).flatMap(([area, names]) =>
      Object.keys(names).map((name) => `${area}.${name}`),
    );
    expect(written.sort()).toEqual(codes.sort());
    expect(codes.filter((code) => wordsOf(words, code).trim() === '')).toEqual([]);
  });
});

function wordsOf(words: { readonly finding: object }, code: string): string {
  const [area = '', name = ''] = code.split('.');
  const areas = words.finding as Readonly<Record<string, Readonly<Record<string, { readonly text: string }>>>>;
  return areas[area]?.[name]?.text ?? '';
}
