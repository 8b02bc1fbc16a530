import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { isFinal, type Run } from '@shared/model/run.ts';
import { type CommandLine, commandLine, type Running } from './cli-testing.ts';
import {
  type DoomedHome,
  doomedHome,
  ended,
  eventsOf,
  expectUntouched,
  type Labels,
  makeThings,
  numbers,
} from './kill-testing.ts';
import { homeLabel, runLabel } from '../engine/ports.ts';
import { createRuntime } from '../runtime.ts';
import { homeIdOf, integrityOf, thingsLabelled } from '../runtime-testing.ts';

const parts = inject('parts');
const signal = new AbortController().signal;
/** The same moments each time; another seed gives others. */
const seed = 20_261_123;

describe.each(parts.engines)('kill -9 on Docker Engine $name', (engine) => {
  let home: DoomedHome;

  beforeAll(async () => {
    home = await doomedHome(engine.host, parts.busybox.local, 'slipway-ca1', (homeId): Labels[] => {
      const ours = { [homeLabel]: homeId, [runLabel]: 'ca1' };
      return [
        {},
        { [homeLabel]: homeId },
        { [runLabel]: 'ca1' },
        { ...ours, [homeLabel]: `${homeId}0` },
        { ...ours, [homeLabel]: homeId.slice(0, -1) },
        { [`${homeLabel}.id`]: homeId, [`${runLabel}.id`]: 'ca1' },
      ];
    });
    await home.slipway.folder('cargo', {
      Dockerfile: [
        `FROM ${parts.busybox.open}`,
        'ARG MILES SECONDS',
        'COPY ballast /',
        'RUN for mile in $(seq $MILES); do echo mile $mile; usleep 2000; done; sleep $SECONDS',
        '',
      ].join('\n'),
      ballast: randomBytes(30_000_000),
    });
  });
  afterAll(() => home.remove());

  it.each(moments(10, seed + engine.name.length))('recovers a build that is killed %s', async (_when, moment) => {
    const { slipway, homeId, decoys } = home;
    const seconds = 8_000_000 + process.pid * 10 + Number(engine.containerdStore);
    const name = `${parts.registries.open.host}/killed-${engine.name}`;
    const args = ['--build-arg', 'MILES=100', '--build-arg', `SECONDS=${moment.staysInStep ? seconds : 0}`];
    const build = slipway.start(['build', 'cargo', '-t', `${name}:$ID`, '--json', '--no-cache', ...args]);
    await build.line(moment.at);
    await delay(moment.milliseconds);
    build.signal('SIGKILL');
    await build.ended;
    const shown = eventsOf(build);
    const runId = String(shown[0]?.['runId']);
    // What later kinds of runs leave in the engine.
    await makeThings(engine.host, parts.busybox.local, `slipway-${runId}-left`, [
      { [homeLabel]: homeId, [runLabel]: runId },
    ]);

    const runtime = await home.windowOpens();
    try {
      expect(await thingsLabelled(engine.host, homeId, runId)).toEqual([]);
      await expectUntouched(engine.host, decoys);

      const run = await ended(runtime, runId);
      const said = shown.find(({ event }) => event === 'run.finished')?.['status'];
      // Not claimed yet, it stayed queued and was run now; killed between its end and our hearing of it, it had ended.
      if (run.status !== 'Succeeded') {
        expect(run).toMatchObject({ status: said ?? 'Error', error: { code: 'run.interrupted' } });
        for (const step of run.steps) expect(['succeeded', 'canceled', 'skipped']).toContain(step.status);
        const vertices = await runtime.handlers.runs.vertices({ runId }, signal);
        expect(vertices.filter(({ status }) => status === 'running' || status === 'pending')).toEqual([]);
      }
      const kept = await runtime.logs.lines(runId, 1, 1_000_000);
      expect(run.logLines).toBe(kept.length);
      const lines = shown.flatMap(({ event, text }) => (event === 'step.log' ? [text] : []));
      expect(kept.slice(0, lines.length).map(({ text }) => text)).toEqual(lines);
    } finally {
      await runtime.close();
    }
    expect(integrityOf(slipway.home)).toBe('ok');
    await expect.poll(() => sleepers(seconds), { timeout: 20_000 }).toBe(0);
  });

  it('leaves nothing that says it still runs', async () => {
    const listed = await home.slipway.run(['runs', 'list', '--top', '100', '--json']);
    expect(listed.events().filter((run) => !isFinal(run['status'] as Run['status']))).toEqual([]);
    expect(listed.events().length).toBeGreaterThanOrEqual(10);
  });
});

describe('after kill -9', () => {
  const [engine] = parts.engines;
  let slipway: CommandLine;
  let context: string;

  beforeAll(async () => {
    slipway = await commandLine({ DOCKER_HOST: engine.host });
    context = await slipway.folder('short', {
      Dockerfile: `FROM ${parts.busybox.local}\nARG SECONDS=0\nRUN echo begun; sleep $SECONDS\n`,
    });
  });
  afterAll(() => slipway.remove());

  const start = (...args: readonly string[]) => slipway.start(['build', context, '--no-cache', '--json', ...args]);
  const idOf = async (build: Running) =>
    (JSON.parse(await build.line(/run\.created/)) as { readonly runId: string }).runId;

  it('any command tells that the run was interrupted', async () => {
    const build = start('--build-arg', 'SECONDS=600');
    await build.line(/"text":"begun"/);
    build.signal('SIGKILL');
    await build.ended;
    expect(await slipway.show(await idOf(build))).toMatchObject({
      status: 'Error',
      error: { code: 'run.interrupted' },
      steps: [{ id: 'build', status: 'canceled' }],
    });
  });

  it('a window goes on with what was queued behind it', async () => {
    const running = [start('--build-arg', 'SECONDS=600'), start('--build-arg', 'SECONDS=600')];
    await Promise.all(running.map((build) => build.line(/"text":"begun"/)));
    const waiting = start('-t', 'waited:1');
    const runId = await idOf(waiting);
    // First who waits: it would take the place of those that go.
    for (const build of [waiting, ...running]) build.signal('SIGKILL');
    await Promise.all([...running, waiting].map((build) => build.ended));
    expect((await slipway.show(runId)).status).toBe('Queued');

    const runtime = await createRuntime({
      home: slipway.home,
      env: { PATH: process.env['PATH'], DOCKER_HOST: engine.host, HOME: slipway.work },
      owner: 'window',
    });
    await runtime.start();
    expect(await ended(runtime, runId)).toMatchObject({ status: 'Succeeded', images: ['waited:1'] });
    await runtime.close();
    for (const build of running)
      expect((await slipway.show(await idOf(build))).error).toMatchObject({ code: 'run.interrupted' });
  });

  it('what a living run of another process has in the engine stays, until that one is gone too', async () => {
    const living = start('--build-arg', 'SECONDS=600');
    await living.line(/"text":"begun"/);
    const labels = { [homeLabel]: homeIdOf(slipway.home), [runLabel]: await idOf(living) };
    const things = await makeThings(engine.host, parts.busybox.local, 'slipway-living', [labels]);
    // A build sweeps before it begins.
    expect((await slipway.run(['build', context])).code).toBe(0);
    await expectUntouched(engine.host, things);

    living.signal('SIGKILL');
    await living.ended;
    expect((await slipway.run(['build', context])).code).toBe(0);
    expect(await thingsLabelled(engine.host, labels[homeLabel] ?? '', labels[runLabel] ?? '')).toEqual([]);
  });
});

interface Moment {
  /** Printed when it has come. */
  readonly at: RegExp;
  /** And so long after it. */
  readonly milliseconds: number;
  /** The step goes on for ever. */
  readonly staysInStep: boolean;
}

/** Moments of a build's life: each phase in turn, anywhere within it. */
function moments(count: number, from: number): readonly (readonly [string, Moment])[] {
  const random = numbers(from);
  const phases: readonly (() => readonly [string, RegExp, number, boolean])[] = [
    () => ['before or while it starts', /"run\.created"/, 150, false],
    () => ['while its context is sent', /load build context/, 150, false],
    () => {
      const mile = 1 + Math.floor(random() * 100);
      return [`at line ${mile} of its output`, new RegExp(`"mile ${mile}"`), 10, true];
    },
    () => ['around the end of its step', /"mile 100"/, 300, false],
    () => ['while it is pushed', /Pushing image/, 200, false],
  ];
  return Array.from({ length: count }, (_, index) => {
    const [when, at, within, staysInStep] = phases[index % phases.length]?.() ?? ['', /^/, 0, false];
    const milliseconds = Math.floor(random() * within);
    return [`${when} (${milliseconds} ms)`, { at, milliseconds, staysInStep }];
  });
}

function sleepers(seconds: number): number {
  const found = spawnSync('pgrep', ['-fx', `sleep ${seconds}`], { encoding: 'utf8' }).stdout;
  return found.split('\n').filter((line) => line !== '').length;
}
