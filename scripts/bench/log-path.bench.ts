// The log path: 100 MB of output through the writer with 50 secrets masked, then reading and searching it, and a list of
// 10,000 runs. No peer stores logs in this way, so these are figures alone; the targets are the design's.
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { LogQuery } from '@shared/model/log-line.ts';
import { createRunLogs } from '../../electron/engine/logs/run-logs.ts';
import { openRunStore } from '../../electron/store/run-store.ts';
import { buildWorkers } from '../setup-workers.ts';
import { median, megabyte, tell, tellHeader } from './figures.ts';

const clock = { now: () => Date.now() };
const never = new AbortController().signal;

export async function bench(): Promise<void> {
  await buildWorkers();
  tellHeader();
  const home = mkdtempSync(path.join(os.tmpdir(), 'slipway-bench-'));
  try {
    await logPath(home);
    await runList(home);
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

async function logPath(home: string): Promise<void> {
  const logs = createRunLogs({ home, clock });
  const output = buildOutput();
  const linesInOutput = output.filter((byte) => byte === 0x0a).length;
  for (const [runId, secrets] of [
    ['ca1', 0],
    ['ca2', 50],
    ['ca3', 50],
  ] as const) {
    globalThis.gc?.();
    const idle = process.memoryUsage().rss;
    let highest = idle;
    const writer = logs.open(runId, 1_073_741_824);
    writer.mask(Array.from({ length: secrets }, (_, index) => `S3cr3t/${index}+"${(index * 7919).toString(36)}'&x`));
    const began = performance.now();
    let bytes = 0;
    let lines = 0;
    while (bytes < 100 * megabyte) {
      // As BuildKit sends it: pieces that cut lines anywhere.
      for (let at = 0; at < output.length; at += 32_768) {
        writer.write('build', 7, 'stdout', output.subarray(at, at + 32_768), clock.now());
      }
      bytes += output.length;
      lines += linesInOutput;
      highest = Math.max(highest, process.memoryUsage().rss);
    }
    await writer.close();
    const speed = bytes / megabyte / ((performance.now() - began) / 1000);
    const lost = [lines - (await logs.count(runId)), bytes - statSync(logFile(home, runId)).size] as const;
    const what = `store ${(bytes / megabyte).toFixed(0)} MB with ${secrets} secrets`;
    tell({ what, figure: `${speed.toFixed(0)} MB/s`, target: '>= 50 MB/s', ok: speed >= 50 });
    tell({
      what: '  lost',
      figure: `${lost[0]} lines, ${lost[1]} bytes`,
      target: 'none',
      ok: lost.every((one) => one === 0),
    });
    const memory = (highest - idle) / megabyte;
    tell({ what: '  memory above idle', figure: `${memory.toFixed(0)} MB`, target: '< 200 MB', ok: memory < 200 });
  }
  const lines = await logs.count('ca2');
  await timed(`first screen of ${lines} lines`, 300, () => logs.page('ca2', 1, 65_536));
  await timed('a screen in the middle', 300, () => logs.page('ca2', Math.floor(lines / 2), 65_536));
  await timed('search a word', 1000, () => logs.search('ca2', LogQuery.parse({ text: 'file-997' }), never));
  await timed('search what is in every line', 1000, () => logs.search('ca2', LogQuery.parse({ text: 'o' }), never));
  await timed('search an expression', 1000, () =>
    logs.search('ca2', LogQuery.parse({ text: 'file-\\d+7\\.c', regex: true }), never),
  );
  await timed('repair', 2000, () => logs.repair('ca2'));
}

function logFile(home: string, runId: string): string {
  return path.join(home, 'runs', runId, 'logs', 'step-build.log');
}

/** About a megabyte of coloured compiler output. */
function buildOutput(): Buffer {
  const lines = Array.from(
    { length: 9_000 },
    (_, index) =>
      `\x1b[32m#${index}\x1b[0m cc -O2 -Wall src/module-${index % 97}/file-${index % 1000}.c ${'x'.repeat(index % 60)}\n`,
  );
  return Buffer.from(lines.join(''));
}

async function runList(home: string): Promise<void> {
  const store = openRunStore({ home, clock });
  const owner = { pid: process.pid, started: 'bench' };
  for (let number = 0; number < 10_000; number++) {
    const { runId } = store.create(
      {
        runType: 'QuickBuild',
        cause: { kind: 'manual' },
        platforms: [],
        steps: [{ id: 'build', kind: 'build', status: 'pending', timeoutSeconds: 28_800 }],
        request: {
          kind: 'quickBuild',
          build: {
            context: `/home/ana/src/project-${number % 50}`,
            tags: ['registry.example/app:{{.Run.ID}}'],
            buildArgs: [],
            secrets: [],
            ssh: [],
            labels: {},
            platforms: [],
            noCache: false,
            pull: false,
            push: true,
            timeoutSeconds: 28_800,
          },
        },
      },
      owner,
    );
    store.update(runId, {
      status: number % 7 === 0 ? 'Failed' : 'Succeeded',
      images: [`registry.example/app-${number % 50}:${runId}`],
    });
  }
  const page = { limit: 50 };
  await timed('list 10,000 runs: newest', 100, () => store.list(page));
  await timed('list 10,000 runs: by status', 100, () => store.list({ ...page, statuses: ['Failed'] }));
  await timed('list 10,000 runs: by image', 100, () => store.list({ ...page, image: 'app-7' }));
  await timed('list 10,000 runs: by text that is rare', 100, () => store.list({ ...page, text: 'app-49:ca7' }));
  await timed('list 10,000 runs: all', 100, () => store.list({ limit: 100_000 }));
  store.close();
}

/** The median of seven, after one that warms up. `limit` in ms. */
async function timed(what: string, limit: number, work: () => unknown): Promise<void> {
  await work();
  const times: number[] = [];
  for (let round = 0; round < 7; round++) {
    const began = performance.now();
    await work();
    times.push(performance.now() - began);
  }
  const ms = median(times);
  tell({ what, figure: `${ms.toFixed(1)} ms`, target: `< ${limit} ms`, ok: ms < limit });
}
