import type { Run, RunStatus, Step, Vertex } from '@shared/model/run.ts';

/** What a run, a step or a vertex can look like. Their states differ; what a person sees is one set. */
export type State = 'queued' | 'running' | 'succeeded' | 'failed' | 'canceled' | 'timedout' | 'error' | 'skipped';

/** The ground, line and text of a state, as class names. The shape is {@link StateIcon}'s, the word `common:state.<state>`. */
export interface StateLook {
  readonly fg: string;
  readonly bg: string;
  readonly line: string;
}

const running: StateLook = { fg: 'text-running-fg', bg: 'bg-running-bg', line: 'border-running-line' };
const succeeded: StateLook = { fg: 'text-succeeded-fg', bg: 'bg-succeeded-bg', line: 'border-succeeded-line' };
const failed: StateLook = { fg: 'text-failed-fg', bg: 'bg-failed-bg', line: 'border-failed-line' };
const warning: StateLook = { fg: 'text-warning-fg', bg: 'bg-warning-bg', line: 'border-warning-line' };
const idle: StateLook = { fg: 'text-idle-fg', bg: 'bg-idle-bg', line: 'border-idle-line' };

/** The one table of states for the whole product. */
export const stateLooks: Readonly<Record<State, StateLook>> = {
  queued: idle,
  running,
  succeeded,
  failed,
  canceled: idle,
  timedout: warning,
  error: warning,
  skipped: idle,
};

const runStates: Readonly<Record<RunStatus, State>> = {
  Queued: 'queued',
  Started: 'running',
  Running: 'running',
  Succeeded: 'succeeded',
  Failed: 'failed',
  Canceled: 'canceled',
  Error: 'error',
  Timeout: 'timedout',
};

const stepStates: Readonly<Record<Step['status'] | Vertex['status'], State>> = {
  pending: 'queued',
  running: 'running',
  succeeded: 'succeeded',
  failed: 'failed',
  skipped: 'skipped',
  canceled: 'canceled',
  timedout: 'timedout',
};

export function stateOfRun(run: Pick<Run, 'status'>): State {
  return runStates[run.status];
}

/** For steps and vertices alike. */
export function stateOfStep(step: { readonly status: Step['status'] | Vertex['status'] }): State {
  return stepStates[step.status];
}
