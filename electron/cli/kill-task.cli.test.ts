import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { json } from '../../scripts/parts/http.ts';
import { type CommandLine, commandLine } from './cli-testing.ts';
import {
  ended,
  eventsOf,
  expectUntouched,
  makeThings,
  numbers,
  removeThing,
  type Thing,
  thingsLabelled,
} from './kill-testing.ts';
import { homeLabel, runLabel } from '../engine/ports.ts';
import { createRuntime } from '../runtime.ts';
import { openRunStore } from '../store/run-store.ts';

const parts = inject('parts');
const image = parts.busybox.open;
/** The same moments each time; another seed gives others. */
const seed = 20_261_125;

/** A service, networks, secret files, a workspace, and steps that take their time. */
const task = `version: v1.1.0
networks:
  - name: quay
    isDefault: true
volumes:
  - name: notes
    secret: { note: ${Buffer.from('a note of cargo').toString('base64')} }
steps:
  - id: service
    detach: true
    cmd: ${image} sleep 600
  - id: load
    volumeMounts: [{ name: notes, mountPath: /run/notes }]
    cmd: ${image} sh -c 'for mile in $(seq 100); do echo mile $mile; usleep 2000; done'
  - id: stay
    cmd: ${image} sleep 600
`;

describe.each(parts.engines)('kill -9 of a task on Docker Engine $name', (engine) => {
  let slipway: CommandLine;
  let homeId: string;
  let decoys: readonly Thing[];

  beforeAll(async () => {
    slipway = await commandLine({ DOCKER_HOST: engine.host });
    await slipway.folder('cargo', { 'acb.yaml': task, 'list.txt': 'tea' });
    await slipway.run(['runs', 'list']);
    const store = openRunStore({ home: slipway.home, clock: { now: Date.now } });
    homeId = store.homeId;
    store.close();
    decoys = await makeThings(engine.host, parts.busybox.local, 'slipway-ca1-service', [
      {},
      { [homeLabel]: homeId },
      { [runLabel]: 'ca1' },
    ]);
  });
  afterAll(async () => {
    for (const decoy of decoys) await removeThing(engine.host, decoy);
    await slipway.remove();
  });

  const random = numbers(seed + engine.name.length);
  const phases: readonly (readonly [when: string, line: RegExp])[] = [
    ['while it makes its networks', /Creating Docker network/],
    ['while its service starts', /"stepId":"service".*Launching/],
    ['in the middle of its output', /"mile 50"/],
    ['while the last step stays', /"stepId":"stay".*Launching/],
  ];
  it.each(phases.map(([when, line]) => [when, line, Math.floor(random() * 150)] as const))(
    'leaves nothing %s',
    async (_when, line, milliseconds) => {
      const running = slipway.start(['run', 'cargo', '--json']);
      await running.line(line);
      await delay(milliseconds);
      running.signal('SIGKILL');
      await running.ended;
      const shown = eventsOf(running);
      const runId = String(shown[0]?.['runId']);

      const runtime = await createRuntime({
        home: slipway.home,
        env: { PATH: process.env['PATH'], DOCKER_HOST: engine.host, DOCKER_CONFIG: slipway.work, HOME: slipway.work },
        owner: 'window',
      });
      await runtime.start();
      try {
        // The engine may have been in the middle of making something.
        await expect.poll(() => thingsLabelled(engine.host, homeId, runId), { timeout: 20_000 }).toEqual([]);
        await expectUntouched(engine.host, decoys);
        const run = await ended(runtime, runId);
        expect(run).toMatchObject({ status: 'Error', error: { code: 'run.interrupted' } });
        for (const step of run.steps) expect(['succeeded', 'canceled', 'skipped']).toContain(step.status);
        const kept = await runtime.logs.lines(runId, 1, 100_000);
        const lines = shown.flatMap(({ event, text }) => (event === 'step.log' ? [text] : []));
        expect(kept.slice(0, lines.length).map(({ text }) => text)).toEqual(lines);
      } finally {
        await runtime.close();
      }
    },
  );

  it('Ctrl-C clears away all of it', async () => {
    const running = slipway.start(['run', 'cargo', '--json']);
    await running.line(/"stepId":"stay".*Launching/);
    running.signal('SIGINT');
    expect((await running.ended).code).toBe(4);
    const runId = String(eventsOf(running)[0]?.['runId']);
    expect(await thingsLabelled(engine.host, homeId, runId)).toEqual([]);
    await expectUntouched(engine.host, decoys);
    const images = await json<readonly { Labels: Record<string, string> | null }[]>(engine.host, '/images/json');
    expect(images.filter(({ Labels }) => Labels?.[runLabel] === runId)).toEqual([]);
  });
});
