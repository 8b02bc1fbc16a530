// Task files: what a run costs beside `docker run` of the same image on the same engine, steps side by side, and how long a large
// task takes until it can be shown (in a window: graph.bench.ts). Azure's own engine (acr-builder) takes about 3.5 times as long
// as `docker run` for the first.
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { loadTask } from '../../electron/engine/taskfile/load-task.ts';
import { runVariables } from '../../electron/engine/templating/run-variables.ts';
import { layOut } from '../../renderer/step-graph/graph-layout.ts';
import { median, spread, tell, tellHeader, tellRatio } from './figures.ts';
import { largeTask } from './large-task.ts';
import type { Bench, Peer } from './parts.ts';
import { type Slipway, startSlipway } from './slipway.ts';

const rounds = 15;
const never = new AbortController().signal;

export async function bench({ parts, peers }: Bench): Promise<void> {
  const work = await mkdtemp(path.join(os.tmpdir(), 'slipway-bench-'));
  try {
    for (const peer of [peers.docker20, peers.buildx]) {
      const image = parts.busybox.local;
      console.log(`\nDocker Engine ${peer.engine.name}, medians (quickest-slowest)\n`);
      const slipway = await startSlipway(path.join(work, peer.engine.name), peer.engine.host);
      try {
        tellHeader();
        await oneStep(slipway, peer, image);
        await sideBySide(slipway, peer, image);
      } finally {
        await slipway.stop();
      }
    }
    console.log('\nA task of 500 steps, in this process\n');
    tellHeader();
    await fiveHundredSteps();
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function oneStep(slipway: Slipway, peer: Peer, image: string): Promise<void> {
  const task = `version: v1.1.0\nsteps:\n  - cmd: ${image} true\n`;
  const ours: number[] = [];
  const theirs: number[] = [];
  await slipway.run({ task });
  for (let round = 0; round < rounds; round++) {
    ours.push(await timed(() => slipway.run({ task })));
    theirs.push(await timed(() => execute(peer, ['run', '--rm', image, 'true'])));
  }
  tellRatio('one step of a trivial command', ours, { name: 'docker run', times: theirs }, 1.3);
}

async function sideBySide(slipway: Slipway, peer: Peer, image: string): Promise<void> {
  const steps = Array.from({ length: 8 }, () => `  - cmd: ${image} sleep 2\n    when: ["-"]\n`).join('');
  const task = `version: v1.1.0\nsteps:\n${steps}`;
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let round = 0; round < 3; round++) {
    ours.push(await timed(() => slipway.run({ task })));
    theirs.push(
      await timed(() =>
        Promise.all(Array.from({ length: 8 }, () => execute(peer, ['run', '--rm', image, 'sleep', '2']))),
      ),
    );
  }
  tellRatio('eight steps of two seconds, side by side', ours, { name: '8 docker run', times: theirs }, 1.2);
}

async function fiveHundredSteps(): Promise<void> {
  const text = largeTask();
  const loads: number[] = [];
  const draws: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const began = performance.now();
    const { task, findings } = await loadTask(
      {
        name: 'large.yaml',
        text,
        set: new Map(),
        run: runVariables({
          runId: 'ca1',
          registry: 'registry.test',
          startedAt: 0,
          platform: { os: 'linux', architecture: 'amd64' },
        }),
        now: 0,
        strict: true,
        os: 'linux',
        readAliasSource: () => Promise.reject(new Error('it has none')),
      },
      never,
    );
    if (task?.steps.length !== 500) throw new Error(`it does not load: ${JSON.stringify(findings[0])}`);
    const loaded = performance.now();
    layOut(task.steps);
    loads.push(loaded - began);
    draws.push(performance.now() - loaded);
  }
  const whole = loads.map((load, round) => load + (draws[round] ?? 0));
  tell({ what: 'parsed, rendered, validated', figure: spread(loads) });
  tell({ what: 'its graph laid out', figure: spread(draws) });
  tell({ what: 'both', figure: spread(whole), target: '< 200 ms', ok: median(whole) < 200 });
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

async function execute({ command, env }: Peer, args: readonly string[]): Promise<void> {
  await promisify(execFile)(command, [...args], { env });
}
