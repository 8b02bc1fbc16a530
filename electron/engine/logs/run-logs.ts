import { rm, rmdir } from 'node:fs/promises';
import { LogStream, type LogLine } from '@shared/model/log-line.ts';
import type { LogPage, RunLogs } from '../journal.ts';
import type { Clock } from '../ports.ts';
import { stripAnsi } from './ansi.ts';
import { committedLines, continues, logFolder, runFolder } from './log-files.ts';
import { readLines, type StoredLine } from './log-reader.ts';
import { findLineRanges } from './log-ranges.ts';
import { makeWhole } from './log-repair.ts';
import { searchLog } from './log-search.ts';
import { openLogWriter } from './log-writer.ts';
import { findStepLines } from './step-lines.ts';

/** How often a log that another process writes is looked at, while somebody listens. */
const pollMs = 200;
const exportBytes = 1_048_576;

/** The logs of the runs of this home (`<home>/runs/<run id>/logs`); `log-files.ts` says how they lie there. */
export function createRunLogs({ home, clock }: { readonly home: string; readonly clock: Clock }): RunLogs {
  const listeners = new LineListeners(home);
  const folderOf = (runId: string) => logFolder(home, runId);
  return {
    open: (runId, limitBytes) => {
      const writer = openLogWriter(folderOf(runId), limitBytes, clock, (lines) => listeners.tell(runId, lines));
      return writer;
    },
    page: async (runId, from, maxBytes) =>
      toPage(from, await readLines(folderOf(runId), from, { lines: maxBytes, bytes: maxBytes })),
    lines: async (runId, from, count, stepId) => {
      const stored = await readLines(folderOf(runId), from, { lines: count, bytes: Number.POSITIVE_INFINITY }, stepId);
      return stored.map(toLine);
    },
    ranges: (runId, from, stepId, vertices) => findLineRanges(folderOf(runId), from, stepId, vertices),
    stepLines: (runId, from) => findStepLines(folderOf(runId), from),
    search: (runId, query, signal) => searchLog(folderOf(runId), query, signal),
    count: async (runId) => committedLines(folderOf(runId)),
    repair: async (runId) => makeWhole(folderOf(runId)),
    text: (runId, ansi, only) => logText(folderOf(runId), ansi, only),
    remove: async (runId) => {
      await rm(folderOf(runId), { recursive: true, force: true });
      await removeIfEmpty(runFolder(home, runId));
    },
    onLines: (runId, listener) => listeners.add(runId, listener),
  };
}

function toLine({ entry, stepId, text }: StoredLine): LogLine {
  const { line, vertex, time } = entry;
  return {
    line,
    stepId,
    vertex,
    stream: LogStream.options[entry.stream] ?? 'stdout',
    time,
    text,
    continues: goesOn(entry.flags),
  };
}

function goesOn(flags: number): boolean {
  return (flags & continues) !== 0;
}

function toPage(from: number, lines: readonly StoredLine[]): LogPage {
  const steps = [...new Set(lines.map((line) => line.stepId))];
  const places = new Map(steps.map((stepId, index) => [stepId, index]));
  return {
    first: from,
    count: lines.length,
    text: lines.map((line) => line.text).join('\n'),
    times: Float64Array.from(lines, (line) => line.entry.time),
    step: Uint16Array.from(lines, (line) => places.get(line.stepId) ?? 0),
    vertex: Uint16Array.from(lines, (line) => line.entry.vertex),
    stream: Uint8Array.from(lines, (line) => line.entry.stream),
    continues: Uint8Array.from(lines, (line) => (goesOn(line.entry.flags) ? 1 : 0)),
    steps,
  };
}

/** The log as one text. Pieces of a line are joined, unless another step or vertex spoke in between. */
async function* logText(
  folder: string,
  ansi: boolean,
  only: (stepId: string, vertex: number) => boolean = () => true,
): AsyncGenerator<string> {
  let open: StoredLine | undefined;
  for (let from = 1; ;) {
    const lines = await readLines(folder, from, { lines: exportBytes, bytes: exportBytes });
    const parts: string[] = [];
    for (const line of lines) {
      if (!only(line.stepId, line.entry.vertex)) continue;
      if (open !== undefined && !isNextPiece(open, line)) parts.push('\n');
      parts.push(ansi ? line.text : stripAnsi(line.text));
      if (goesOn(line.entry.flags)) open = line;
      else {
        open = undefined;
        parts.push('\n');
      }
    }
    if (lines.length === 0) {
      if (open !== undefined) yield '\n';
      return;
    }
    yield parts.join('');
    from += lines.length;
  }
}

function isNextPiece(open: StoredLine, line: StoredLine): boolean {
  return (
    open.stepId === line.stepId && open.entry.vertex === line.entry.vertex && open.entry.stream === line.entry.stream
  );
}

async function removeIfEmpty(folder: string): Promise<void> {
  try {
    await rmdir(folder);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code !== 'ENOENT' && code !== 'ENOTEMPTY' && code !== 'EEXIST') throw error;
  }
}

/** Who wants to hear of which run's lines. Writers of this process tell at once; for others the count on disk is looked at. */
class LineListeners {
  private readonly home: string;
  private readonly runs = new Map<string, { told: number; readonly listeners: Set<(lines: number) => void> }>();
  private timer: NodeJS.Timeout | undefined;

  constructor(home: string) {
    this.home = home;
  }

  add(runId: string, listener: (lines: number) => void): () => void {
    let run = this.runs.get(runId);
    if (run === undefined) {
      run = { told: this.onDisk(runId), listeners: new Set() };
      this.runs.set(runId, run);
    }
    run.listeners.add(listener);
    this.timer ??= setInterval(() => this.look(), pollMs).unref();
    return () => {
      run.listeners.delete(listener);
      if (run.listeners.size === 0 && this.runs.get(runId) === run) this.runs.delete(runId);
      if (this.runs.size > 0) return;
      clearInterval(this.timer);
      this.timer = undefined;
    };
  }

  tell(runId: string, lines: number): void {
    const run = this.runs.get(runId);
    if (run === undefined || lines <= run.told) return;
    run.told = lines;
    for (const listener of run.listeners) listener(lines);
  }

  private look(): void {
    for (const runId of this.runs.keys()) this.tell(runId, this.onDisk(runId));
  }

  private onDisk(runId: string): number {
    return committedLines(logFolder(this.home, runId));
  }
}
