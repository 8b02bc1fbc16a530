import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { json } from '../../scripts/parts/http.ts';
import { type DoomedHome, doomedHome, ended, eventsOf, expectUntouched, type Labels, numbers } from './kill-testing.ts';
import { homeLabel, runLabel } from '../engine/ports.ts';
import { thingsLabelled } from '../runtime-testing.ts';

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
  let home: DoomedHome;

  beforeAll(async () => {
    home = await doomedHome(engine.host, parts.busybox.local, 'slipway-ca1-service', (homeId): Labels[] => [
      {},
      { [homeLabel]: homeId },
      { [runLabel]: 'ca1' },
    ]);
    await home.slipway.folder('cargo', { 'acb.yaml': task, 'list.txt': 'tea' });
  });
  afterAll(() => home.remove());

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
      const { slipway, homeId, decoys } = home;
      const running = slipway.start(['run', 'cargo', '--json']);
      await running.line(line);
      await delay(milliseconds);
      running.signal('SIGKILL');
      await running.ended;
      const shown = eventsOf(running);
      const runId = String(shown[0]?.['runId']);

      const runtime = await home.windowOpens();
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
    const { slipway, homeId, decoys } = home;
    const running = slipway.start(['run', 'cargo', '--json']);
    await running.line(/"stepId":"stay".*Launching/);
    running.signal('SIGINT');
    expect((await running.ended).code).toBe(4);
    const runId = String(eventsOf(running)[0]?.['runId']);
    expect(await thingsLabelled(engine.host, homeId, runId)).toEqual([]);
    await expectUntouched(engine.host, decoys);
    const images = encodeURIComponent(JSON.stringify({ label: [`${homeLabel}=${homeId}`] }));
    expect(await json(engine.host, `/images/json?filters=${images}`)).toEqual([]);
  });
});
