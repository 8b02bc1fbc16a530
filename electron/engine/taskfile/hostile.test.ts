import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Task } from '@shared/model/task.ts';
import { TaskFinding } from '@shared/model/task-finding.ts';
import { loadInThread } from './load-in-thread.ts';
import { taskLimits } from './task-limits.ts';
import { hostileFiles } from './test-hostile.ts';
import { samples } from './test-samples.ts';
import { loadText, referenceRun, told } from './test-load.ts';

const codes = (findings: readonly TaskFinding[]) => [...new Set(findings.map(({ code }) => code))];

describe('a hostile file (spec: reliability-security S9)', () => {
  it.each(hostileFiles.map((file) => [file.name, file] as const))('is an error soon: %s', async (_, file) => {
    const { text, values, sources, code } = file;
    const given = values === undefined ? {} : { values: { name: 'v', text: values } };
    const { findings, task } = await loadText(text, { ...given, ...(sources === undefined ? {} : { sources }) });
    expect(codes(findings)).toContain(code);
    expect(task).toBeUndefined();
  });

  it('has no more findings than somebody reads', async () => {
    for (const text of [
      'steps:\n' + '  - qqq: 1\n'.repeat(4_500),
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
    const text = `steps:\n${line.repeat(2_300)}  - {cmd: alpine, when: [nobody]}\n`;
    const { findings, task } = await loadText(text);
    expect(told(findings)).toEqual(['2302:26 error step.unknownWhen']);
    expect(task).toBeUndefined();
    expect((await loadText(text.replace('nobody', '-').replace('[-]', '["-"]'))).task?.steps).toHaveLength(2_301);
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
    expect(loaded.findings.length).toBeLessThan(500);
    expect(loaded.rendered?.length ?? 0).toBeLessThanOrEqual(taskLimits.renderedLength);
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
