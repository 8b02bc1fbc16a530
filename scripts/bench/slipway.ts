// Slipway in a process of its own, asked to build and to run tasks.
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { bundleTypeScript } from '../run-ts.mjs';
import { buildWorkers } from '../setup-workers.ts';
import type { BuildFailure, BuildOrder, BuildOutcome, TaskOrder, TaskOutcome } from './runtime-host.ts';

export interface Slipway {
  /** Builds to the end; rejects when the build does not succeed. */
  build(order: BuildOrder): Promise<BuildOutcome>;
  /** Runs a task to the end; rejects when it does not succeed. */
  run(order: TaskOrder): Promise<TaskOutcome>;
  stop(): Promise<void>;
}

/** Starts the runtime with a home of its own below `folder`, at this engine (`unix://…`) and no other. */
export async function startSlipway(folder: string, engine: string): Promise<Slipway> {
  await buildWorkers();
  const home = path.join(folder, 'home');
  await mkdir(home, { recursive: true });
  await writeFile(path.join(home, 'settings.json'), JSON.stringify({ embeddedEngine: false }));
  const program = await bundleTypeScript(path.join(import.meta.dirname, 'runtime-host.ts'));
  const child = fork(program, [home, engine], { execArgv: ['--expose-gc'] });
  await answerOf<string>(child);
  async function ask<Outcome extends object>(order: BuildOrder | TaskOrder): Promise<Outcome> {
    child.send(order);
    const outcome = await answerOf<Outcome | BuildFailure>(child);
    if ('failed' in outcome) throw new Error(outcome.failed);
    return outcome;
  }
  return {
    build: (order) => ask<BuildOutcome>(order),
    run: (order) => ask<TaskOutcome>(order),
    async stop() {
      const exited = once(child, 'exit');
      child.disconnect();
      await exited;
    },
  };
}

function answerOf<Answer>(child: ChildProcess): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const end = (code: number | null) => reject(new Error(`the runtime's process ended with ${code}`));
    child.once('exit', end);
    child.once('message', (message) => {
      child.off('exit', end);
      resolve(message as Answer);
    });
  });
}
