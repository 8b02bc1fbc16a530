import { formatLogLine } from '@shared/format/log-text.ts';
import { formatMoment } from '@shared/format/moment.ts';
import { isFinal, type Run, type Step } from '@shared/model/run.ts';
import { LogStream } from '@shared/model/log-line.ts';
import { stripAnsi } from '../engine/logs/ansi.ts';
import type { Runtime } from '../runtime.ts';
import type { Messages } from './messages.ts';
import type { Output } from './output.ts';

/** Bytes of log read at a time. */
const pageBytes = 256 * 1024;

/** What is told of a run while it goes on. */
export interface RunListener {
  /** The record changed in a way worth telling: state, reason to wait, steps. */
  readonly onRun: (run: Run) => void;
  readonly onStepStarted: (step: Step) => void;
  readonly onLine: (line: {
    readonly stepId: string;
    readonly vertex: number;
    readonly stream: LogStream;
    readonly text: string;
  }) => void;
  readonly onStepFinished: (step: Step) => void;
}

/**
 * Follows a run of any process to its end, or tells what there is of it now: every line of its log once and in order, each step's start before its lines and
 * its end after them. Resolves with the final record; rejects when the signal fires, which leaves the run going.
 */
export async function followRun(
  runtime: Runtime,
  runId: string,
  until: 'end' | 'now',
  listener: RunListener,
  signal: AbortSignal,
): Promise<Run> {
  const news = newsOf(runtime, runId, signal);
  const show = () => runtime.handlers.runs.show({ runId }, signal);
  const steps = createStepTeller(listener);
  const drain = createDrain(runtime, runId, async (line) => {
    if (!steps.knows(line.stepId)) steps.starts(line.stepId, await show());
    listener.onLine(line);
  });
  // Nothing else keeps a process alive that only looks at what another one does.
  const awake = setInterval(() => undefined, 2 ** 30);
  let next = 1;
  try {
    for (;;) {
      signal.throwIfAborted();
      // The record first: the lines of a step that it calls finished are all on disk.
      const run = await show();
      listener.onRun(run);
      next = await drain(next);
      steps.tell(run);
      if (until === 'now' || isFinal(run.status)) return run;
      await news.wait();
    }
  } finally {
    clearInterval(awake);
    news.stop();
  }
}

/** Tells of each step's start and end once, the end of a step before the start of what followed it. */
function createStepTeller(listener: Pick<RunListener, 'onStepStarted' | 'onStepFinished'>) {
  const started = new Set<string>();
  const finished = new Set<string>();

  function finish(step: Step): void {
    if (step.status === 'pending' || step.status === 'running' || finished.has(step.id)) return;
    finished.add(step.id);
    listener.onStepFinished(step);
  }

  function start(step: Step, run: Run): void {
    if (step.startTime === undefined || started.has(step.id)) return;
    const begun = Date.parse(step.startTime);
    for (const before of run.steps)
      if (started.has(before.id) && Date.parse(before.finishTime ?? '') <= begun) finish(before);
    started.add(step.id);
    listener.onStepStarted(step);
  }

  return {
    /** Whether lines of this step may follow now; what belongs to no step always may. */
    knows: (stepId: string) => stepId === '' || started.has(stepId),
    starts(stepId: string, run: Run): void {
      const step = run.steps.find(({ id }) => id === stepId);
      if (step !== undefined) start(step, run);
    },
    /** Everything that the record says, when all lines up to it were handed over. */
    tell(run: Run): void {
      for (const step of run.steps) {
        start(step, run);
        finish(step);
      }
    },
  };
}

/** Hands over lines in order, each whole: the pieces of a long line are put together again, also across pages. */
function createDrain(
  runtime: Runtime,
  runId: string,
  onLine: (line: Parameters<RunListener['onLine']>[0]) => Promise<void>,
): (from: number) => Promise<number> {
  const open = new Map<string, string>();
  return async function drain(from) {
    let next = from;
    for (;;) {
      const page = await runtime.logs.page(runId, next, pageBytes);
      if (page.count === 0) return next;
      const texts = page.text.split('\n');
      for (let index = 0; index < page.count; index += 1) {
        const stepId = page.steps[page.step[index] ?? 0] ?? '';
        const vertex = page.vertex[index] ?? 0;
        const stream = LogStream.options[page.stream[index] ?? 0] ?? 'engine';
        const key = `${stepId} ${vertex} ${stream}`;
        const text = (open.get(key) ?? '') + (texts[index] ?? '');
        if (page.continues[index] === 1) {
          open.set(key, text);
        } else {
          open.delete(key);
          await onLine({ stepId, vertex, stream, text });
        }
      }
      next = page.first + page.count;
    }
  };
}

/** Wakes whoever waits when the record or the log of a run changed since the last wait. */
function newsOf(runtime: Runtime, runId: string, signal: AbortSignal): { wait(): Promise<void>; stop(): void } {
  let changed = false;
  let wake: (() => void) | undefined;
  const tell = () => {
    changed = true;
    wake?.();
  };
  const stopEvents = runtime.onEvent((event) => {
    if (event.kind === 'runChanged' && event.runId === runId) tell();
  });
  const stopLines = runtime.logs.onLines(runId, tell);
  signal.addEventListener('abort', tell, { once: true });
  return {
    async wait() {
      if (!changed) await new Promise<void>((resolve) => (wake = resolve));
      changed = false;
      wake = undefined;
    },
    stop() {
      stopEvents();
      stopLines();
      signal.removeEventListener('abort', tell);
    },
  };
}

/** Prints a run as a person reads it. */
export function plainListener(output: Output, messages: Messages): RunListener {
  let shownReason = '';
  return {
    onRun(run) {
      const reason =
        run.status === 'Queued' && run.waitReason !== undefined
          ? messages.t(`wait.${run.waitReason.kind}`, {
              ...run.waitReason,
              ...(run.waitReason.kind === 'concurrency' ? { count: run.waitReason.ahead } : {}),
            })
          : '';
      if (reason !== '' && reason !== shownReason) output.progress(reason);
      shownReason = reason;
    },
    onStepStarted: () => undefined,
    onLine: ({ vertex, stream, text }) => {
      const line = formatLogLine({ vertex, text: plainText(text, output) });
      output.progress(output.color && stream === 'engine' ? `\u001B[2m${line}\u001B[0m` : line);
    },
    onStepFinished: () => undefined,
  };
}

/** What a program printed, its colours kept where we may use some ourselves. */
export function plainText(text: string, output: Output): string {
  return output.color ? text : stripAnsi(text);
}

/** Prints a run as the events of `--json`; their members are a contract (docs/cli.md). */
export function jsonListener(output: Output): RunListener {
  return {
    onRun: () => undefined,
    onStepStarted: (step) => output.event({ event: 'step.started', stepId: step.id, time: step.startTime }),
    onLine: ({ stepId, vertex, stream, text }) =>
      output.event({
        event: 'step.log',
        stepId,
        stream: stream === 'stderr' ? 'stderr' : 'stdout',
        text,
        ...(vertex === 0 ? {} : { vertex }),
      }),
    onStepFinished: (step) =>
      output.event({
        event: 'step.finished',
        stepId: step.id,
        status: step.status,
        ...(step.exitCode === undefined ? {} : { exitCode: step.exitCode }),
        time: step.finishTime ?? formatMoment(Date.now()),
      }),
  };
}
