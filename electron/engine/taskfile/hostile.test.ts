import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Task } from '@shared/model/task.ts';
import { TaskFinding } from '@shared/model/task-finding.ts';
import { loadInThread } from './load-in-thread.ts';
import type { TaskInputs } from './load-task.ts';
import { samples } from './test-samples.ts';
import { loadText, referenceRun, told } from './test-load.ts';

const codes = (findings: readonly TaskFinding[]) => [...new Set(findings.map(({ code }) => code))];
const laughs = (first: string, each: (name: string) => string) =>
  `x-a: &a ${first}\n${Array.from('bcdefghi', (name, at) => `x-${name}: &${name} ${each(`*${'abcdefgh'[at]}`)}\n`).join('')}`;
const ten = (part: string) => Array.from({ length: 10 }, () => part).join(', ');

describe('a hostile file (spec: reliability-security S9)', () => {
  it.each<[string, string, string, Partial<TaskInputs>?]>([
    [
      'billion laughs where texts are wanted',
      `${laughs('[lol]', (name) => `[${ten(name)}]`)}env: *i\n`,
      'yaml.wantsText',
    ],
    [
      'a bomb of merges',
      `${laughs('{retries: 1}', (name) => `{<<: [${ten(name)}]}`)}steps:\n  - <<: *i\n    cmd: a\n`,
      'yaml.manyAliases',
    ],
    [
      'a chain of merges',
      `x-0: &a0 {retries: 1}\n${Array.from({ length: 5_000 }, (_, at) => `x-${at + 1}: &a${at + 1} {<<: *a${at}}\n`).join('')}steps:\n  - <<: *a5000\n`,
      'yaml.manyAliases',
    ],
    ['an anchor around itself', 'steps: &a\n  - <<: *a\n', 'yaml.merge'],
    ['lists in lists', `steps: ${'['.repeat(100_000)}`, 'yaml.tooDeep'],
    ['maps in maps', 'a: {'.repeat(50_000), 'yaml.tooDeep'],
    ['a scalar of 50 MB', `steps: ${'x'.repeat(50_000_000)}`, 'file.tooLarge'],
    ['a template that repeats', 'steps: {{repeat 1000000000 "a"}}', 'template.limit'],
    ['a template that counts', 'steps: {{range until 1000000000}}a{{end}}', 'template.limit'],
    ['a template that calls itself', '{{define "a"}}{{template "a"}}{{end}}{{template "a"}}', 'template.limit'],
    ['a template that prints', `{{range until 1000}}${'x'.repeat(10_000)}{{end}}`, 'template.limit'],
    [
      'an alias used everywhere',
      `version: v1.1.0\nalias: {values: {a: ${'x'.repeat(50_000)}}}\nx: ${'$a'.repeat(20_000)}\n`,
      'file.renderedTooLarge',
    ],
    [
      'a values file that expands',
      'steps: []\n',
      'yaml.manyAliases',
      { values: { name: 'v', text: laughs('[lol]', (name) => `[${ten(name)}]`) } },
    ],
    [
      'a values file that is deep',
      'steps: []\n',
      'values.syntax',
      { values: { name: 'v', text: '['.repeat(100_000) } },
    ],
    ['a values file around itself', 'steps: []\n', 'yaml.manyAliases', { values: { name: 'v', text: 'a: &a [*a]\n' } }],
    [
      'a source of aliases that is deep',
      'version: v1.1.0\nalias: {src: [s]}\n',
      'alias.source',
      { readAliasSource: async () => '['.repeat(100_000) },
    ],
    ['functions of another language', 'steps: !!js/function "function () {}"\n', 'yaml.wantsList'],
  ])('is an error soon: %s', async (_, text, code, inputs) => {
    const { findings, task } = await loadText(text, inputs);
    expect(codes(findings)).toContain(code);
    expect(task).toBeUndefined();
  });

  it('has no more findings than somebody reads', async () => {
    for (const text of [
      'steps:\n' + '  - qqq: 1\n'.repeat(9_000),
      `steps:\n${'  - cmd: a $(b) | c\n'.repeat(4_000)}`,
      `a: {{.Values.x}}\n`.repeat(3_000),
      `version: v1.1.0\nx: ${'$id '.repeat(5_000)}\n`,
    ]) {
      const { findings } = await loadText(text);
      expect(findings.length).toBeLessThan(500);
      expect(findings.at(-1)?.code).toBe('file.more');
    }
  });

  it('may use the names that objects have', async () => {
    const text =
      'steps:\n  - {id: __proto__, cmd: alpine}\n  - {id: constructor, cmd: alpine, when: [__proto__]}\nvolumes:\n  - name: __proto__\n    secret: {__proto__: aGk=, toString: aGk=}\n';
    const { task, findings } = await loadText(text);
    expect(findings).toEqual([]);
    expect(task?.steps.map(({ id, needs }) => [id, needs])).toEqual([
      ['__proto__', []],
      ['constructor', ['__proto__']],
    ]);
    expect(Object.keys(task?.volumes[0]?.files ?? {})).toEqual(['__proto__', 'toString']);
    const unknown = await loadText('__proto__: {polluted: 1}\nconstructor: 1\nsteps: []\n');
    expect(told(unknown.findings)).toEqual(['1:1 warning task.unknownKey', '2:1 warning task.unknownKey']);
    expect(({} as { readonly polluted?: unknown }).polluted).toBeUndefined();
  });

  it('of the permitted length goes through a thread, with its places', async () => {
    const line = '  - {cmd: alpine, when: ["-"]}\n';
    const text = `steps:\n${line.repeat(10_000)}  - {cmd: alpine, when: [nobody]}\n`;
    const { findings, task } = await loadText(text);
    expect(told(findings)).toEqual(['10002:26 error step.unknownWhen']);
    expect(task).toBeUndefined();
    expect((await loadText(text.replace('nobody', '-').replace('[-]', '["-"]'))).task?.steps).toHaveLength(10_001);
  });

  it('asks from the thread as well, and each thing once', async () => {
    const text = `version: v1.1.0\nalias: {src: [one]}\nsecrets: [{id: s, keyvault: "https://v.x/secrets/s"}]\nsteps:\n  - {cmd: alpine $a, env: ["S={{.Secrets.s}}"]}\n${'# x\n'.repeat(50_000)}`;
    const asked: string[] = [];
    const { task } = await loadText(text, {
      readAliasSource: async (source) => {
        asked.push(source);
        return 'a: A';
      },
      resolveSecrets: async ([secret]) => {
        asked.push(secret?.id ?? '');
        return new Map([['s', 'x']]);
      },
    });
    expect(task?.steps[0]).toMatchObject({ args: ['A'], env: ['S=x'] });
    expect(asked).toEqual(['one', 's']);
  });

  it('that keeps the thread busy is given up', async () => {
    const inputs = {
      name: 'x',
      text: 'steps: []\n',
      set: new Map(),
      run: referenceRun,
      now: 0,
      strict: false,
      os: 'linux' as const,
    };
    const never = () => new Promise<never>(() => undefined);
    const { findings } = await loadInThread(
      { ...inputs, text: `${'a: b\n'.repeat(100_000)}` },
      never,
      new AbortController().signal,
      1,
    );
    expect(codes(findings)).toEqual(['file.tooMuchWork']);
  });

  it('ends with the signal, in a thread or without', async () => {
    const stopped = AbortSignal.abort(new Error('stopped'));
    await expect(loadText('steps: []\n', { signal: stopped })).rejects.toThrow('stopped');
    for (const tail of ['', '# x\n'.repeat(50_000)]) {
      const controller = new AbortController();
      const loading = loadText(`version: v1.1.0\nalias: {src: [one]}\n${tail}`, {
        signal: controller.signal,
        readAliasSource: (_, signal) =>
          new Promise((_resolve, reject) => {
            signal.addEventListener('abort', () => reject(signal.reason as Error));
            controller.abort(new Error('stopped'));
          }),
      });
      await expect(loading).rejects.toThrow('stopped');
    }
  });
});

describe('whatever a file holds', () => {
  const pieces = [
    '\n|\n  |\n- |- |: |:|"|\'|[|]|{|}|,| |#|>|&a |*a|<<: |!!int |\t|\r\n|---\n|$(x)|`|&&|-|~|1|yes|é🐳|\\|# c\n',
    '$ID|$$|$a|{{|}}|{{.Run.ID}}|{{if|alias:\n|version: v1.1.0\n|steps:\n|cmd: |build: |push: |when: |secrets|\uFEFF|__proto__',
  ].flatMap((list) => list.split('|'));
  const piece = fc.constantFrom(...pieces, '|', '\ud83d');
  const expectSound = async (text: string) => {
    const loaded = await loadText(text, { sources: {} });
    for (const finding of loaded.findings) {
      const { range } = TaskFinding.parse(finding);
      if (range === undefined) continue;
      const lines = text.split('\n');
      expect(range.line).toBeLessThanOrEqual(lines.length);
      expect(range.endLine).toBeLessThanOrEqual(lines.length);
      expect(range.line * 100_000 + range.column).toBeLessThanOrEqual(range.endLine * 100_000 + range.endColumn);
      expect(range.endColumn).toBeLessThanOrEqual((lines[range.endLine - 1]?.length ?? 0) + 1);
    }
    const failed = loaded.findings.some(({ severity }) => severity === 'error');
    expect(loaded.task === undefined).toBe(failed);
    if (loaded.task !== undefined) expect(Task.parse(loaded.task)).toEqual(loaded.task);
  };

  it('is a task or has an error, with places inside the text', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 40 }), (pieces) => expectSound(pieces.join(''))),
      { numRuns: 1_500 },
    );
  });

  it('so does a good file that was changed somewhere', async () => {
    const change = fc.tuple(fc.nat(), fc.nat(12), piece);
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...Object.values(samples)),
        fc.array(change, { minLength: 1, maxLength: 3 }),
        (sample, changes) =>
          expectSound(
            changes.reduce((text, [at, cut, put]) => {
              const place = at % (text.length + 1);
              return text.slice(0, place) + put + text.slice(place + cut);
            }, sample),
          ),
      ),
      { numRuns: 1_500 },
    );
  });
});
