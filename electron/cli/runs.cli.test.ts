import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { type CommandLine, commandLine } from './cli-testing.ts';

const parts = inject('parts');
const [engine] = parts.engines;
let slipway: CommandLine;

beforeAll(async () => {
  slipway = await commandLine({ DOCKER_HOST: engine.host });
  const context = await slipway.folder('sail', {
    Dockerfile: `FROM ${parts.busybox.local}\nRUN printf '\\033[31mred\\033[0m\\n' && seq 10000 | sed 's/^/knot /'\n`,
  });
  await slipway.run(['build', context, '-t', 'sail:1', '--no-cache']);
  await slipway.run(['build', 'sail', '-f', 'sail/none']);
  await slipway.run([
    'build',
    await slipway.folder('leak', { Dockerfile: `FROM ${parts.busybox.local}\nRUN false\n` }),
  ]);
});
afterAll(() => slipway.remove());

/** Starts a build that goes on until it is canceled; resolves when its step runs. */
async function endless(words: string) {
  const context = await slipway.folder('endless', {
    Dockerfile: `FROM ${parts.busybox.local}\nARG WORDS\nRUN echo "$WORDS"; seq 50 | sed 's/^/mile /'; echo at sea; sleep 600\n`,
  });
  const build = slipway.start(['build', context, '--build-arg', `WORDS=${words}`, '--no-cache', '--json']);
  await build.line(/"text":"at sea"/);
  const { runId } = JSON.parse(await build.line(/run\.created/)) as { runId: string };
  return { build, runId };
}

it('lists runs, newest first, as ACR does', async () => {
  const { stdout, stderr, code } = await slipway.run(['runs', 'list']);
  expect({ stderr, code }).toEqual({ stderr: '', code: 0 });
  const [head, ...rows] = stdout.trimEnd().split('\n');
  expect(head).toMatch(/^RUN ID +TASK +PLATFORM +STATUS +TRIGGER +STARTED +DURATION$/);
  expect(rows).toEqual([
    expect.stringMatching(/^ca2 +linux +Failed +Manual +\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ +00:00:\d\d$/),
    expect.stringMatching(/^ca1 +linux +Succeeded +Manual +\S+Z +00:00:\d\d$/),
  ]);
});

it.each<[args: readonly string[], found: readonly string[]]>([
  [['--status', 'failed,canceled'], ['ca2']],
  [['--image', 'sail:1'], ['ca1']],
  [
    ['--since', '1h'],
    ['ca2', 'ca1'],
  ],
  [['--since', '2099-01-01T00:00:00Z'], []],
  [['--top', '1'], ['ca2']],
])('finds by %j', async (args, found) => {
  const listed = await slipway.run(['runs', 'list', ...args, '--json']);
  expect(listed.events().map((run) => run['runId'])).toEqual(found);
});

it.each<[args: readonly string[]]>([
  [['list', '--status', 'sunk']],
  [['list', '--since', 'yesterday']],
  [['list', '--top', '0']],
  [['show', 'ca99']],
  [['show', '../../etc']],
  [['logs', 'ca99']],
  [['logs', 'ca99', '-f']],
  [['cancel', 'ca99']],
  [['cancel', 'ca1']],
  [['rerun', 'ca99']],
])('refuses %j as wrong usage', async (args) => {
  expect(await slipway.run(['runs', ...args])).toMatchObject({
    code: 2,
    stdout: '',
    stderr: expect.stringMatching(/^error: /),
  });
});

it('shows a whole record, for people and for programs', async () => {
  const shown = await slipway.run(['runs', 'show', 'ca1']);
  expect(JSON.parse(shown.stdout)).toEqual(await slipway.show('ca1'));
  expect(await slipway.show('ca1')).toMatchObject({
    runId: 'ca1',
    status: 'Succeeded',
    images: ['sail:1'],
    imageContents: [{ measure: 'unpacked', layers: expect.any(Array) }],
  });
});

it('prints a log as stored, without colours where no terminal is', async () => {
  const { stdout } = await slipway.run(['runs', 'logs', 'ca1']);
  expect(stdout).toContain('\nred\n');
  expect(stdout.match(/^knot \d+$/gm)).toHaveLength(10_000);
  expect(stdout).toMatch(/Run ID: ca1 was successful after \d+/);
  const json = await slipway.run(['runs', 'logs', 'ca1', '--json']);
  const lines = json.events().flatMap(({ event, text: line }) => (event === 'step.log' ? [line] : []));
  expect(lines.filter((line) => /^knot \d+$/.test(String(line)))).toHaveLength(10_000);
});

it('exits as the run did when it follows one that has ended', async () => {
  expect((await slipway.run(['runs', 'logs', 'ca2'])).code).toBe(0);
  expect((await slipway.run(['runs', 'logs', 'ca2', '--json'])).code).toBe(0);
  expect((await slipway.run(['runs', 'logs', 'ca2', '-f'])).code).toBe(1);
  expect((await slipway.run(['runs', 'logs', 'ca1', '-f'])).code).toBe(0);
});

it('is quiet when whoever reads has enough', async () => {
  const cli = path.join(slipway.program, 'cli.cjs');
  const shell = spawn('bash', ['-c', 'set -o pipefail; "$0" "$1" runs logs ca1 | head -n 1', process.execPath, cli], {
    env: { PATH: process.env['PATH'], HOME: slipway.work, SLIPWAY_HOME: slipway.home },
  });
  const [, stderr, [code]] = await Promise.all([text(shell.stdout), text(shell.stderr), once(shell, 'close')]);
  expect({ stderr, code }).toEqual({ stderr: '', code: 0 });
});

it('cancels a run that another process builds', async () => {
  const { build, runId } = await endless('cancel');
  expect((await slipway.show(runId)).status).toBe('Running');
  expect(await slipway.run(['runs', 'cancel', runId])).toMatchObject({ code: 0 });
  expect((await build.ended).code).toBe(4);
  expect((await slipway.show(runId)).status).toBe('Canceled');
});

it('follows a run of another process to its end, and every line once', async () => {
  const { build, runId } = await endless('follow');
  const plain = slipway.start(['runs', 'logs', runId, '-f']);
  const json = slipway.start(['runs', 'logs', runId, '-f', '--json']);
  await Promise.all([plain.line(/at sea/), json.line(/at sea/)]);
  await slipway.run(['runs', 'cancel', runId]);
  await build.ended;
  const followed = await plain.ended;
  expect(followed.code).toBe(4);
  expect(followed.stdout).toBe((await slipway.run(['runs', 'logs', runId])).stdout);
  const built = (await build.ended).events().filter(({ event }) => event === 'step.log');
  expect((await json.ended).events().filter(({ event }) => event === 'step.log')).toEqual(built);
});

it('stops following at Ctrl-C, and leaves the run going', async () => {
  const { build, runId } = await endless('leave');
  const following = slipway.start(['runs', 'logs', runId, '-f']);
  await following.line(/at sea/);
  following.signal('SIGINT');
  expect((await following.ended).code).toBe(0);
  expect((await slipway.show(runId)).status).toBe('Running');
  await slipway.run(['runs', 'cancel', runId]);
  await build.ended;
});

it('runs the same inputs again', async () => {
  const again = await slipway.run(['runs', 'rerun', 'ca1', '--json']);
  expect(again.code).toBe(0);
  const runId = String(again.events()[0]?.['runId']);
  expect(again.events().at(-1)).toMatchObject({ event: 'run.finished', status: 'Succeeded' });
  const [first, second] = await Promise.all(['ca1', runId].map((each) => slipway.show(each)));
  expect(second).toMatchObject({ request: first?.request, cause: { kind: 'rerun', of: 'ca1' } });
  expect((await slipway.run(['runs', 'list'])).stdout).toContain('Rerun of ca1');
  expect((await slipway.run(['runs', 'rerun', 'ca2'])).code).toBe(1);
});

it('says what engine it uses', async () => {
  const [status] = (await slipway.run(['engine', '--json'])).events();
  expect(status).toMatchObject({ state: 'ready', info: { host: engine.host, source: 'DOCKER_HOST', embedded: false } });
  const { stdout } = await slipway.run(['engine'], { env: { LANG: 'ko_KR.UTF-8' } });
  expect(stdout).toContain(engine.host);
  expect(stdout).toMatch(/^엔진: Docker/);
});

it.each([
  [{}, true],
  [{ NO_COLOR: '1' }, false],
])('colours a terminal, unless told not to: %j', async (env, colored) => {
  const cli = path.join(slipway.program, 'cli.cjs');
  const words = [process.execPath, cli, 'build', 'nowhere'].map((word) => `'${word}'`).join(' ');
  const shell = spawn('script', ['-qec', words, '/dev/null'], {
    cwd: slipway.work,
    env: {
      PATH: process.env['PATH'],
      HOME: slipway.work,
      SLIPWAY_HOME: slipway.home,
      DOCKER_HOST: engine.host,
      TERM: 'xterm',
      ...env,
    },
  });
  shell.stdin.end();
  const output = await text(shell.stdout);
  expect(output).toContain('error: ');
  expect(output.includes('\u001B[')).toBe(colored);
});
