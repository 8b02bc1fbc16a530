import { describe, expect, it } from 'vitest';
import { loadInThread, readyThread } from './load-in-thread.ts';
import { type LoadRequest, loadSteps, type TaskTextInputs } from './load-steps.ts';
import { limitsWithoutThread, NeedsThread } from './task-limits.ts';
import { referenceRun } from './test-load.ts';

const never = new AbortController().signal;

function inputs(text: string): TaskTextInputs {
  return { name: 'task.yaml', text, set: new Map(), run: referenceRun, now: 0, strict: false, os: 'linux' };
}

/** A task whose steps are called after it. */
function task(name: string, steps = 3): TaskTextInputs {
  const lines = Array.from({ length: steps }, (_, index) => `  - {id: ${name}${index}, cmd: alpine}\n`);
  return inputs(`version: v1.1.0\nsteps:\n${lines.join('')}`);
}

const unasked = (request: LoadRequest) => Promise.reject(new Error(`asked for ${request.kind}`));

async function idsOf(given: TaskTextInputs): Promise<readonly string[] | undefined> {
  const loaded = await loadInThread(given, unasked, never);
  return loaded.task?.steps.map(({ id }) => id);
}

describe('loading in a thread', () => {
  it('gives each its own, one after the other and side by side', async () => {
    expect(await idsOf(task('a'))).toEqual(['a0', 'a1', 'a2']);
    expect(await idsOf(task('b'))).toEqual(['b0', 'b1', 'b2']);
    const sides = await Promise.all(['c', 'd', 'e'].map((name) => idsOf(task(name))));
    expect(sides).toEqual([
      ['c0', 'c1', 'c2'],
      ['d0', 'd1', 'd2'],
      ['e0', 'e1', 'e2'],
    ]);
    expect(await idsOf(task('f'))).toEqual(['f0', 'f1', 'f2']);
  });

  it('gives each its own while a thread practises for the next', async () => {
    readyThread();
    readyThread();
    const sides = await Promise.all(['a', 'b'].map((name) => idsOf(task(name, 1))));
    expect(sides).toEqual([['a0'], ['b0']]);
  });

  it('is not held up by one that was given up', async () => {
    expect(await idsOf(task('before'))).toHaveLength(3);
    const { findings } = await loadInThread(task('long', 20_000), unasked, never, 1);
    expect(findings).toMatchObject([{ code: 'file.tooMuchWork' }]);
    expect(await idsOf(task('after'))).toEqual(['after0', 'after1', 'after2']);
  });

  it('hears no answer that comes when it is over', async () => {
    const leaving = new AbortController();
    const asks = inputs('version: v1.1.0\nalias: {src: [one]}\nsteps: [{cmd: alpine $a}]\n');
    let answer: (text: string) => void = () => {};
    const loading = loadInThread(
      asks,
      () => {
        leaving.abort(new Error('left'));
        return new Promise((resolve) => {
          answer = (text) => resolve({ kind: 'aliasSources', texts: [{ text }] });
        });
      },
      leaving.signal,
    );
    await expect(loading).rejects.toThrow('left');
    const next = loadInThread(asks, () => Promise.resolve({ kind: 'aliasSources', texts: [{ text: 'a: B' }] }), never);
    answer('a: A');
    expect((await next).task?.steps[0]).toMatchObject({ args: ['B'] });
  });

  it('makes keys, for which there is no time elsewhere, and tells which they are', async () => {
    const given = inputs(`steps: [{cmd: 'alpine {{ derivePassword 1 "long" "password" "user" "example.com" }}'}]\n`);
    expect(() => loadSteps(given, limitsWithoutThread).next()).toThrow(NeedsThread);
    const { task, madeSecrets } = await loadInThread(given, unasked, never);
    expect(task?.steps[0]).toMatchObject({ args: ['ZedaFaxcZaso9*'] });
    expect(madeSecrets).toEqual(['ZedaFaxcZaso9*']);
  });

  it('fails as whoever is asked does', async () => {
    const asks = inputs('version: v1.1.0\nalias: {src: [one]}\nsteps: []\n');
    await expect(loadInThread(asks, unasked, never)).rejects.toThrow('asked for aliasSources');
    expect(await idsOf(task('after'))).toHaveLength(3);
  });
});
