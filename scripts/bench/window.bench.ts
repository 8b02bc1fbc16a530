// The window in a real Electron: how long after a bare one it can be used, and how it fares while a step prints 100 MB.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { isFinal, Run } from '@shared/model/run.ts';
import { z } from 'zod';
import welcome from '../../shared/i18n/en/home.json';
import { createRunLogs } from '../../electron/engine/logs/run-logs.ts';
import type { EngineInfo } from '../parts/parts.ts';
import { freePort } from '../parts/registry.ts';
import { ensureBuilt } from '../setup/build.mjs';
import { needsDisplay, startVirtualDisplay } from '../setup/display.mjs';
import { ensureElectron } from '../setup/electron.mjs';
import { projectRoot } from '../setup/folders.mjs';
import { isRoot } from '../setup/launch.mjs';
import { median, megabyte, spread, tell, tellHeader } from './figures.ts';
import { type RunningElectron, startElectron } from './page-driver.ts';
import type { Bench } from './parts.ts';

const rounds = 7;
const line = `${'module compiled without a word of complaint, '.repeat(2)}done`.padEnd(99, '.');
const printedLines = 1_000_000;

export async function bench({ parts }: Bench): Promise<void> {
  if (!(await ensureBuilt())) throw new Error('the app could not be built');
  const screen = needsDisplay() ? await startVirtualDisplay() : undefined;
  const work = await mkdtemp(path.join(os.tmpdir(), 'slipway-bench-'));
  try {
    const { executable } = await ensureElectron();
    const open = opener(executable, work, screen?.display);
    tellHeader();
    await startUp(open, parts.engines[0], work);
    // Not the engine of 20.10: with more than 1 MiB of output to tell at a time its BuildKit sends empty messages for ever,
    // and docker's own client hangs just as well.
    await hundredMegabytes(open, parts.engines[1], parts.busybox.local, work);
  } finally {
    screen?.stop();
    await rm(work, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** Opens the app with this home, or an Electron that has a window with a word in it and nothing else. */
type Open = (what: { readonly home: string; readonly engine?: string }) => Promise<RunningElectron>;

function opener(executable: string, work: string, display: string | undefined): Open {
  const bare = path.join(work, 'bare');
  const root = isRoot() ? ['--no-sandbox'] : [];
  return async ({ home, engine }) => {
    const env: NodeJS.ProcessEnv = {
      ...process.env,
      ...(display === undefined ? {} : { DISPLAY: display }),
      SLIPWAY_HOME: home,
      DOCKER_CONFIG: path.join(home, 'docker-config'),
      DBUS_SESSION_BUS_ADDRESS: 'disabled:',
      LANGUAGE: 'en',
      LC_ALL: 'C.UTF-8',
    };
    for (const name of ['DOCKER_CONTEXT', 'ELECTRON_RUN_AS_NODE', 'SLIPWAY_PASSPHRASE']) delete env[name];
    const port = await freePort();
    if (engine !== undefined) {
      await writeSettings(home);
      return startElectron(executable, [...root, projectRoot], port, { ...env, DOCKER_HOST: engine });
    }
    await makeBareApp(bare);
    return startElectron(executable, [...root, `--user-data-dir=${path.join(home, 'window')}`, bare], port, env);
  };
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

async function hundredMegabytes(open: Open, engine: EngineInfo, base: string, work: string): Promise<void> {
  const home = path.join(work, `log-${engine.name}`);
  const context = path.join(work, `print-${engine.name}`);
  await mkdir(context, { recursive: true });
  await writeFile(
    path.join(context, 'Dockerfile'),
    `FROM ${base}\nRUN : ${Date.now()} && yes '${line}' | head -n ${printedLines}\n`,
  );
  const app = await open({ home, engine: engine.host });
  try {
    await moment(app, `document.querySelector('main h1')?.textContent === ${JSON.stringify(welcome.welcome.title)}`);
    await app.ask(recorder);
    const began = performance.now();
    const { runId } = await call(app, 'quickBuild', { context, push: false }, Run);
    await app.ask(`location.hash = '#/runs/${runId}'`);
    let run: Run;
    do {
      await delay(500);
      run = await call(app, 'show', { runId }, Run);
    } while (!isFinal(run.status));
    const seconds = (performance.now() - began) / 1000;
    if (run.status !== 'Succeeded') throw new Error(`the run is ${run.status}: ${JSON.stringify(run.error)}`);
    // What is still on its way to the terminal counts too.
    await delay(3000);
    tellFrames(`Engine ${engine.name}: a step prints 100 MB, window on its log`, await framesOf(app), 'live');
    const stored = await countLines(home, runId);
    tell({
      what: `  of ${printedLines} lines stored (in ${seconds.toFixed(1)} s, daemon included)`,
      figure: `${stored} lines`,
      beside: `${((printedLines * (line.length + 1)) / megabyte / seconds).toFixed(1)} MB/s`,
      target: 'none lost',
      ok: stored === printedLines,
    });
    await app.ask(`location.hash = '#/'`);
    await delay(1000);
    await framesOf(app);
    await app.ask(`location.hash = '#/runs/${runId}'`);
    await moment(app, `document.querySelector('main [role=log]')?.textContent.includes('complaint') === true`);
    await delay(2000);
    tellFrames('  the finished log opened again', await framesOf(app), 'stored');
  } finally {
    await app.stop();
  }
}

/** When this is true and the window has painted it: ms since 1970. */
async function moment(app: RunningElectron, condition: string): Promise<number> {
  const value = await app.ask(`new Promise((done) => {
    const look = () => {
      if (document.visibilityState === 'visible' && (${condition})) {
        requestAnimationFrame(() => setTimeout(() => done(performance.timeOrigin + performance.now())));
      } else requestAnimationFrame(look);
    };
    look();
  })`);
  return z.number().parse(value);
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

/** The gaps since this was asked last, in ms. */
async function framesOf(app: RunningElectron): Promise<readonly number[]> {
  return z.array(z.number()).parse(await app.ask('window.benchGaps.splice(0)'));
}

function tellFrames(what: string, gaps: readonly number[], kind: string): void {
  const sorted = [...gaps].sort((one, other) => one - other);
  const at = (part: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0;
  const longest = sorted.at(-1) ?? 0;
  tell({
    what,
    figure: `longest frame ${longest.toFixed(0)} ms`,
    beside: `${kind}: median ${at(0.5).toFixed(0)}, p99 ${at(0.99).toFixed(0)} ms, ${gaps.filter((gap) => gap > 100).length} over`,
    target: '<= 100 ms',
    ok: longest <= 100,
  });
}

const Invoked = z.object({ ok: z.boolean(), value: z.unknown().optional(), error: z.unknown().optional() });
let calls = 0;

/** Through the bridge, as the window itself does. */
async function call<Output>(
  app: RunningElectron,
  operation: string,
  input: unknown,
  output: z.ZodType<Output>,
): Promise<Output> {
  const words = ['runs', operation, input, `bench-${++calls}`].map((word) => JSON.stringify(word)).join(', ');
  const result = Invoked.parse(await app.ask(`window.slipway.invoke(${words})`));
  if (!result.ok) throw new Error(`runs.${operation}: ${JSON.stringify(result.error)}`);
  return output.parse(result.value);
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

async function writeSettings(home: string): Promise<void> {
  await mkdir(home, { recursive: true });
  const settings = { embeddedEngine: false, language: 'en' };
  await writeFile(path.join(home, 'settings.json'), JSON.stringify(settings));
}

async function makeBareApp(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(
    path.join(folder, 'package.json'),
    JSON.stringify({ name: 'bare', version: '1.0.0', main: 'main.js' }),
  );
  await writeFile(
    path.join(folder, 'main.js'),
    `const { app, BrowserWindow } = require('electron');
app.whenReady().then(() => new BrowserWindow({ width: 1200, height: 800 }).loadFile('index.html'));
`,
  );
  await writeFile(path.join(folder, 'index.html'), '<!doctype html><title>bare</title><body>bare</body>');
}
