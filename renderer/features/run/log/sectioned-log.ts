import type { AppFailure } from '@shared/model/app-error.ts';
import type { LogLine, StepLines } from '@shared/model/log-line.ts';
import { failureOf } from '../../../api/client.ts';
import type { client } from '../../../api/client.ts';
import { lastLine, lineOfRow, rowOfLine } from './line-map.ts';
import type { StepSpan } from './log-outline.ts';
import { openStoredLog } from './stored-log.ts';
import type { StoredLog } from './stored-log.ts';

/** A line of a step, counted from 0 among its own. */
export interface StepRow {
  readonly stepId: string;
  readonly row: number;
}

/** A run's log on disk by steps: how long the part of each is, and the lines of those that are looked at. */
export interface SectionedLog {
  /** By step, the run's own under `''`; another map when lines have come. */
  parts(): ReadonlyMap<string, StepLines>;
  /** A line of a step, counted from 0 among its own; undefined until it was read. */
  line(stepId: string, row: number): LogLine | undefined;
  /** Its number in the run; undefined until it is known. */
  lineNumber(stepId: string, row: number): number | undefined;
  /** These lines are looked at: reads what of them isn't here. */
  want(spans: readonly StepSpan[]): void;
  /** Where a line of the run (or of this step, where that is known) stands; undefined when there is none of that number. */
  find(line: number, stepId?: string): Promise<StepRow | undefined>;
  /** Looks for lines that have come since. */
  refresh(): Promise<void>;
  /** Whether {@link refresh} has answered once. */
  ready(): boolean;
  failure(): AppFailure | undefined;
  /** Changes with everything that can be seen. */
  readonly version: () => number;
  readonly subscribe: (listener: () => void) => () => void;
  /** Gives up what is being read. It can be used again. */
  rest(): void;
}

/** Steps whose lines are held though nobody looks at them right now, and characters of each. */
const keptSteps = 8;
const keptCharacters = 1_000_000;

type SectionReader = Pick<(typeof client)['runs'], 'lines' | 'lineRanges' | 'stepLines'>;

interface OpenStep {
  readonly log: StoredLog;
  readonly close: () => void;
}

export function openSectionedLog(reader: SectionReader, runId: string): SectionedLog {
  const listeners = new Set<() => void>();
  /** By step; the last looked at at the end. */
  const steps = new Map<string, OpenStep>();
  let parts: ReadonlyMap<string, StepLines> = new Map();
  let lines = 0;
  let ready = false;
  let failure: AppFailure | undefined;
  let version = 0;
  let resting = new AbortController();
  let refreshing: Promise<void> | undefined;

  const changed = () => {
    version += 1;
    for (const listener of listeners) listener();
  };

  const fail = (thrown: unknown) => {
    failure = failureOf(thrown);
    changed();
  };

  const stepOfLine = async (line: number): Promise<string | undefined> => {
    const [found] = await reader.lines({ runId, from: line, count: 1 });
    return found?.line === line ? found.stepId : undefined;
  };

  const stepLog = (stepId: string): StoredLog => {
    let step = steps.get(stepId);
    if (step === undefined) {
      const log = openStoredLog(reader, runId, { stepId }, keptCharacters);
      const unsubscribe = log.subscribe(changed);
      const close = () => {
        unsubscribe();
        log.rest();
      };
      step = { log, close };
    }
    steps.delete(stepId);
    steps.set(stepId, step);
    return step.log;
  };

  const look = async (signal: AbortSignal) => {
    try {
      const answer = await reader.stepLines({ runId, from: lines + 1 }, signal);
      // What is asked anew asks for the same lines.
      if (signal.aborted) return;
      const news = answer.steps.length > 0;
      lines = answer.lines;
      if (news) parts = withMore(parts, answer.steps);
      if (ready && !news) return;
      ready = true;
      changed();
    } catch (thrown) {
      if (!signal.aborted) fail(thrown);
    }
  };
  const refresh = (): Promise<void> => {
    const { signal } = resting;
    refreshing ??= look(signal).finally(() => {
      if (!signal.aborted) refreshing = undefined;
    });
    return refreshing;
  };

  return {
    parts: () => parts,
    line: (stepId, row) => steps.get(stepId)?.log.line(row),
    lineNumber(stepId, row) {
      const map = steps.get(stepId)?.log.map();
      return map === undefined || row >= map.rows ? undefined : lineOfRow(map, row);
    },
    want(spans) {
      for (const { stepId, from, count } of spans) {
        const log = stepLog(stepId);
        if (log.failure() !== undefined) continue;
        if (log.map().rows < (parts.get(stepId)?.lines ?? 0)) void log.refresh();
        log.want(from, count);
      }
      const seen = new Set(spans.map(({ stepId }) => stepId));
      const others = [...steps].filter(([stepId]) => !seen.has(stepId));
      for (const [stepId, step] of others.slice(0, Math.max(0, others.length - keptSteps))) {
        steps.delete(stepId);
        step.close();
      }
    },
    async find(line, known) {
      try {
        const stepId = known ?? (await stepOfLine(line));
        if (stepId === undefined) return undefined;
        const log = stepLog(stepId);
        // Twice: what is being read may be given up in between, when the run ends.
        for (let tries = 0; tries < 2 && lines < line; tries++) await refresh();
        for (let tries = 0; tries < 2 && lastLine(log.map()) < line; tries++) await log.refresh();
        const there = lines >= line && lastLine(log.map()) >= line;
        return there ? { stepId, row: rowOfLine(log.map(), line) } : undefined;
      } catch (thrown) {
        fail(thrown);
        return undefined;
      }
    },
    refresh,
    ready: () => ready,
    failure: () => failure ?? [...steps.values()].map(({ log }) => log.failure()).find((each) => each !== undefined),
    version: () => version,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    rest() {
      resting.abort();
      resting = new AbortController();
      refreshing = undefined;
      for (const { log } of steps.values()) log.rest();
    },
  };
}

/** What was known with what came behind it. */
function withMore(known: ReadonlyMap<string, StepLines>, more: readonly StepLines[]): ReadonlyMap<string, StepLines> {
  const parts = new Map(known);
  for (const step of more) {
    const marks = [...(known.get(step.stepId)?.marks ?? []), ...step.marks];
    parts.set(step.stepId, { ...step, marks });
  }
  return parts;
}
