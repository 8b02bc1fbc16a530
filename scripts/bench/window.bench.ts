// The window in a real Electron: how long after a bare one it can be used, and how it fares while a step prints 100 MB.
import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { isFinal, Run } from '@shared/model/run.ts';
import { z } from 'zod';
import welcome from '../../shared/i18n/en/home.json';
import { createRunLogs } from '../../electron/engine/logs/run-logs.ts';
import type { EngineInfo } from '../parts/parts.ts';
import { median, megabyte, spread, tell, tellHeader } from './figures.ts';
import type { RunningElectron } from './page-driver.ts';
import type { Bench, Peer } from './parts.ts';
import { call, moment, type Open, withWindows } from './window.ts';

const rounds = 7;
const loudRounds = 3;
/** Milliseconds. */
const longestFrame = 100;
const line = `${'module compiled without a word of complaint, '.repeat(2)}done`.padEnd(99, '.');
const printedLines = 1_000_000;

export async function bench({ parts, peers }: Bench): Promise<void> {
  await withWindows(async (open, work) => {
    tellHeader();
    await startUp(open, parts.engines[0], work);
    // Not the engine of 20.10: with more than 1 MiB of output to tell at a time its BuildKit sends empty messages for ever,
    // and docker's own client hangs just as well.
    await hundredMegabytes(open, peers.buildx, parts.busybox.local, work);
  });
}

async function startUp(open: Open, engine: EngineInfo, work: string): Promise<void> {
  for (const kind of ['kept', 'new'] as const) {
    const bare: number[] = [];
    const usable: number[] = [];
    const complete: number[] = [];
    for (let round = kind === 'kept' ? -1 : 0; round < rounds; round++) {
      // The round before the first makes what is kept.
      const name = kind === 'kept' ? kind : `${kind}-${round}`;
      const peer = await open({ home: path.join(work, `${name}-bare`) });
      const bareMs = (await moment(peer, `document.body?.innerText === 'bare'`)) - peer.started;
      await peer.stop();
      const ours = await open({ home: path.join(work, `${name}-ours`), engine: engine.host });
      const usableMs = (await moment(ours, `document.querySelector('main h1') !== null`)) - ours.started;
      const title = JSON.stringify(welcome.welcome.title);
      const completeMs =
        (await moment(ours, `document.querySelector('main h1')?.textContent === ${title}`)) - ours.started;
      await ours.stop();
      if (round < 0) continue;
      bare.push(bareMs);
      usable.push(usableMs);
      complete.push(completeMs);
    }
    for (const [what, times] of [
      ['window can be used', usable],
      ['Home has what the runtime answers', complete],
    ] as const) {
      const beyond = median(times) - median(bare);
      tell({
        what: `start, ${kind} home: ${what}, ${beyond < 0 ? '' : '+'}${beyond.toFixed(0)} ms`,
        figure: spread(times),
        beside: `bare ${spread(bare)}`,
        ratio: median(times) / median(bare),
        target: '<= bare + 700 ms',
        ok: beyond <= 700,
      });
    }
  }
}

async function hundredMegabytes(open: Open, peer: Peer, base: string, work: string): Promise<void> {
  const context = path.join(work, 'print');
  await mkdir(context, { recursive: true });
  const live: Frames[] = [];
  const beside: Frames[] = [];
  const again: Frames[] = [];
  const stored: number[] = [];
  const seconds: number[] = [];
  for (let round = 0; round < loudRounds; round++) {
    // Another one each time, so that nothing comes out of a cache.
    const change = () => writeFile(path.join(context, 'Dockerfile'), dockerfileOf(base));
    await change();
    beside.push(await besideBareWindow(open, peer, context, work));
    await change();
    const home = path.join(work, 'loud');
    const app = await open({ home, engine: peer.engine.host });
    try {
      await moment(app, `document.querySelector('main h1') !== null`);
      await settle();
      await app.ask(recorder);
      const began = performance.now();
      const { runId } = await call(app, 'quickBuild', { context, push: false }, Run);
      await app.ask(`location.hash = '#/runs/${runId}'`);
      await succeeded(app, runId);
      seconds.push((performance.now() - began) / 1000);
      await settle(); // what is still on its way to the terminal counts too
      live.push(await framesOf(app));
      stored.push(await countLines(home, runId));
      await app.ask(`location.hash = '#/'`);
      await settle();
      await framesOf(app);
      await app.ask(`location.hash = '#/runs/${runId}'`);
      await moment(app, `document.querySelector('main [role=log]')?.textContent.includes('complaint') === true`);
      await settle();
      again.push(await framesOf(app));
    } finally {
      await app.stop();
    }
  }
  tellFrames(`Engine ${peer.engine.name}: a step prints 100 MB, window on its log`, live, beside);
  const fewest = Math.min(...stored);
  tell({
    what: `  of ${printedLines} lines stored (in ${median(seconds).toFixed(1)} s, daemon included)`,
    figure: `${fewest} lines`,
    beside: `${((printedLines * (line.length + 1)) / megabyte / median(seconds)).toFixed(1)} MB/s`,
    target: 'none lost',
    ok: fewest === printedLines,
  });
  tellFrames('  the finished log opened again', again);
}

/** The same from docker's own client, beside an Electron that does nothing: what this machine leaves for a window. */
async function besideBareWindow(open: Open, { command, env }: Peer, context: string, work: string): Promise<Frames> {
  const bare = await open({ home: path.join(work, 'loud-bare') });
  try {
    await moment(bare, `document.body?.innerText === 'bare'`);
    await settle();
    await bare.ask(recorder);
    await promisify(execFile)(command, ['build', '--progress=plain', context], {
      env: { ...env, DOCKER_BUILDKIT: '1' },
      maxBuffer: 1000 * megabyte,
    });
    await settle();
    return await framesOf(bare);
  } finally {
    await bare.stop();
  }
}

function dockerfileOf(base: string): string {
  return `FROM ${base}\nRUN : ${Date.now()} && yes '${line}' | head -n ${printedLines}\n`;
}

async function succeeded(app: RunningElectron, runId: string): Promise<void> {
  for (;;) {
    const run = await call(app, 'show', { runId }, Run);
    if (run.status === 'Succeeded') return;
    if (isFinal(run.status)) throw new Error(`the run is ${run.status}: ${JSON.stringify(run.error)}`);
    await delay(500);
  }
}

/** Whatever has just begun is done with by then. */
function settle(): Promise<void> {
  return delay(2500);
}

/** From now on, the time between frames. */
const recorder = `(() => {
  window.benchGaps = [];
  let last = performance.now();
  const tick = (now) => {
    window.benchGaps.push(now - last);
    last = now;
    requestAnimationFrame(tick);
  };
  requestAnimationFrame(tick);
})()`;

/** Times between frames, in ms, in order of length. */
type Frames = readonly number[];

/** Those since this was asked last. */
async function framesOf(app: RunningElectron): Promise<Frames> {
  const gaps = z.array(z.number()).parse(await app.ask('window.benchGaps.splice(0)'));
  return gaps.sort((one, other) => one - other);
}

/** Medians over the rounds. */
function tellFrames(what: string, rounds: readonly Frames[], peer?: readonly Frames[]): void {
  const longest = median(rounds.map((frames) => frames.at(-1) ?? 0));
  const words = (of: readonly Frames[]) => {
    const p99 = median(of.map((frames) => frames[Math.floor(frames.length * 0.99)] ?? 0));
    const over = median(of.map((frames) => frames.filter((gap) => gap > longestFrame).length));
    return `p99 ${p99.toFixed(0)} ms, ${over} over`;
  };
  const theirs = peer === undefined ? undefined : median(peer.map((frames) => frames.at(-1) ?? 0));
  tell({
    what,
    figure: `${longest.toFixed(0)} ms (${words(rounds)})`,
    ...(theirs === undefined || peer === undefined
      ? {}
      : { beside: `bare ${theirs.toFixed(0)} ms (${words(peer)})`, ratio: longest / theirs }),
    target: `<= ${longestFrame} ms`,
    ok: longest <= longestFrame,
  });
}

/** How many lines of the log are what the step printed. */
async function countLines(home: string, runId: string): Promise<number> {
  let count = 0;
  let rest = '';
  for await (const chunk of createRunLogs({ home, clock: { now: Date.now } }).text(runId, true)) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    count += lines.filter((each) => each === line).length;
  }
  return count;
}
