// docs/task-file.md teaches by example: what it shows must load, and its tables must say what the code does.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { taskProperties } from '@shared/model/task-properties.ts';
import { loadText, referenceRun, told } from './test-load.ts';

const root = path.resolve(import.meta.dirname, '../../..');
const document = readFileSync(path.join(root, 'docs/task-file.md'), 'utf8');

interface Block {
  /** What stands behind the fence: `yaml`, and for a quotation the file that it is from. */
  readonly info: string;
  readonly line: number;
  readonly text: string;
}

const blocks: readonly Block[] = [...document.matchAll(/^```(\S.*)\n([^]*?)^```$/gm)].map(
  ({ 1: info = '', 2: text = '', index }) => ({ info, line: document.slice(0, index).split('\n').length, text }),
);
const tasks = blocks.filter(({ info }) => /^yaml(?: |$)/.test(info)).map((block) => [block.line, block] as const);
const values = { name: 'values.yaml', text: blocks.find(({ text }) => text.startsWith('# values.yaml'))?.text ?? '' };

/** The rows of the table whose head begins with these columns, their cells without blanks around. */
function table(...columns: readonly string[]): readonly (readonly string[])[] {
  const head = `| ${columns.join(' | ')} |`;
  const [, rows = ''] = document.split(head, 2);
  if (rows === '') throw new Error(`no table ${head}`);
  const lines = rows.split('\n');
  const end = lines.findIndex((line, at) => at > 0 && !line.startsWith('|'));
  return lines.slice(2, end).map((line) =>
    line
      .split(/(?<!\\)\|/)
      .slice(1, -1)
      .map((cell) => cell.trim().replaceAll(String.raw`\|`, '|')),
  );
}
const code = (cell: string) => [...cell.matchAll(/`([^`]*)`/g)].map(([, text = '']) => text);

describe('docs/task-file.md', () => {
  it('has examples', () => {
    expect(tasks.length).toBeGreaterThan(20);
    expect(values.text).toContain('greeting: ahoy');
  });

  it.each(tasks)('shows a task on line %i that loads', async (_line, { text }) => {
    const password = new Map([['password', 'x']]);
    const { task, findings } = await loadText(text, { values, set: password });
    expect(told(findings)).toEqual([]);
    expect(task?.steps.length).toBeGreaterThan(0);
  });

  const quotations = blocks.flatMap((block) => {
    const [, file] = /^yaml from (\S+)$/.exec(block.info) ?? [];
    return file === undefined ? [] : [[file, block] as const];
  });
  it.each(quotations)('quotes %s as it is', (file, { text }) => {
    const original = readFileSync(path.join(root, file), 'utf8').split('\n');
    expect(text.split('\n').filter((line) => !original.includes(line))).toEqual([]);
  });

  it.each(table('template', 'gives').map(([template = '', gives = '']) => [code(template)[0] ?? '', code(gives)[0]]))(
    'knows what %s gives',
    async (template, gives) => {
      const run = { ...referenceRun, Branch: '' };
      const { rendered } = await loadText(`${template}\n`, { values, run });
      expect(rendered).toBe(`${gives}\n`);
    },
  );

  it.each(table('written', 'what Slipway does', 'write'))('knows of the command %s', async (written, does, better) => {
    const load = async (text: string) => {
      const indented = `    ${text.replaceAll('\n', '\n    ')}`;
      const { findings } = await loadText(`version: v1.1.0\nsteps:\n- cmd: |\n${indented}\n`);
      return findings.map(({ severity }) => severity);
    };
    for (const text of code(written)) {
      expect([text, await load(text)]).toEqual([text, [does.startsWith('error') ? 'error' : 'warning']]);
    }
    for (const text of code(better).filter((each) => each.startsWith('alpine'))) {
      expect([text, await load(text)]).toEqual([text, []]);
    }
  });

  it('has every property of the task', () => {
    const rows = table('property', 'kind', 'default', 'meaning').map(([name = '']) => code(name)[0]);
    expect(rows).toEqual(expect.arrayContaining(taskProperties.task.map(({ name }) => name)));
  });

  it('has every property of a step, with the kinds of step that it is for and its default', () => {
    const rows = table('property', 'kind', '`cmd`', '`build`', '`push`', 'default', 'meaning').flatMap(
      ([names = '', , cmd, build, push, byDefault = '']) =>
        code(names).map((name) => ({
          name,
          kinds: [cmd === '✓' ? 'cmd' : [], build === '✓' ? 'build' : [], push === '✓' ? 'push' : []].flat(),
          byDefault: byDefault.replaceAll('`', ''),
        })),
    );
    const known = taskProperties.step.map(({ name, kinds = ['cmd', 'build', 'push'], default: byDefault }) => ({
      name,
      kinds: [...kinds],
      // A table may tell in words what there is no value for.
      byDefault: byDefault === undefined ? (rows.find((row) => row.name === name)?.byDefault ?? '') : String(byDefault),
    }));
    const byName = (one: { name: string }, other: { name: string }) => (one.name < other.name ? -1 : 1);
    expect(rows.toSorted(byName)).toEqual(known.toSorted(byName));
  });

  it.each(['network', 'secret'] as const)('has every property of a %s', (object) => {
    const names = taskProperties[object].map(({ name }) => `| \`${name}\` |`);
    expect(names.filter((name) => !document.includes(name))).toEqual([]);
  });

  it('has whole tables', () => {
    const prose = document.replaceAll(/^```.*\n[^]*?^```$/gm, '');
    const parts = prose.split(/\n\n+/).filter((part) => part.startsWith('|'));
    expect(parts.filter((part) => !/^\|.*\n\|(?:---\|)+\n/.test(part))).toEqual([]);
  });

  it('leads to what is there', () => {
    const headings = [...document.matchAll(/^#+ (.*)$/gm)].map(([, title = '']) =>
      title
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N} -]/gu, '')
        .replaceAll(' ', '-'),
    );
    const links = [...document.matchAll(/\]\(#([^)]*)\)/g)].map(([, target = '']) => target);
    expect(links.filter((target) => !headings.includes(target))).toEqual([]);
    const files = [...document.matchAll(/\]\((\.\.\/[^)#]*)\)/g)].map(([, target = '']) => target);
    for (const file of files) expect(() => readFileSync(path.join(root, 'docs', file))).not.toThrow();
  });
});
