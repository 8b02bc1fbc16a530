// Windows to measure in: the built app on the real Electron, or an Electron with nothing in it.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import { freePort } from '../parts/registry.ts';
import { ensureBuilt } from '../setup/build.mjs';
import { needsDisplay, startVirtualDisplay } from '../setup/display.mjs';
import { ensureElectron } from '../setup/electron.mjs';
import { projectRoot } from '../setup/folders.mjs';
import { isRoot } from '../setup/launch.mjs';
import { type RunningElectron, startElectron } from './page-driver.ts';

/** Builds the app, and gives what opens windows of it, with a folder that is removed afterwards. */
export async function withWindows(measure: (open: Open, work: string) => Promise<void>): Promise<void> {
  if (!(await ensureBuilt())) throw new Error('the app could not be built');
  const screen = needsDisplay() ? await startVirtualDisplay() : undefined;
  const work = await mkdtemp(path.join(os.tmpdir(), 'slipway-bench-'));
  try {
    const { executable } = await ensureElectron();
    await measure(opener(executable, work, screen?.display), work);
  } finally {
    screen?.stop();
    await rm(work, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** Opens the app with this home, or an Electron that has a window with a word in it and nothing else. */
export type Open = (what: { readonly home: string; readonly engine?: string }) => Promise<RunningElectron>;

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

/** When this is true and the window has painted it: ms since 1970. */
export async function moment(app: RunningElectron, condition: string): Promise<number> {
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

const Invoked = z.object({ ok: z.boolean(), value: z.unknown().optional(), error: z.unknown().optional() });
let calls = 0;

/** Through the bridge, as the window itself does. */
export async function call<Output>(
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
