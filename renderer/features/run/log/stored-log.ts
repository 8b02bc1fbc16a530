import type { AppFailure } from '@shared/model/app-error.ts';
import type { LogLine } from '@shared/model/log-line.ts';
import { failureOf } from '../../../api/client.ts';
import type { client } from '../../../api/client.ts';
import { emptyLineMap, extendLineMap, lastLine, spansOfRows } from './line-map.ts';
import type { LineMap } from './line-map.ts';

/** What of a run's log is shown: all of it, one step, or some vertices of a step. */
export interface LogScope {
  readonly stepId?: string;
  readonly vertices?: readonly number[];
}

/** A run's log on disk, or a part of it, by rows. Holds the pages around what is looked at, and no more. */
export interface StoredLog {
  /** Grows while the run goes on. */
  map(): LineMap;
  /** Undefined until it was read. */
  line(row: number): LogLine | undefined;
  /** These rows are looked at: reads what of them isn't here. */
  want(firstRow: number, count: number): void;
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

const pageRows = 200;
/** Characters that are kept; a page on the screen is kept whatever it has. */
const keptCharacters = 8_000_000;
const keptAtLeast = 4;

/** What is being read until it is given up. What comes after begins anew, and waits for nothing that was given up. */
interface Reading {
  readonly signal: AbortSignal;
  readonly loading: Set<number>;
  refreshing: Promise<void> | undefined;
  readonly rest: () => void;
}

function newReading(): Reading {
  const controller = new AbortController();
  return {
    signal: controller.signal,
    loading: new Set(),
    refreshing: undefined,
    rest: () => controller.abort(),
  };
}

export type LogReader = Pick<(typeof client)['runs'], 'lines' | 'lineRanges'>;

/** @param kept characters that are held beyond what is looked at */
export function openStoredLog(reader: LogReader, runId: string, scope: LogScope, kept = keptCharacters): StoredLog {
  const listeners = new Set<() => void>();
  let reading = newReading();
  /** By number; the last used at the end. */
  const pages = new Map<number, readonly LogLine[]>();
  let map = emptyLineMap;
  let ready = false;
  let failure: AppFailure | undefined;
  let version = 0;

  const changed = () => {
    version += 1;
    for (const listener of listeners) listener();
  };
  const fail = (thrown: unknown, signal: AbortSignal) => {
    if (signal.aborted) return;
    failure = failureOf(thrown);
    changed();
  };

  const load = async (page: number) => {
    const { signal, loading } = reading;
    loading.add(page);
    try {
      const first = page * pageRows;
      const spans = spansOfRows(map, first, pageRows);
      const answers = await Promise.all(
        spans.map((span) =>
          reader.lines({ runId, ...span, ...(scope.stepId === undefined ? {} : { stepId: scope.stepId }) }, signal),
        ),
      );
      if (signal.aborted) return;
      const lines = answers
        .flatMap((answer, index) =>
          answer.filter(({ line }) => line < (spans[index]?.from ?? 0) + (spans[index]?.count ?? 0)),
        )
        .filter((line) => scope.vertices === undefined || scope.vertices.includes(line.vertex));
      pages.delete(page);
      pages.set(page, lines);
      evict();
      changed();
    } catch (thrown) {
      fail(thrown, signal);
    } finally {
      loading.delete(page);
    }
  };

  const evict = () => {
    const sizes = [...pages].map(([page, lines]) => ({
      page,
      size: lines.reduce((sum, each) => sum + each.text.length, 0),
    }));
    let total = sizes.reduce((sum, { size }) => sum + size, 0);
    for (const { page, size } of sizes.slice(0, -keptAtLeast)) {
      if (total <= kept) return;
      pages.delete(page);
      total -= size;
    }
  };

  const look = async (mine: Reading) => {
    const { signal } = mine;
    try {
      const answer = await reader.lineRanges({ runId, ...scopeOf(scope), from: lastLine(map) + 1 }, signal);
      // What is asked anew asks for the same lines: they would be there twice.
      if (signal.aborted) return;
      const rows = map.rows;
      map = extendLineMap(map, answer.ranges);
      if (ready && map.rows === rows) return;
      ready = true;
      changed();
    } catch (thrown) {
      fail(thrown, signal);
    } finally {
      mine.refreshing = undefined;
    }
  };

  return {
    map: () => map,
    line: (row) => pages.get(Math.floor(row / pageRows))?.[row % pageRows],
    want(firstRow, count) {
      const { loading } = reading;
      if (map.rows === 0 || failure !== undefined) return;
      const lastRow = Math.min(firstRow + count, map.rows) - 1;
      for (let page = Math.floor(firstRow / pageRows); page <= Math.floor(lastRow / pageRows); page++) {
        const here = pages.get(page);
        const whole = Math.min(pageRows, map.rows - page * pageRows);
        if (here !== undefined) {
          pages.delete(page);
          pages.set(page, here);
        }
        if ((here?.length ?? 0) < whole && !loading.has(page)) void load(page);
      }
    },
    refresh: () => (reading.refreshing ??= look(reading)),
    ready: () => ready,
    failure: () => failure,
    version: () => version,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    rest() {
      reading.rest();
      reading = newReading();
    },
  };
}

function scopeOf({ stepId, vertices }: LogScope): { stepId?: string; vertices?: number[] } {
  return {
    ...(stepId === undefined ? {} : { stepId }),
    ...(vertices === undefined ? {} : { vertices: [...vertices] }),
  };
}
