import { describe, expect, it } from 'vitest';
import type { TaskInputs } from './load-task.ts';
import { loadText, told } from './test-load.ts';

/** A text with the version that has aliases; `alias` is the content of its block. */
function file(text: string, alias = '', version = 'version: v1.1.0'): string {
  return `${version}\n${alias === '' ? '' : `alias:\n${alias.replaceAll(/^/gm, '  ')}\n`}x: ${text}\n`;
}

async function rendered(text: string, inputs: Parameters<typeof loadText>[1] = {}): Promise<string | undefined> {
  const loaded = await loadText(text, inputs);
  return /^x: (.*)$/ms.exec(loaded.rendered ?? '')?.[1]?.replace(/\n$/, '');
}

const ab = 'values: {a: A, b: B}';
const values = (names: Record<string, string>): Pick<TaskInputs, 'set'> => ({ set: new Map(Object.entries(names)) });

describe('aliases', () => {
  it.each<[string, string, string, string, Parameters<typeof loadText>[1]?]>([
    ['A1', '', '$Registry/x:$ID', 'myreg.azurecr.io/x:ca1'],
    ['A3', '', '$TaskName $HOME ${ID} $(date) $', '$TaskName $HOME ${ID} $(date) $'],
    ['A4', '', '$ID2 $IDx $ID_2 $ID-2 $ID.2', '$ID2 $IDx ca1_2 ca1-2 ca1.2'],
    ['A5', '', '$id $Id $ID', '$id $Id ca1'],
    ['A6', '', 'echo $$HOME $$ID', 'echo $HOME $ID'],
    ['A7', 'values: {repo: myrepo}', '-t $Registry/$repo/x:$ID .', '-t myreg.azurecr.io/myrepo/x:ca1 .'],
    ['A8', 'values: {ID: fixed}', '$ID', 'fixed'],
    ['A9', 'values: {t: "r:{{.Run.ID}}-{{.Values.v}}"}', '$t', 'r:ca1-z', values({ v: 'z' })],
    ['A10', 'values: {a: $b, b: B}', '$a', '$b'],
    ['A11', ab, '$a$b $a/$b $a:$b', 'AB A/B A:B'],
    ['A12', ab, '$a$$b', 'A$b'],
    ['A13', ab, '$c$a $a$c', '$c$a A$c'],
    ['A14', 'directive: "@"\nvalues: {r: R}', '@r $Registry @Registry a@b.c', 'R $Registry myreg.azurecr.io a@b.c'],
    ['A15', 'directive: 🐳\nvalues: {a: A}', '🐳a🐳a 🐳🐳a $a', 'AA 🐳a $a'],
    ['A25', 'values: {n: 3}', 'x $n', 'x 3'],
    [
      'a value of every type',
      'values: {n: 007, y: yes, f: 1.10, e: , t: 2020-01-02}',
      '$n $y $f [$e] $t',
      '007 yes 1.10 [] 2020-01-02',
    ],
    [
      'A26',
      'src: [one, two]\nvalues: {b: own}',
      '$a $b',
      'from-two own',
      { sources: { one: 'a: from-one\nb: x', two: 'a: from-two' } },
    ],
    ['A27', 'src: [one]', '$c', 'ca1', { sources: { one: 'c: "{{.Run.ID}}"' } }],
    ['A28', 'src: ["{{.Values.f}}"]', '$a', '1', { ...values({ f: 'one.yaml' }), sources: { 'one.yaml': 'a: 1' } }],
    ['an empty source', 'src: [one]', '$ID', 'ca1', { sources: { one: '' } }],
    ['a source with one letter and digits', 'src: [one]', '$y$1', 'YESONE', { sources: { one: '"y": YES\n"1": ONE' } }],
    ['A32', 'values: {s: "{{.Secrets.x}}"}', '[$s]', '[]'],
    ['A33', '', '{{.Values.v}}', '$ID', values({ v: '$ID' })],
    ['A34', '', '{{ $r := .Run.ID }}{{ $r }}', 'ca1'],
    ['A37', 'values: {x: $$y}', '$x', '$$y'],
    ['A38', '', '|\n  echo $ID $$ID', '|\n  echo ca1 $ID'],
    ['values that are whole lines', 'values:\n  l: |\n    one\n      two', '$l', 'one\n  two\n'],
  ])('%s', async (_, alias, text, expected, inputs) => {
    expect(await rendered(file(text, alias), inputs)).toBe(expected);
  });

  it.each([
    ['A2: v1.0.0', 'version: v1.0.0', '$Registry/x:$ID'],
    ['A2: none', '', '$Registry/x:$ID'],
    ['A2: V1.1.0', 'version: V1.1.0', '$Registry/x:$ID'],
    ['A2: 1.0-preview-1', 'version: 1.0-preview-1', '$Registry/x:$ID'],
    ['indented', 'y:\n version: v1.1.0', '$Registry/x:$ID'],
    ['another key', 'versionOfTask: v1.1.0', '$Registry/x:$ID'],
    ['A39: with a comment', 'version: v1.1.0 # note', 'myreg.azurecr.io/x:ca1'],
    ['blanks before the colon', 'version  : v1.1.0', 'myreg.azurecr.io/x:ca1'],
    ['quotes', '"version": \'v1.1.0\'', 'myreg.azurecr.io/x:ca1'],
    ['the next one', 'version: v1.2.0', 'myreg.azurecr.io/x:ca1'],
  ])('need a version: %s', async (_, version, expected) => {
    expect(await rendered(file('$Registry/x:$ID', '', version))).toBe(expected);
  });

  it('have the version that is said for files without one', async () => {
    expect(await rendered('x: $ID\n', { defaultVersion: 'v1.1.0' })).toBe('ca1');
    expect(await rendered('version: v1.0.0\nx: $ID\n', { defaultVersion: 'v1.1.0' })).toBe('$ID');
    expect((await loadText('steps: []\n', { defaultVersion: 'v1.1.0' })).task?.version).toBe('v1.1.0');
  });

  it.each([
    ['A35: at the end', 'version: v1.1.0\nx: $m\nalias: {values: {m: M}}\n', 'M'],
    ['A35: two blocks', 'version: v1.1.0\nalias:\n  values: {n: N}\nx: $m$n\nalias:\n  values: {m: M}\n', 'MN'],
    ['A35: in one line', 'version: v1.1.0\nalias: {values: {m: M}}\nx: $m\n', 'M'],
    ['A35: a blank before the colon', 'version: v1.1.0\nalias : {values: {m: M}}\nx: $m\n', 'M'],
    ['A36: in quotes', 'version: v1.1.0\n"alias": {values: {m: M}}\nx: $m\n', '$m'],
    ['A40: CRLF', 'version: v1.1.0\r\nalias:\r\n  values: {m: M}\r\nx: $m\r\n', 'M'],
    ['without a last newline', 'version: v1.1.0\nx: $ID', 'ca1'],
  ])('are found: %s', async (_, text, expected) => {
    expect(await rendered(text)).toMatch(new RegExp(`^${expected.replaceAll('$', String.raw`\$`)}(?:\n|$)`));
  });

  it.each([
    ['A29', 'values: {my-key: a}', 'alias.keyName'],
    ['A30', 'directive: "&&&"', 'alias.directiveLength'],
    ['A30', 'directive: a', 'alias.directiveLetter'],
    ['src that is no list', 'src: x', 'yaml.wantsList'],
    ['a template that fails', 'values: {a: "{{fail `x`}}"}', 'template.execution'],
  ])('that are wrong: %s', async (_, alias, code) => {
    const { findings, task, rendered: text } = await loadText(file('$a', alias));
    expect(findings.map((finding) => finding.code)).toEqual([code]);
    expect([task, text]).toEqual([undefined, undefined]);
  });

  it.each([
    ['A31: a nested map', 'a: {b: c}', 'cannot unmarshal !!map into string'],
    ['a list', '[a]', 'cannot unmarshal !!seq into map[string]string'],
    ['a name with a dash', 'a-b: c', 'alias key names only support alphanumeric characters'],
  ])('of a source that is wrong: %s', async (_, source, acr) => {
    const { findings } = await loadText(file('$a', 'src: [one]'), { sources: { one: source } });
    expect(findings).toMatchObject([{ acr, range: { line: 3, column: 9 } }]);
  });

  it.each([
    ['A16', 'bash echo hi', 'mcr.microsoft.com/acr/bash:2ff604c echo hi'],
    ['A17', '$bash echo hi', 'mcr.microsoft.com/acr/bash:2ff604c echo hi'],
    ['A18', 'bash:3.0 x', 'bash:3.0 x'],
    ['A18', 'bashful x', 'bashful x'],
    ['A18', '-it bash x', '-it bash x'],
    ['A19', '"  bash   echo  hi  "', 'mcr.microsoft.com/acr/bash:2ff604c   echo  hi'],
    ['A21', 'helm version', 'reg/helm:3 version'],
  ])('stand for images: %s', async (_, cmd, text) => {
    const { task } = await loadText(
      `version: v1.1.0\nalias: {values: {helm: "reg/helm:3"}}\nsteps:\n  - cmd: ${cmd}\n`,
    );
    expect(task?.steps[0]).toMatchObject({ text });
  });

  it('stand for images, and not before a newline (A20), in builds (A23), or where others are given', async () => {
    const { task } = await loadText('version: v1.1.0\nsteps:\n  - cmd: "bash\\n"\n  - build: bash .\n    id: b\n');
    expect(task).toBeUndefined(); // two contexts: the word stays
    const other = await loadText('version: v1.1.0\nalias: {values: {bash: "other/bash:1"}}\nsteps:\n  - cmd: bash x\n');
    expect(other.task?.steps[0]).toMatchObject({ image: 'other/bash:1' }); // A22
    const given = { imageAliases: new Map([['tool', 'r.io/tool:1']]) };
    const tool = await loadText('version: v1.1.0\nsteps:\n  - cmd: tool x\n  - cmd: az x\n', given);
    expect(tool.task?.steps).toMatchObject([{ image: 'r.io/tool:1' }, { image: 'az' }]);
    const windows = await loadText('version: v1.1.0\nsteps:\n  - cmd: az x\n', { os: 'windows' });
    expect(windows.task?.steps).toMatchObject([{ image: 'az' }]);
  });

  it('may be keys (A24)', async () => {
    const { task } = await loadText('version: v1.1.0\nalias: {values: {k: cmd}}\nsteps:\n  - $k: bash x\n');
    expect(task?.steps[0]).toMatchObject({ kind: 'cmd', args: ['x'] });
  });

  it('mark what stands for them in the author’s text', async () => {
    const text = 'version: v1.1.0\nalias:\n  values:\n    t: lots\nsteps:\n  - cmd: alpine\n    timeout: $t\n';
    const { findings } = await loadText(text);
    expect(told(findings)).toEqual(['7:14 error yaml.wantsInteger']);
    expect(findings[0]?.range).toEqual({ line: 7, column: 14, endLine: 7, endColumn: 16 });
  });

  it('are read from all sources at once, and what can’t be read is told for each', async () => {
    const asked: string[] = [];
    const { findings } = await loadText('version: v1.1.0\nalias:\n  src: [one, two, one]\nsteps: []\n', {
      readAliasSource: async (source) => {
        asked.push(source);
        throw new Error(`no ${source}`);
      },
    });
    expect(asked).toEqual(['one', 'two']);
    expect(told(findings)).toEqual(['3:9 error alias.source', '3:14 error alias.source', '3:19 error alias.source']);
  });
});
