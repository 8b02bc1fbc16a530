// Task files and templates from outside that mean no good: what it takes until each is an error, in a process of its own, as the
// window looks at a file: reading it, rendering it, checking it, in a thread where it asks for much. No peer: the limits are S9 and S10
// of the design (200 ms for YAML, a second for templates, 50 MB for both).
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { type HostileFile, hostileFiles } from '../../electron/engine/taskfile/test-hostile.ts';
import { hostileTemplates } from '../../electron/engine/templating/test-hostile.ts';
import { bundleTypeScript } from '../run-ts.mjs';
import { buildWorkers } from '../setup-workers.ts';
import { median, megabyte, tell, tellHeader } from './figures.ts';
import type { HostileOutcome } from './hostile-host.ts';

const rounds = 3;
const memoryLimit = 50 * megabyte;

export async function bench(): Promise<void> {
  // As they are built for people.
  await buildWorkers({ sourceMaps: false });
  const host = await bundleTypeScript(path.join(import.meta.dirname, 'hostile-host.ts'));
  const work = await mkdtemp(path.join(os.tmpdir(), 'slipway-bench-'));
  try {
    tellHeader();
    const files = hostileFiles.filter(({ code }) => !isOfTemplates(code));
    await all(
      'YAML',
      files.filter(({ permitted }) => permitted !== true),
      200,
      work,
      host,
    );
    const templates = [
      ...hostileFiles.filter(({ code }) => isOfTemplates(code)),
      ...hostileTemplates.map(([name, text]) => ({ name, text })),
    ];
    await all('template', templates, 1_000, work, host);
    await all(
      'as large as may be',
      files.filter(({ permitted }) => permitted === true),
      undefined,
      work,
      host,
    );
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

function isOfTemplates(code: HostileFile['code']): boolean {
  return code.startsWith('template.') || code === 'file.renderedTooLarge';
}

type Case = Omit<HostileFile, 'code'>;

/** Tells each case, and the worst of them. `limit` in ms; undefined for what has none. */
async function all(
  kind: string,
  cases: readonly Case[],
  limit: number | undefined,
  work: string,
  host: string,
): Promise<void> {
  const verdict = (milliseconds: number, memory: number) =>
    limit === undefined ? {} : { target: `< ${limit} ms, 50 MB`, ok: milliseconds < limit && memory <= memoryLimit };
  let [slowest, largest] = [0, 0];
  for (const [index, each] of cases.entries()) {
    const outcomes = await lookAt(each, path.join(work, `${kind}-${index}`), host);
    const milliseconds = median(outcomes.map((outcome) => outcome.milliseconds));
    const memory = median(outcomes.map((outcome) => outcome.memory));
    const [outcome] = outcomes;
    if (outcome?.errors.length === 0) throw new Error(`${each.name} is no error`);
    [slowest, largest] = [Math.max(slowest, milliseconds), Math.max(largest, memory)];
    tell({
      what: `${kind}: ${each.name}`,
      figure: `${milliseconds.toFixed(0)} ms, ${(memory / megabyte).toFixed(0)} MB`,
      beside: outcome?.errors.slice(0, 1).join('') ?? '',
      ...verdict(milliseconds, memory),
    });
  }
  tell({
    what: `${kind}: the worst of ${cases.length}`,
    figure: `${slowest.toFixed(0)} ms, ${(largest / megabyte).toFixed(0)} MB`,
    ...verdict(slowest, largest),
  });
}

async function lookAt(
  { text, values, sources = {} }: Case,
  folder: string,
  host: string,
): Promise<readonly HostileOutcome[]> {
  await mkdir(folder);
  const files = { 'acb.yaml': text, ...(values === undefined ? {} : { 'values.yaml': values }), ...sources };
  for (const [name, content] of Object.entries(files)) await writeFile(path.join(folder, name), content);
  const outcomes: HostileOutcome[] = [];
  for (let round = 0; round < rounds; round++) {
    const child = fork(host, [folder, 'acb.yaml', ...(values === undefined ? [] : ['values.yaml'])], {
      execArgv: ['--expose-gc'],
    });
    outcomes.push(
      await new Promise<HostileOutcome>((resolve, reject) => {
        child.once('message', (outcome) => resolve(outcome as HostileOutcome));
        child.once('exit', (code) => reject(new Error(`the process ended with ${code}`)));
      }),
    );
    if (child.exitCode === null) await once(child, 'exit');
  }
  await rm(folder, { recursive: true });
  return outcomes;
}
