import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type CommandLine, commandLine } from './cli-testing.ts';

const parts = inject('parts');
const image = parts.busybox.open;
const [system] = parts.engines;

describe.each(parts.engines)('slipway run on Docker Engine $name', (engine) => {
  let slipway: CommandLine;

  beforeAll(async () => {
    slipway = await commandLine({ DOCKER_HOST: engine.host });
  });
  afterAll(() => slipway.remove());

  it('runs one command', async () => {
    const { code, stderr } = await slipway.run(['run', '--cmd', `${image} echo ahoy from $ID`, '/dev/null']);
    expect(stderr).toMatch(/ahoy from ca\d+/);
    expect(stderr).toMatch(/Run ca\d+ succeeded\.\n$/);
    expect(code).toBe(0);
  });

  it('runs the task file of a folder, whose files are the workspace, and tells events', async () => {
    const context = await slipway.folder('작업 🚢', {
      'acb.yaml': `version: v1.1.0\nsteps:\n  - id: read\n    cmd: ${image} cat cargo.txt\n  - id: fail\n    cmd: ${image} sh -c 'echo no >&2; exit 4'\n  - id: never\n    cmd: ${image} true\n`,
      'cargo.txt': 'tea',
    });
    const ended = await slipway.run(['run', context, '--json']);
    expect(ended.code).toBe(1);
    const events = ended.events();
    expect(events[0]).toMatchObject({ event: 'run.created', runId: expect.stringMatching(/^ca/) as unknown });
    expect(events).toContainEqual(
      expect.objectContaining({ event: 'step.log', stepId: 'read', stream: 'stdout', text: 'tea' }),
    );
    expect(events).toContainEqual(
      expect.objectContaining({ event: 'step.log', stepId: 'fail', stream: 'stderr', text: 'no' }),
    );
    expect(events).toContainEqual(
      expect.objectContaining({ event: 'step.finished', stepId: 'fail', status: 'failed', exitCode: 4 }),
    );
    expect(events.some(({ event, stepId }) => event === 'step.started' && stepId === 'never')).toBe(false);
    expect(events.at(-1)).toMatchObject({ event: 'run.finished', status: 'Failed', error: { code: 'step.failed' } });
  });

  it('takes values, a values file, and a task from standard input', async () => {
    await slipway.folder('values', { 'values.yaml': 'greeting: ahoy\nnested: { name: file }\n' });
    const task = `steps:\n  - cmd: ${image} echo {{.Values.greeting}} {{.Values.nested.name}} {{.Values.more}} {{.Values.secret}}\n`;
    const { code, stderr } = await slipway.run(
      ['run', '-f', '-', '--values', 'values/values.yaml', '--set', 'more=set', '--set-secret', 'secret', '/dev/null'],
      { stdin: task, env: { secret: 'hunter2-hunter2' } },
    );
    expect(stderr).toContain('ahoy file set ***');
    expect(stderr).not.toContain('hunter2');
    expect(code).toBe(0);
  });

  it('stands still where it is told to, and goes on as it is told', async () => {
    const context = await slipway.folder('debug', {
      'acb.yaml': `steps:\n  - id: first\n    cmd: ${image} echo first\n  - id: check\n    cmd: ${image} sh -c 'cat fixed.txt && echo it holds'\n`,
      'other.txt': '',
    });
    const running = slipway.start(['run', context, '--break-on-failure'], { typing: true });
    await running.line(/Step check failed, and the run stands still/);
    await slipway.folder('debug', { 'fixed.txt': 'fixed\n' });
    running.type('send');
    running.type('retry');
    await running.line(/^it holds$/);
    const { code } = await running.ended;
    expect(code).toBe(0);
    const { steps } = await slipway.show('ca4');
    expect(steps).toMatchObject([
      { id: 'first', status: 'succeeded' },
      { id: 'check', status: 'succeeded' },
    ]);
  });

  it('stops at a breakpoint when nobody is there to answer', async () => {
    const { code, stderr } = await slipway.run(['run', '--cmd', `${image} echo never`, '--break-before', 'acb_step_0']);
    expect(stderr).toContain('stands still before step acb_step_0');
    expect(stderr).not.toContain('Launching container');
    expect(code).toBe(4);
  });

  it('asks for what reaches beyond its containers', async () => {
    const args = ['run', '--cmd', `-v /srv:/srv ${image} ls /srv`, '/dev/null'];
    const refused = await slipway.run(args);
    expect(refused.stderr).toContain('hostMounts');
    expect(refused.code).toBe(2);
    expect((await slipway.run([...args, '--allow', 'hostMounts'])).code).toBe(0);
  });

  it('keeps what was run, as it was written and as it ran', async () => {
    const { stderr } = await slipway.run(['run', '--cmd', `${image} echo {{.Run.ID}}`]);
    const runId = /ID: (ca\w+)/.exec(stderr)?.[1] ?? '';
    const kept = path.join(slipway.home, 'runs', runId);
    expect(await readFile(path.join(kept, 'task.json'), 'utf8')).toContain('{{.Run.ID}}');
    expect(await readFile(path.join(kept, 'rendered.json'), 'utf8')).toContain(`echo ${runId}`);
  });
});

describe('a task that is wrong', () => {
  let slipway: CommandLine;
  beforeAll(async () => {
    slipway = await commandLine({ DOCKER_HOST: system.host });
  });
  afterAll(() => slipway.remove());

  const wrong =
    'version: v1.1.0\nsteps:\n  - id: a b\n    cmd: bash echo hi\n  - cmd: x\n    build: y\n    entrypoint: z\n';

  it('is told whole, with places, before anything runs', async () => {
    const context = await slipway.folder('wrong', { 'acb.yaml': wrong });
    const { code, stderr } = await slipway.run(['run', context]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^acb\.yaml:3:\d+: error: /m);
    expect(stderr).toContain('ACR: step ID cannot contain spaces');
    expect(stderr).toMatch(/^acb\.yaml:6:\d+: error: /m);
    expect(stderr).toContain('entryPoint');
    const json = await slipway.run(['run', context, '--json']);
    expect(json.code).toBe(2);
    expect(json.events()).toMatchObject([
      { event: 'run.finished', status: 'Failed', error: { code: 'taskfile.invalid', line: 3 } },
    ]);
  });

  it.each([
    [['run', '-f', 'a.yaml', '--cmd', 'x'], 'a run is of one of them'],
    [['run', '-f', 'nothing.yaml'], 'nothing.yaml'],
    [['run', 'no-such-folder'], 'no-such-folder'],
    [['run', '--cmd', 'x', '--set', '=y'], 'a value needs a name'],
    [['run', '--cmd', 'x', '--allow', 'everything'], '--allow everything'],
    [['run', '--cmd', '$Registry/x'], 'registry'],
  ])('%j is refused', async (args, words) => {
    const { code, stderr } = await slipway.run(args);
    expect(stderr).toContain(words);
    expect(code).toBe(2);
  });

  it('validate lists every problem, and renders nothing', async () => {
    const folder = await slipway.folder('validate', { 'wrong.yaml': wrong, 'right.yaml': 'steps:\n  - cmd: a b\n' });
    const bad = await slipway.run(['validate', '-f', path.join(folder, 'wrong.yaml')]);
    expect(bad.code).toBe(2);
    expect(bad.stdout).toBe('');
    const json = await slipway.run(['validate', '-f', path.join(folder, 'wrong.yaml'), '--json']);
    expect(json.code).toBe(2);
    expect(json.events()).toContainEqual(
      expect.objectContaining({ event: 'finding', severity: 'error', line: 3, acr: 'step ID cannot contain spaces' }),
    );
    expect((await slipway.run(['validate', '-f', path.join(folder, 'right.yaml')])).code).toBe(0);
  });

  it('render prints the text alone', async () => {
    const task =
      'version: v1.1.0\nsteps:\n  # gone\n  - cmd: $Registry/a:$ID {{.Values.x}} {{.Run.Commit}}{{.Values.none}}\n';
    const args = ['render', '-f', '-', '--id', 'ca7', '--registry', 'r.test', '--set', 'x=1', '--commit', 'c0ffee'];
    const { code, stdout } = await slipway.run(args, { stdin: task });
    expect(stdout).toBe('version: v1.1.0\nsteps:\n  - cmd: r.test/a:ca7 1 c0ffee\n');
    expect(code).toBe(0);
    expect((await slipway.run([...args, '--strict'], { stdin: task })).code).toBe(2);
    expect((await slipway.run(args, { stdin: 'steps: [{{ if }}]' })).code).toBe(2);
  });

  it('secrets are kept for the address that a task names', async () => {
    const env = { SLIPWAY_PASSPHRASE: 'a passphrase for tests' };
    const address = 'https://harbour.vault.azure.net/secrets/token';
    const task = `version: v1.1.0\nsecrets:\n  - id: token\n    keyvault: ${address}\nsteps:\n  - cmd: ${image} echo {{.Secrets.token}}\n`;
    const before = await slipway.run(['run', '-f', '-', '/dev/null', '--allow', 'keyVaultSecrets'], {
      stdin: task,
      env,
    });
    expect(before.stderr).toContain(`slipway secret set ${address}`);
    expect(before.code).toBe(1);
    expect((await slipway.run(['secret', 'set', address], { stdin: 'hunter2-hunter2\n', env })).code).toBe(0);
    expect((await slipway.run(['secret', 'list'], { env })).stdout).toBe(`${address}\n`);
    const after = await slipway.run(['run', '-f', '-', '/dev/null', '--allow', 'keyVaultSecrets'], {
      stdin: task,
      env,
    });
    expect(after.stderr).toContain('***');
    expect(after.stderr).not.toContain('hunter2');
    expect(after.code).toBe(0);
    expect((await slipway.run(['secret', 'remove', address], { env })).code).toBe(0);
  });
});
