/** Runs one scenario through a runtime, and says what came of it in the words of the table. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect } from 'vitest';
import type { RuntimeHandlers } from '@shared/contract/index.ts';
import type { AppEvent } from '@shared/contract/events.ts';
import { QuickRunRequest } from '@shared/model/quick-run.ts';
import { isFinal, type Run } from '@shared/model/run.ts';
import type { RunLogs } from '../../journal.ts';
import type { Scenario } from './scenario-testing.ts';

/** What is needed of a runtime. */
export interface ScenarioRuntime {
  readonly handlers: Pick<RuntimeHandlers, 'runs'>;
  readonly logs: RunLogs;
  onEvent(listener: (event: AppEvent) => void): () => void;
}

const never = new AbortController().signal;

/** Carries a scenario out and holds its outcome against what is expected. `image` has the script of the acts at /actor.sh. */
export async function checkScenario(scenario: Scenario, runtime: ScenarioRuntime, image: string): Promise<void> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'slipway scenario '));
  try {
    const context = await contextOf(scenario, folder, image);
    const request = QuickRunRequest.parse({
      ...(context === undefined ? {} : { context }),
      source: { kind: 'text', text: actorsIn(scenario.task, image), name: 'scenario.yaml' },
      ...scenario.request,
    });
    const { runId } = await runtime.handlers.runs.quickRun(request, never);
    if (scenario.cancelAt !== undefined) {
      await lineOf(runtime, runId, scenario.cancelAt);
      await runtime.handlers.runs.cancel({ runId }, never);
    }
    const run = await endOf(runtime, runId);
    const log = await logOf(runtime, runId);
    expect.soft(outcomeOf(run, scenario), log).toEqual(expectedOf(scenario));
    const wanted = (scenario.log ?? []).map((text) => actorsIn(text, image));
    expect.soft(inOrder(log, wanted), log).toEqual(wanted);
    for (const text of scenario.notInLog ?? []) expect.soft(log).not.toContain(text);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function contextOf({ context }: Scenario, folder: string, image: string): Promise<string | undefined> {
  if (context === undefined) return undefined;
  for (const [name, text] of Object.entries(context)) {
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
    await writeFile(path.join(folder, name), actorsIn(text, image));
  }
  return folder;
}

function actorsIn(text: string, image: string): string {
  return text
    .replaceAll('ACTOR_IMAGE', image)
    .replaceAll('ACTOR_HOST', image.split('/', 1)[0] ?? '')
    .replaceAll('ACTOR', `${image} sh /actor.sh`);
}

/** As much of a run as the scenario speaks of. */
function outcomeOf(run: Run, scenario: Scenario) {
  return {
    status: run.status,
    ...(scenario.error === undefined ? {} : { error: run.error?.code }),
    steps: Object.fromEntries(
      run.steps.map((step) => [
        step.id,
        {
          status: step.status,
          exitCode: step.exitCode === 0 ? undefined : step.exitCode,
          attempts: step.attempts?.length,
          errorIgnored: step.errorIgnored,
        },
      ]),
    ),
  };
}

function expectedOf({ status, steps, error }: Scenario) {
  return {
    status,
    ...(error === undefined ? {} : { error }),
    steps: Object.fromEntries(
      Object.entries(steps).map(([id, step]) => [
        id,
        {
          exitCode: undefined,
          attempts: undefined,
          errorIgnored: undefined,
          ...(typeof step === 'string' ? { status: step } : step),
        },
      ]),
    ),
  };
}

/** The wanted lines that were found, each behind the one before. */
function inOrder(log: string, wanted: readonly string[]): readonly string[] {
  let from = 0;
  return wanted.filter((text) => {
    const at = log.indexOf(text, from);
    if (at !== -1) from = at + text.length;
    return at !== -1;
  });
}

async function endOf(runtime: ScenarioRuntime, runId: string): Promise<Run> {
  return until(runtime, runId, async () => {
    const run = await runtime.handlers.runs.show({ runId }, never);
    return isFinal(run.status) ? run : undefined;
  });
}

/** Resolves when a line with this text is in the log. */
async function lineOf(runtime: ScenarioRuntime, runId: string, text: string): Promise<void> {
  let stop: () => void = () => undefined;
  await new Promise<void>((resolve, reject) => {
    const look = () =>
      void runtime.logs.lines(runId, 1, 1000).then((lines) => {
        if (lines.some((line) => line.text.includes(text))) resolve();
      }, reject);
    stop = runtime.logs.onLines(runId, look);
    look();
  });
  stop();
}

async function until<T>(runtime: ScenarioRuntime, runId: string, look: () => Promise<T | undefined>): Promise<T> {
  let stop: () => void = () => undefined;
  try {
    return await new Promise<T>((resolve, reject) => {
      const again = () => void look().then((found) => found !== undefined && resolve(found), reject);
      stop = runtime.onEvent((event) => {
        if (event.kind === 'runChanged' && event.runId === runId) again();
      });
      again();
    });
  } finally {
    stop();
  }
}

async function logOf(runtime: ScenarioRuntime, runId: string): Promise<string> {
  let text = '';
  for await (const chunk of runtime.logs.text(runId, false)) text += chunk;
  return text;
}
