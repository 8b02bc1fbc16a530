import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseYaml } from './parse-yaml.ts';
import type { YamlNode } from './yaml-tree.ts';

/** A tree in a line: scalars with a letter for their style, aliases with what they lead to. */
function show(node: YamlNode | undefined, depth = 0): string {
  if (node === undefined) return '?';
  switch (node.kind) {
    case 'scalar':
      return `${node.tag}${{ plain: '', single: "'", double: '"', literal: '|', folded: '>' }[node.style]}${JSON.stringify(node.text)}`;
    case 'list':
      return `${node.tag}[${node.items.map((item) => show(item, depth)).join(' ')}]`;
    case 'map':
      return `${node.tag}{${node.entries.map(({ key, value }) => `${show(key, depth)}:${show(value, depth)}`).join(' ')}}`;
    case 'alias':
      return depth > 1 ? '*' : `*${node.name}=${show(node.target, depth + 1)}`;
  }
}

describe('a YAML text', () => {
  it.each([
    ['', '?'],
    ['# nothing\n', '?'],
    ['a: 1', '{"a":"1"}'],
    ['a:\nb: ~', '{"a":"" "b":"~"}'],
    ["- 'it''s'\n- \"a\\tb\"\n", `['"it's" ""a\\tb"]`],
    ['a: |\n  x\n  y\n', '{"a":|"x\\ny\\n"}'],
    ['a: |\n  x', '{"a":|"x"}'],
    ['a: |+\n  x\n\n', '{"a":|"x\\n\\n"}'],
    ['a: >\n  x\n  y\n\n  z\n', '{"a":>"x y\\nz\\n"}'],
    ['[a, {b: c}, d: e]', '["a" {"b":"c"} {"d":"e"}]'],
    ['a: !!int "1"\nb: !x y\nc: ! z', '{"a":!!int""1" "b":!x"y" "c":"z"}'],
    ['a: &x 1\nb: *x\nc: &x 2\nd: *x', '{"a":"1" "b":*x="1" "c":"2" "d":*x="2"}'],
    ['a: &x [*x]', '{"a":[*x=[*x=[*]]]}'],
    ['*x', '*x=?'],
    ['a: 1\na: 2', '{"a":"1" "a":"2"}'],
    ['<<: {a: b}', '{"<<":{"a":"b"}}'],
    ['? a\n: b', '{"a":"b"}'],
    ['__proto__: 1', '{"__proto__":"1"}'],
    ['%YAML 1.2\n---\na: yes', '{"a":"yes"}'],
  ])('%j', (text, tree) => {
    const { root, problems, secondDocument } = parseYaml(text);
    expect([show(root), problems, secondDocument]).toEqual([tree, [], undefined]);
  });

  it.each([
    ['a: 1\n---\nb: [', 5],
    ['---\na: 1\n...\n---\n', 13],
    ['a: 1\n...\nb: 2', 9],
    ['--- 1\n--- 2\n--- 3\n', 6],
  ])('is its first document: %j', (text, secondDocument) => {
    expect(parseYaml(text)).toMatchObject({ problems: [], secondDocument });
  });

  it.each<[string, [string, number][]]>([
    ['a: "x', [['yaml.missing', 3]]],
    ["a: 'x\nb: y\n", [['yaml.missing', 3]]],
    ['a: [x', [['yaml.indent', 5]]],
    ['a: b: c', [['yaml.nested', 3]]],
    ['\ta: b', [['yaml.tab', 0]]],
    ['a: @b', [['yaml.scalarStart', 3]]],
    ['a: "\\q"', [['yaml.escape', 4]]],
    [
      'a: "x" y\nb: "z" w\nc: 1\n',
      [
        ['yaml.syntax', 7],
        ['yaml.syntax', 16],
      ],
    ],
    [': a', [['yaml.missing', 0]]],
  ])('tells what is wrong, once a line: %j', (text, expected) => {
    expect(parseYaml(text).problems.map(({ code, start }) => [code, start])).toEqual(expected);
  });

  it.each([
    ['lists', '['],
    ['maps', '{'],
    ['maps in maps', '{a: '],
    ['dashes', '- '],
    ['colons', 'a: '],
    ['question marks', '? '],
  ])('is not read deeper than a hundred levels: %s', (_, part) => {
    const { root, problems } = parseYaml(part.repeat(100_000));
    expect(root).toBeUndefined();
    expect(problems.map(({ code }) => code)).toEqual(['yaml.tooDeep']);
  });

  it('of a hundred thousand lines that are indented ever more is not read to its end', () => {
    const text = Array.from({ length: 1_000 }, (_, at) => `${' '.repeat(at)}a:\n`).join('');
    expect(parseYaml(text).problems.map(({ code }) => code)).toEqual(['yaml.tooDeep']);
  });

  it('that is wrong everywhere is not told endlessly', () => {
    for (const text of [
      `[${','.repeat(100_000)}]`,
      ']'.repeat(100_000),
      'a: @\n'.repeat(20_000),
      '"a" '.repeat(20_000),
    ])
      expect(parseYaml(text).problems.length).toBeLessThanOrEqual(20);
  });

  it('may be anything at all', () => {
    const part = fc.constantFrom(
      ...'abc:-?[]{},#&*!|>\'"%@`~\\ \n\t\r'.split(''),
      ': ',
      '- ',
      '---\n',
      '...\n',
      '\uFEFF',
      '\u2028',
      '\ud800',
      '|2-\n',
      '!!int ',
      '<<: ',
      '&a ',
      '*a ',
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 60 }), (parts) => {
        const text = parts.join('');
        const { problems, root } = parseYaml(text);
        for (const { start, end } of problems) {
          expect(start).toBeGreaterThanOrEqual(0);
          expect(end).toBeGreaterThanOrEqual(start);
          expect(end).toBeLessThanOrEqual(text.length);
        }
        expect(show(root).length).toBeGreaterThan(0);
      }),
      { numRuns: 3_000 },
    );
  });
});
