import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { QuickRunRequest, type QuickRunInput } from '@shared/model/quick-run.ts';
import { isFinal, type Run, type RunPause } from '@shared/model/run.ts';
import { createRuntime, type Runtime } from './runtime.ts';

const parts = inject('parts');
const image = parts.busybox.open;
const never = new AbortController().signal;

describe.each(parts.engines)('a task that is looked into, on Docker Engine $name', (engine) => {
  let work: string;
  let runtime: Runtime;

  beforeAll(async () => {
    work = await mkdtemp(path.join(os.tmpdir(), 'slipway debug 디버그 '));
    runtime = await createRuntime({
      home: path.join(work, 'home'),
      env: { PATH: process.env.PATH, HOME: work, DOCKER_CONFIG: work, DOCKER_HOST: engine.host },
      owner: 'window',
    });
    await runtime.start();
  });
  afterAll(async () => {
    await runtime.close();
    await rm(work, { recursive: true, force: true });
  });

  const breakOnFailure = { breakpoints: { onFailure: true } };

  async function start(task: string, input: Partial<QuickRunInput> = {}): Promise<string> {
    const request = QuickRunRequest.parse({ source: { kind: 'text', text: task }, ...input });
    return (await runtime.handlers.runs.quickRun(request, never)).runId;
  }

  /** Resolves with what `look` finds on the record. */
  async function until<T>(runId: string, look: (run: Run) => T | undefined): Promise<T> {
    let stop: () => void = () => undefined;
    try {
      return await new Promise<T>((resolve, reject) => {
        const again = () =>
          void runtime.handlers.runs.show({ runId }, never).then((run) => {
            const found = look(run);
            if (found !== undefined) resolve(found);
            else if (isFinal(run.status)) reject(new Error(`${run.status}: ${JSON.stringify(run.error)}`));
          }, reject);
        stop = runtime.onEvent((event) => {
          if (event.kind === 'runChanged' && event.runId === runId) again();
        });
        again();
      });
    } finally {
      stop();
    }
  }
  const pauseOf = (runId: string) => until(runId, ({ pause }) => pause);
  const endOf = (runId: string) => until(runId, (run) => (isFinal(run.status) ? run : undefined));
  const resume = (
    runId: string,
    input: { action: 'continue' | 'retry' | 'stop'; task?: string; sendChanges?: boolean },
  ) => runtime.handlers.runs.resume({ runId, sendChanges: false, ...input }, never);

  /** Types lines into a shell where the run stands, and answers what it showed until it ended. */
  async function inShell(runId: string, { stepId }: RunPause, lines: readonly string[]): Promise<string> {
    const shell = await runtime.openShell({ runId, stepId, columns: 100, rows: 30 }, never);
    const shown = text(shell.output);
    for (const line of lines) await shell.write(Buffer.from(`${line}\r`));
    const output = await shown;
    await shell.close();
    return output;
  }

  async function logOf(runId: string): Promise<string> {
    let whole = '';
    for await (const chunk of runtime.logs.text(runId, false)) whole += chunk;
    return whole;
  }

  it('opens a shell in the container of the step that failed: its files, workspace, variables and folder', async () => {
    const runId = await start(
      `steps:
  - id: first
    cmd: ${image} sh -c 'echo kept > /workspace/kept'
  - id: test
    workingDirectory: src
    env: ["CARGO=tea"]
    cmd: ${image} sh -c 'echo left behind > /left; exit 3'
`,
      breakOnFailure,
    );
    const pause = await pauseOf(runId);
    expect(pause).toMatchObject({ stepId: 'test', at: 'failure', shell: 'container' });
    const shown = await inShell(runId, pause, ['cat /left; cat /workspace/kept; echo $CARGO; pwd; stty size; exit']);
    for (const words of ['left behind', 'kept', 'tea', '/workspace/src', '30 100']) expect(shown).toContain(words);
    await resume(runId, { action: 'stop' });
    expect(await endOf(runId)).toMatchObject({
      status: 'Failed',
      steps: [{ status: 'succeeded' }, { id: 'test', status: 'failed', exitCode: 3 }],
    });
  });

  it('goes on from the step after a file was changed in the shell, and keeps what came before', async () => {
    const runId = await start(
      `steps:
  - id: count
    cmd: ${image} sh -c 'echo once >> /workspace/calls'
  - id: check
    cmd: ${image} sh -c 'cat /workspace/fixed && wc -l < /workspace/calls'
`,
      breakOnFailure,
    );
    const pause = await pauseOf(runId);
    await inShell(runId, pause, ['echo it is fixed > /workspace/fixed; exit']);
    await resume(runId, { action: 'retry' });
    expect(await endOf(runId)).toMatchObject({
      status: 'Succeeded',
      steps: [{}, { id: 'check', status: 'succeeded' }],
    });
    const log = await logOf(runId);
    expect(log).toContain('it is fixed');
    expect(log).toMatch(/^1$/m);
  });

  it('goes on with another text; one that does not hold is refused, and the run stands as before', async () => {
    const task = (last: string) => `steps:
  - id: first
    cmd: ${image} echo first
  - id: last
    cmd: ${image} ${last}
`;
    const runId = await start(task('false'), breakOnFailure);
    await pauseOf(runId);
    await expect(resume(runId, { action: 'retry', task: 'steps: [{ cmd: x, build: y }]' })).rejects.toMatchObject({
      error: { code: 'taskfile.invalid', where: { line: 1 } },
    });
    expect((await runtime.handlers.runs.show({ runId }, never)).pause?.stepId).toBe('last');
    await resume(runId, {
      action: 'retry',
      task: `${task('echo changed')}  - id: more\n    cmd: ${image} echo more\n`,
    });
    const run = await endOf(runId);
    expect(run.status).toBe('Succeeded');
    expect(run.steps.map(({ id, status }) => `${id} ${status}`)).toEqual([
      'first succeeded',
      'last succeeded',
      'more succeeded',
    ]);
    expect(await logOf(runId)).toMatch(/changed[^]*more/);
    expect(await runtime.handlers.runs.taskText({ runId }, never)).toMatchObject({
      source: expect.stringContaining('echo changed') as unknown,
      rendered: expect.stringContaining('echo changed') as unknown,
    });
  });

  it('sends changed files of the context when it is told to, for commands and builds alike', async () => {
    const context = path.join(work, 'context');
    await mkdir(context, { recursive: true });
    await writeFile(path.join(context, 'Dockerfile'), `FROM ${image}\nCOPY good.txt /\n`);
    const runId = await start(
      `steps:
  - id: read
    cmd: ${image} cat good.txt
  - id: build
    build: .
`,
      { context, ...breakOnFailure },
    );
    expect(await pauseOf(runId)).toMatchObject({ stepId: 'read' });
    await writeFile(path.join(context, 'good.txt'), 'sent later');
    await resume(runId, { action: 'retry', sendChanges: true });
    const run = await endOf(runId);
    expect(run.status).toBe('Succeeded');
    expect(await logOf(runId)).toContain('sent later');
  });

  it('opens a shell in the failed instruction of a build, and goes on from the files of the context', async () => {
    const context = path.join(work, 'failed build');
    await mkdir(context, { recursive: true });
    const dockerfile = [
      `FROM ${image} AS tools`,
      'RUN echo made > /made',
      `FROM ${image}`,
      'COPY --from=tools /made /made',
      'ENV CARGO=tea',
      'WORKDIR /quay',
      'RUN --mount=type=secret,id=seal echo left > left && test -f /quay/mended && cat /run/secrets/seal',
      'COPY . .',
    ];
    await writeFile(path.join(context, 'Dockerfile'), dockerfile.join('\n'));
    const runId = await start(
      `steps:
  - id: first
    cmd: ${image} sh -c 'echo "red wax" > seal.txt'
  - id: build
    build: --secret id=seal,src=seal.txt .
`,
      { context, ...breakOnFailure },
    );
    const pause = await pauseOf(runId);
    const kind = engine.name === '20.10' ? 'buildBefore' : 'build';
    expect(pause).toMatchObject({ stepId: 'build', at: 'failure', shell: kind });
    const shown = await inShell(runId, pause, [
      'cat /made /run/secrets/seal; echo $CARGO; pwd; stty size; ls left; touch mended; sleep 0.2; exit',
    ]);
    for (const words of ['made', 'red wax', 'tea', '/quay', '30 100']) expect(shown).toContain(words);
    expect(shown).toMatch(kind === 'build' ? /^left\r$/m : /ls: left: No such file/);

    // A shell that is open when the run goes on is no obstacle, and ends.
    const open = await runtime.openShell({ runId, stepId: 'build', columns: 80, rows: 24 }, never);
    const whole = text(open.output);
    await resume(runId, { action: 'retry' });
    await whole;
    // What was mended in the shell is not there.
    expect(await until(runId, (run) => (run.pause?.since === pause.since ? undefined : run.pause))).toMatchObject({
      stepId: 'build',
      shell: kind,
    });

    await writeFile(path.join(context, 'Dockerfile'), dockerfile.join('\n').replace('test -f /quay/mended', 'true'));
    await resume(runId, { action: 'retry', sendChanges: true });
    expect((await endOf(runId)).status).toBe('Succeeded');
  });

  it('ends with its shell in a failed build when it is canceled, also while that is opened', async () => {
    const context = path.join(work, 'canceled build');
    await mkdir(context, { recursive: true });
    await writeFile(path.join(context, 'Dockerfile'), `FROM ${image}\nRUN false\n`);
    const runId = await start(`steps:\n  - id: build\n    build: .\n`, { context, ...breakOnFailure });
    await pauseOf(runId);
    const size = { columns: 80, rows: 24 };
    const shell = await runtime.openShell({ runId, stepId: 'build', ...size }, never);
    const shown = text(shell.output);
    const opening = runtime.openShell({ runId, stepId: 'build', ...size }, never);
    await runtime.handlers.runs.cancel({ runId }, never);
    await expect(opening).rejects.toThrow();
    expect((await endOf(runId)).status).toBe('Canceled');
    await shown;
  });

  it('says that a failed build succeeds now, and has the workspace where no instruction ran', async () => {
    const context = path.join(work, 'mended build');
    await mkdir(context, { recursive: true });
    const write = (last: string) => writeFile(path.join(context, 'Dockerfile'), `FROM ${image}\n${last}\n`);
    await write('COPY missing /');
    const task = `steps:\n  - id: build\n    build: .\n  - id: last\n    cmd: ${image} true\n`;
    const runId = await start(task, { context, ...breakOnFailure });
    expect((await pauseOf(runId)).shell).toBe('workspace');
    await write('RUN false');
    await resume(runId, { action: 'retry' });
    const pause = await until(runId, (run) => (run.pause?.shell === 'workspace' ? undefined : run.pause));
    await write('RUN true');
    await expect(
      runtime.openShell({ runId, stepId: pause.stepId, columns: 80, rows: 24 }, never),
    ).rejects.toMatchObject({ error: { code: 'build.notFailed' } });
    await resume(runId, { action: 'retry' });
    expect((await endOf(runId)).status).toBe('Succeeded');
  });

  it('stops before and after a step; its time does not count meanwhile', async () => {
    const runId = await start(`steps:\n  - id: a\n    cmd: ${image} sh -c 'echo ran > /ran'\n`, {
      timeoutSeconds: 20,
      breakpoints: { before: ['a'], after: ['a'] },
    });
    const before = await pauseOf(runId);
    expect(before).toMatchObject({ stepId: 'a', at: 'before' });
    expect(await inShell(runId, before, ['ls /ran; exit'])).toContain('No such file');
    await resume(runId, { action: 'continue' });
    const after = await until(runId, ({ pause }) => (pause?.at === 'after' ? pause : undefined));
    expect(await inShell(runId, after, ['cat /ran; exit'])).toContain('ran');
    await resume(runId, { action: 'continue' });
    expect((await endOf(runId)).status).toBe('Succeeded');
    await expect(resume(runId, { action: 'continue' })).rejects.toMatchObject({ error: { code: 'run.notPaused' } });
  });

  it('passes over a failure when it is told to continue', async () => {
    const runId = await start(
      `steps:\n  - id: a\n    cmd: ${image} false\n  - id: b\n    cmd: ${image} echo on\n`,
      breakOnFailure,
    );
    await pauseOf(runId);
    await resume(runId, { action: 'continue' });
    expect(await endOf(runId)).toMatchObject({
      status: 'Succeeded',
      steps: [
        { id: 'a', status: 'succeeded', errorIgnored: true, exitCode: 1 },
        { id: 'b', status: 'succeeded' },
      ],
    });
  });

  it('ends at once when it is canceled while it stands still', async () => {
    const runId = await start(`steps:\n  - id: a\n    cmd: ${image} false\n`, breakOnFailure);
    const pause = await pauseOf(runId);
    const shell = await runtime.openShell({ runId, stepId: pause.stepId, columns: 80, rows: 24 }, never);
    const shown = text(shell.output);
    await runtime.handlers.runs.cancel({ runId }, never);
    const run = await endOf(runId);
    expect(run.status).toBe('Canceled');
    expect(run.pause).toBeUndefined();
    await shown;
    await shell.close();
  });

  it('tells what can’t be run, in words of its own', async () => {
    const taken = net.createServer();
    await new Promise<void>((resolve) => taken.listen(0, '0.0.0.0', resolve));
    const { port } = taken.address() as net.AddressInfo;
    const cases: readonly (readonly [string, string])[] = [
      [`cmd: ${parts.registries.open.host}/no/such/image:1 x`, 'image.notFound'],
      [`{ cmd: ${image} true, ports: ["${port}:80"] }`, 'container.startFailed'],
      [`{ cmd: ${image} true, ports: ["no:port"] }`, 'container.invalid'],
      [`{ cmd: ${image} true, cpus: "much" }`, 'container.invalid'],
      [`build: no/such/folder`, 'context.notFound'],
      [`build: -f none/Dockerfile .`, 'dockerfile.notFound'],
      [
        `cmd: ${image} sh -c 'ln -s /etc/passwd .dockerignore; echo FROM scratch > Dockerfile'\n  - { build: ., env: [DOCKER_BUILDKIT=0] }`,
        'context.outside',
      ],
      [`push: ["${parts.registries.open.host}/never-built:1"]`, 'image.notFound'],
    ];
    try {
      for (const [step, code] of cases) {
        const runId = await start(`steps:\n  - ${step}\n`);
        expect.soft((await endOf(runId)).error?.code, step).toBe(code);
      }
    } finally {
      taken.close();
    }
  });

  it('tells the port that the engine chose for a service', async () => {
    const runId = await start(
      `steps:\n  - id: web\n    detach: true\n    ports: ["127.0.0.1::8080"]\n    cmd: ${image} sleep 600\n  - cmd: ${image} true\n`,
      { breakpoints: { before: ['acb_step_1'] } },
    );
    await pauseOf(runId);
    const [web] = (await runtime.handlers.runs.show({ runId }, never)).steps;
    expect(web?.ports).toEqual([expect.stringMatching(/^127\.0\.0\.1:[1-9]\d+:8080\/tcp$/)]);
    await resume(runId, { action: 'stop' });
    await endOf(runId);
  });

  it('keeps output that is no text, and the lines around it', async () => {
    const runId = await start(`steps:\n  - cmd: ${image} sh -c 'echo before; printf "\\377\\376\\n"; echo behind'\n`);
    expect((await endOf(runId)).status).toBe('Succeeded');
    expect(await logOf(runId)).toMatch(/before\n\uFFFD\uFFFD\nbehind/);
  });
});
