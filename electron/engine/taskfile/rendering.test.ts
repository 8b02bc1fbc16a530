import { describe, expect, it } from 'vitest';
import { loadText, referenceRun, told } from './test-load.ts';

const set = (...pairs: [string, string][]) => ({ set: new Map(pairs) });
const file = (text: string) => ({ values: { name: 'values.yaml', text } });

describe('a text that is rendered', () => {
  it.each<[string, string, string, Parameters<typeof loadText>[1]?]>([
    ['T1', '{{.Run.Registry}}/a:{{.Run.ID}}', 'myreg.azurecr.io/a:ca1'],
    ['T2', '{{.Build.ID}}', 'ca1'],
    ['T3', '{{.Run.RegistryName}} {{.Run.Date}}', 'myreg 20240309-080706z'],
    ['T4', '[{{.Run.Nope}}{{.Values.nope}}{{.Nope}}{{.Secrets.nope}}]', '[]'],
    ['T6', '{{.Values.x}}', '2', { ...file('x: 1'), ...set(['x', '2']) }],
    ['T8', '{{.Values.x}}', 'a=b=', set(['x', 'a=b='])],
    ['T9', '[{{.Values.x}}]', '[]', set(['x', ''])],
    ['T11', '{{if .Values.x}}yes{{else}}no{{end}}', 'yes', set(['x', 'false'])],
    ['T12', '{{kindOf .Values.x}} {{add .Values.x 1}}', 'string 42', set(['x', '41'])],
    ['T16', '[{{.Values.n | b64enc}}]', '[]'],
    ['T25', '{{range $i,$e := .Values.l}}{{$i}}={{$e}};{{end}}', '0=p;1=q;', file('l: [p,q]')],
    ['T26', '{{join "," .Values.l}} {{has "a" .Values.l}} {{len .Values.l}}', 'a,b true 2', file('l: [a,b]')],
    ['T27', '{{.Values.i}} {{.Values.f}} {{.Values.y}}', '7 1.1 true', file('i: 007\nf: 1.10\ny: yes')],
    [
      'T27, more types',
      '{{.Values.a}} {{.Values.b}} {{.Values.c}} {{.Values.d}}',
      '31 1000 2020-01-02 1:30',
      file('a: 0x1F\nb: 1e3\nc: 2020-01-02\nd: 1:30'),
    ],
    [
      'kinds',
      '{{kindOf .Values.a}} {{kindOf .Values.b}} {{kindOf .Values.c}}',
      'int float64 invalid',
      file('a: 1\nb: 1.0\nc: ~'),
    ],
    ['T28', '{{index .Values "a-b"}}', 'q', file('a-b: q')],
    ['T35', 'a <no value> b', 'a  b'],
    ['T35, with a template', 'a <no value> {{.Run.ID}}', 'a  ca1'],
    ['T37', '"{{"{{"}}.Id{{"}}"}}"', '"{{.Id}}"'],
    ['T38', '{{.ValuesJSON}}', "'{}'"],
    ['T39', '{{.ValuesJSON}}', `'{"x":"it'"'"'s"}'`, set(['x', "it's"])],
    ['T39b', '{{.ValuesJSON}}', String.raw`'{"x":"\u003c\u0026\u003e"}'`, set(['x', '<&>'])],
    [
      'T40',
      '{{.RunJSON}}',
      `'${JSON.stringify(Object.fromEntries(Object.entries(referenceRun).sort(([a], [b]) => (a < b ? -1 : 1))))}'`,
    ],
    ['T41', '{{toJson .Values}}', '{"x":"1"}', set(['x', '1'])],
    ['T42', '{{.Values.x}}', '{{.Run.ID}}', file('x: "{{.Run.ID}}"')],
    ['T44', '{{.Values.n.y}} {{.Values.m.list}}', 'z [1 2]', file('n: {y: z}\nm:\n  list: [1, 2]')],
    ['a map that is set wholly', '{{.Values.n}}', 'q', { ...file('n: {y: z}'), ...set(['n', 'q']) }],
    ['merges in a values file', '{{.Values.b.x}}{{.Values.b.y}}', '12', file('a: &a {x: 1}\nb: {<<: *a, y: 2}')],
    ['an empty values file', '[{{.Values.x}}]', '[]', file('# nothing\n')],
    [
      'names that objects have',
      '{{.Values.__proto__}}{{.Values.constructor}}',
      '12',
      file('__proto__: 1\nconstructor: 2'),
    ],
    ['T47', 'y # {{.Run.ID}}', 'y # ca1'],
    ['no template at all', '{ {.Run.ID} }', '{ {.Run.ID} }'],
  ])('%s', async (_, text, expected, inputs) => {
    const { rendered } = await loadText(`x: ${text}`, inputs);
    expect(rendered).toBe(`x: ${expected}`);
  });

  it.each([
    ['T46', '# {{ bad\nx: y', 'x: y'],
    ['T48', 'x: |\n  bash -c "\n  # inner\n  echo hi"', 'x: |\n  bash -c "\n  echo hi"'],
    ['nothing but comments', '# a\n  # b', ''],
    ['an empty file', '', ''],
    ['no last newline', '# a\nx: y\n# b', 'x: y'],
    ['CRLF stays', 'x: y\r\n  # z\r\nz: 1\r\n', 'x: y\r\nz: 1\r\n'],
    ['an odd blank in front', '\u00a0# a\nx: y', 'x: y'],
  ])('loses its comment lines: %s', async (_, text, rendered) => {
    const loaded = await loadText(text);
    expect(loaded.rendered).toBe(rendered);
    expect(loaded.preprocessed).toBe(rendered);
  });

  it.each([
    ['T5', '{{.Values.a.b}}', 'template.execution'],
    ['T5', '{{.run.id}}', 'template.execution'],
    ['T36', '{{/* only */}}', 'template.empty'],
    ['T45', '{{fail "boom"}}', 'template.execution'],
  ])('fails: %s', async (_, text, code) => {
    const { findings, rendered } = await loadText(text);
    expect(findings.map((finding) => finding.code)).toEqual([code]);
    expect(rendered).toBeUndefined();
  });

  it('has ACR’s words for what fails', async () => {
    const { findings } = await loadText('x: {{fail "boom"}}');
    expect(findings[0]?.acr).toContain('error calling fail: boom');
    expect(findings[0]?.acr).toMatch(/^template: task\.yaml:1:/);
  });

  it('warns of names that nobody gave, and refuses them when it is strict', async () => {
    const text = 'steps:\n  - cmd: alpine {{.Values.a}} {{.Run.Nope}} {{.Values.b | default "x"}}\n';
    expect(told((await loadText(text)).findings)).toEqual([
      '2:19 warning template.undefinedName',
      '2:33 warning template.undefinedName',
    ]);
    const strict = await loadText(text, { strict: true });
    expect(told(strict.findings)).toEqual(['2:19 error template.undefinedName', '2:33 error template.undefinedName']);
    expect(strict.task).toBeUndefined();
    expect(strict.rendered).toContain('alpine   x');
  });
});

describe('secrets of a task', () => {
  const address = 'https://v.vault.azure.net/secrets/';
  const text = `secrets:\n  - id: token\n    keyvault: ${address}{{.Values.name}}\nsteps:\n  - cmd: alpine\n    env: ["T={{.Secrets.token}}"]\n`;

  it('are fetched once they are known, by an address that a template made', async () => {
    const asked: unknown[] = [];
    const loaded = await loadText(text, {
      ...set(['name', 'tok']),
      resolveSecrets: async (secrets) => {
        asked.push(...secrets);
        return new Map([['token', 'sesame']]);
      },
    });
    expect(asked).toEqual([{ id: 'token', keyvault: `${address}tok` }]);
    expect(loaded.task?.steps[0]?.env).toEqual(['T=sesame']);
    expect(loaded.task?.secrets).toEqual([{ id: 'token', keyvault: `${address}tok` }]);
    expect(loaded.findings).toEqual([]);
  });

  it('are empty for a preview, without a word', async () => {
    const loaded = await loadText(text, set(['name', 'tok']));
    expect(loaded.task?.steps[0]?.env).toEqual(['T=']);
    expect(loaded.findings).toEqual([]);
  });

  it('are not fetched when something is wrong with them', async () => {
    const resolveSecrets = () => Promise.reject(new Error('asked'));
    const { findings } = await loadText(text.replace('id: token', 'id: to ken'), {
      ...set(['name', 'n']),
      resolveSecrets,
    });
    expect(findings.map(({ code }) => code)).toContain('secret.idSpace');
  });

  it('end the loading when they can’t be had', async () => {
    const resolveSecrets = () => Promise.reject(new Error('locked'));
    await expect(loadText(text, { ...set(['name', 'n']), resolveSecrets })).rejects.toThrow('locked');
  });

  it('stand in a text that only names them, too', async () => {
    const { task, findings } = await loadText('steps:\n  - id: secrets\n    cmd: alpine\n');
    expect([task?.steps[0]?.id, findings]).toEqual(['secrets', []]);
  });

  it('are never rendered or replaced again', async () => {
    const loaded = await loadText(`version: v1.1.0\n${text}`, {
      ...set(['name', 'n']),
      resolveSecrets: async () => new Map([['token', '$ID {{.Run.ID}}']]),
    });
    expect(loaded.task?.steps[0]?.env).toEqual(['T=$ID {{.Run.ID}}']);
  });
});
