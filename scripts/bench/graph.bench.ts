// A task of 500 steps in a real window: from the press that reads it to the first frame with its graph, and its other views.
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Step } from '@shared/model/run.ts';
import { z } from 'zod';
import words from '../../shared/i18n/en/task-screen.json';
import { currentProcess } from '../../electron/process-identity.ts';
import { openRunStore } from '../../electron/store/run-store.ts';
import { spread, tell, tellHeader, median } from './figures.ts';
import { largeTask, largeTaskSteps } from './large-task.ts';
import type { RunningElectron } from './page-driver.ts';
import type { Bench } from './parts.ts';
import { moment, type Open, withWindows } from './window.ts';

/** Each in a window of its own, where nothing was ever drawn. */
const windows = 5;
/** In a window that has done it before. */
const again = 4;
/** Milliseconds. */
const limit = 200;
const small = 'version: v1.1.0\nsteps:\n  - id: alone\n    cmd: bash true\n';

export async function bench({ parts }: Bench): Promise<void> {
  await withWindows(async (open, work) => {
    tellHeader();
    const first = new Map<string, number[]>();
    const later = new Map<string, number[]>();
    for (let round = 0; round < windows; round++) {
      await inOneWindow(open, path.join(work, `home-${round}`), parts.engines[0].host, (what, time, isFirst) => {
        const times = isFirst ? first : later;
        times.set(what, [...(times.get(what) ?? []), time]);
      });
    }
    for (const [what, times] of first) {
      tell({
        what,
        figure: spread(times),
        beside: `again ${spread(later.get(what) ?? times)}`,
        target: `< ${limit} ms`,
        ok: median(times) < limit,
      });
    }
  });
}

type Report = (what: string, ms: number, isFirst: boolean) => void;

async function inOneWindow(open: Open, home: string, engine: string, report: Report): Promise<void> {
  const folder = path.join(home, 'task');
  await mkdir(folder, { recursive: true });
  const file = path.join(folder, 'acb.yaml');
  await writeFile(file, small);
  const runId = keepRun(home);
  const app = await open({ home, engine });
  try {
    await moment(app, `document.querySelector('main h1') !== null`);
    await app.ask(`localStorage.setItem('slipway.taskSteps', 'graph')`);
    await app.ask(`location.hash = ${JSON.stringify(`#/task?path=${encodeURIComponent(file)}`)}`);
    const tab = (name: string) =>
      `[...document.querySelectorAll('[role=tab]')].find((tab) => tab.textContent === ${JSON.stringify(name)})`;
    await moment(app, `${tab(words.tab.steps)} !== undefined`);
    await drawn(app, `${tab(words.tab.steps)}.click()`, nodes(1));
    for (let round = 0; round <= again; round++) {
      const isFirst = round === 0;
      await writeFile(file, largeTask());
      const press = `document.querySelector('[aria-label=${JSON.stringify(words.preview.refresh)}]').click()`;
      report('read, rendered, checked, told and drawn', await drawn(app, press, nodes(10)), isFirst);
      report('  of which the answer', await answer(app, file), isFirst);
      await drawn(app, `${tab(words.tab.terminal)}.click()`, nodes(0));
      report('  the graph drawn anew', await drawn(app, `${tab(words.tab.steps)}.click()`, nodes(10)), isFirst);
      report('  all of it in sight', await drawn(app, key('0'), nodes(500)), isFirst);
      const look = (name: string) =>
        `[...document.querySelectorAll('button[aria-pressed]')].find((button) => button.textContent === ${JSON.stringify(name)}).click()`;
      report('  as a list', await drawn(app, look(words.steps.look.list), `${nodes(0)} && ${rows(5)}`), isFirst);
      await drawn(app, look(words.steps.look.graph), nodes(10));
      await writeFile(file, small);
      await drawn(app, press, `document.querySelectorAll('[data-node]').length === 1`);
    }
    for (let round = 0; round <= again; round++) {
      await app.ask(`localStorage.removeItem('slipway.log'); location.hash = '#/runs/${runId}'`);
      await moment(app, `document.querySelector('[data-row]') !== null`);
      report('a run: its graph opened', await drawn(app, key('g'), nodes(10)), round === 0);
      await app.ask(`location.hash = '#/'`);
      await moment(app, `document.querySelector('[data-node]') === null`);
    }
  } finally {
    await app.stop();
  }
}

/** At least so many nodes of a graph are there; 0: none is. */
function nodes(count: number): string {
  const found = `document.querySelectorAll('[data-node]').length`;
  return count === 0 ? `${found} === 0` : `${found} >= ${count}`;
}

function rows(count: number): string {
  return `document.querySelectorAll('[role=tabpanel] li').length >= ${count}`;
}

function key(name: string): string {
  return `(document.querySelector('[data-node][tabindex="0"]') ?? document.body).dispatchEvent(
    new KeyboardEvent('keydown', { key: ${JSON.stringify(name)}, code: 'Key${name.toUpperCase()}', bubbles: true, cancelable: true }))`;
}

/** From doing this to the end of the first frame in which the condition holds: ms. */
async function drawn(app: RunningElectron, doing: string, condition: string): Promise<number> {
  const value = await app.ask(`new Promise((done) => {
    const began = performance.now();
    ${doing};
    const look = () => {
      // What is posted before a frame is painted comes after it.
      if (${condition}) setTimeout(() => done(performance.now() - began));
      else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  })`);
  await app.ask(`new Promise((done) => setTimeout(done, 300))`);
  return z.number().parse(value);
}

/** What the same question takes without anybody who draws the answer: ms. */
async function answer(app: RunningElectron, file: string): Promise<number> {
  const request = JSON.stringify({ source: { kind: 'file', path: file }, context: path.dirname(file) });
  return z.number().parse(
    await app.ask(`(async () => {
      const began = performance.now();
      await window.slipway.invoke('taskFiles', 'preview', ${request}, 'bench-' + began);
      return performance.now() - began;
    })()`),
  );
}

/** Leaves the record of a run of the large task in the home: one step failed, what waited for it never began. */
function keepRun(home: string): string {
  const store = openRunStore({ home, clock: { now: () => Date.now() } });
  const begin = Date.now() - 3_600_000;
  const at = (seconds: number) => new Date(begin + seconds * 1000).toISOString();
  const lost = new Set<string>();
  const steps = largeTaskSteps().map(({ id, does, needs }, index): Step => {
    const failed = id === 'service-40-test';
    const skipped = needs.some((need) => lost.has(need));
    if (failed || skipped) lost.add(id);
    return {
      id,
      kind: does.startsWith('build') ? 'build' : does.startsWith('push') ? 'push' : 'cmd',
      title: does.slice(does.indexOf(':') + 2),
      needs: [...needs],
      timeoutSeconds: 600,
      ...(skipped
        ? { status: 'skipped' }
        : {
            startTime: at(index),
            finishTime: at(index + 12),
            ...(failed ? { status: 'failed', exitCode: 1 } : { status: 'succeeded' }),
          }),
    };
  });
  try {
    const { runId } = store.create(
      {
        runType: 'QuickRun',
        cause: { kind: 'manual' },
        request: {
          kind: 'quickRun',
          run: {
            source: { kind: 'text', text: largeTask(), name: 'acb.yaml' },
            values: [],
            timeoutSeconds: 3600,
            allow: [],
            breakpoints: { before: [], after: [], onFailure: false },
          },
        },
        platforms: [{ os: 'linux', architecture: 'amd64' }],
        steps,
      },
      currentProcess(),
    );
    store.update(runId, { status: 'Failed', startTime: at(0), finishTime: at(520), steps });
    return runId;
  } finally {
    store.close();
  }
}
