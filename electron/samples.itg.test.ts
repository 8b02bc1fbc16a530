import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { QuickRunRequest, type QuickRunInput } from '@shared/model/quick-run.ts';
import { isFinal, type Run } from '@shared/model/run.ts';
import { cannotHere } from '../scripts/parts/need.ts';
import { createRuntime, type Runtime } from './runtime.ts';

const parts = inject('parts');
const signal = new AbortController().signal;
const samples = path.resolve(import.meta.dirname, '../assets/samples');

describe.each(parts.engines)('the samples on Docker Engine $name, without a network', (engine) => {
  let work: string;
  let runtime: Runtime;

  beforeAll(async () => {
    work = await mkdtemp(path.join(os.tmpdir(), 'slipway samples 예제 '));
    runtime = await createRuntime({
      home: path.join(work, 'home'),
      env: {
        PATH: process.env.PATH,
        HOME: work,
        DOCKER_CONFIG: work,
        DOCKER_HOST: engine.host,
        SLIPWAY_PASSPHRASE: 'a passphrase for tests',
      },
      owner: 'window',
      samples,
    });
    await runtime.start();
  });
  afterAll(async () => {
    await runtime.close();
    await rm(work, { recursive: true, force: true });
  });

  async function run(context: string, input: Partial<QuickRunInput> = {}): Promise<{ run: Run; log: string }> {
    const source = { kind: 'file', path: 'acr-task.yaml' } as const;
    const { runId } = await runtime.handlers.runs.quickRun(
      QuickRunRequest.parse({ context, source, ...input }),
      signal,
    );
    const ended = await end(runtime, runId);
    let log = '';
    for await (const chunk of runtime.logs.text(runId, false)) log += chunk;
    return { run: ended, log };
  }
  const runSample = (id: string, input: Partial<QuickRunInput> = {}) => run(path.join(samples, id), input);
  const statuses = ({ steps }: Run) => Object.fromEntries(steps.map(({ id, status }) => [id, status]));
  const step = ({ steps }: Run, id: string) => {
    const found = steps.find((each) => each.id === id);
    if (found === undefined) throw new Error(`no step ${id}`);
    return found;
  };

  it('are those that have a task file, and have nothing that their author should change', async () => {
    const known = await runtime.handlers.taskFiles.samples(undefined, signal);
    expect(known.map(({ id }) => id).sort()).toEqual(['build-and-test', 'release', 'services', 'variables']);
    for (const { id, file, context } of known) {
      const preview = await runtime.handlers.taskFiles.preview(
        QuickRunRequest.parse({ context, source: { kind: 'file', path: file } }),
        signal,
      );
      expect([id, preview.findings, preview.permissions]).toEqual([id, [], []]);
    }
  });

  it('build-and-test: builds, checks from two sides, and goes on after both', async () => {
    const { run: ended, log } = await runSample('build-and-test');
    expect([ended.status, log]).toEqual(['Succeeded', expect.stringContaining('Both checks passed.')]);
    const built = step(ended, 'build').finishTime ?? '';
    const last = step(ended, 'summary').startTime ?? '';
    for (const id of ['check-pages', 'check-size']) {
      const { startTime = '', finishTime = '' } = step(ended, id);
      expect([built <= startTime, finishTime <= last]).toEqual([true, true]);
    }
  });

  it('build-and-test: on arm64', async (context) => {
    if (!parts.emulation.ok) cannotHere(context, parts.emulation.reason);
    const { run: ended, log } = await runSample('build-and-test', { platform: { os: 'linux', architecture: 'arm64' } });
    expect([ended.status, log]).toEqual(['Succeeded', expect.stringContaining('Both checks passed.')]);
  });

  it('variables: with what is there by default', async () => {
    const { run: ended, log } = await runSample('variables');
    expect([ended.status, log]).toEqual(['Succeeded', expect.stringContaining('HELLO to Ada, everyone.\n')]);
    expect(log).toMatch(new RegExp(`run ${ended.runId}, begun \\d{8}-\\d{6}z, on linux/(amd64|arm64)\n`));
    expect(log).toContain('GREETING=hello\n');
    expect(log).toContain('AUDIENCE=everyone\n');
  });

  it('variables: with a values file, a value and a secret', async () => {
    const { run: ended, log } = await runSample('variables', {
      valuesFile: 'values.yaml',
      values: [
        { name: 'greeting', value: 'moin' },
        { name: 'password', value: 'open sesame', secret: true },
      ],
    });
    // The secret has a blank, which this sample's check doesn't allow: so it got there.
    expect([ended.status, statuses(ended)['secret']]).toEqual(['Failed', 'failed']);
    expect(log).not.toContain('open sesame');
    const again = await runSample('variables', {
      valuesFile: 'values.yaml',
      values: [
        { name: 'greeting', value: 'moin' },
        { name: 'password', value: 'open-sesame', secret: true },
      ],
    });
    expect([again.run.status, again.log]).toEqual([
      'Succeeded',
      expect.stringContaining('MOIN to Ada, Grace, 세종, everyone.\n'),
    ]);
    expect(again.log).toContain('GREETING=moin\n');
    expect(again.log).not.toContain('open-sesame');
  });

  it('services: waits for the service, and retries', async () => {
    const { run: ended, log } = await runSample('services');
    expect([ended.status, log]).toEqual([
      'Succeeded',
      expect.stringContaining('GET http://stock:8080/items.json 200 OK'),
    ]);
    expect(step(ended, 'stock')).toMatchObject({ detached: true });
    expect(step(ended, 'wait-for-stock').attempts?.length).toBeGreaterThan(1);
    expect(step(ended, 'import').attempts?.map(({ exitCode }) => exitCode)).toEqual([1, 1, 0]);
    expect(step(ended, 'show-calls')).toMatchObject({ status: 'succeeded' });
  });

  it('release: goes all the way, and leaves its folder as it was', async () => {
    const folder = path.join(samples, 'release');
    const before = await readdir(folder, { recursive: true });
    const { run: ended, log } = await run(folder);
    expect([ended.status, log]).toEqual(['Succeeded', expect.stringContaining('Release "web" has been upgraded.')]);
    expect(log).toContain(`REVISION: 4\n`);
    expect(log).toContain(`CHART VERSION: 1.0.0-${ended.runId}\n`);
    expect(await readdir(folder, { recursive: true })).toEqual(before);
  });

  it('release: releases nothing when the tests fail', async () => {
    const folder = path.join(work, 'release');
    await cp(path.join(samples, 'release'), folder, { recursive: true });
    const page = path.join(folder, 'web/site/index.html');
    await writeFile(page, (await readFile(page, 'utf8')).replace('<h1>Harbour</h1>', '<h1>Desert</h1>'));
    const { run: ended, log } = await run(folder);
    expect([ended.status, statuses(ended)]).toEqual([
      'Failed',
      expect.objectContaining({ web: 'succeeded', test: 'failed', package: 'skipped', upgrade: 'skipped' }),
    ]);
    expect(log).toContain('"<h1>Harbour</h1>" is not in the answer');
  });
});

/** Resolves with the record when the run is over. */
async function end(runtime: Runtime, runId: string): Promise<Run> {
  for (;;) {
    let stop = () => {};
    const changed = new Promise<void>((resolve) => {
      stop = runtime.onEvent((event) => {
        if (event.kind === 'runChanged' && event.runId === runId) resolve();
      });
    });
    const run = await runtime.handlers.runs.show({ runId }, signal);
    if (isFinal(run.status)) {
      stop();
      return run;
    }
    await changed;
    stop();
  }
}
