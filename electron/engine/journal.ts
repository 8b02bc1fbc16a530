/**
 * What a run writes down, as ports: the record (a database behind it) and the log (files behind it). Both keep one rule:
 * append, then announce. When a listener is told, what it is told of survives a kill -9 of this process.
 */
import type {
  LineRanges,
  LogLine,
  LogQuery,
  LogSearchResult,
  LogStream,
  StepLinesPage,
} from '@shared/model/log-line.ts';
import type { Finding, Run, RunFilter, Vertex } from '@shared/model/run.ts';

/** A process, told apart from a later one with the same number by its start. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Opaque; equal for the same process only. */
  readonly started: string;
}

/** What a new record is made of; the id, the times and the rest follow. */
export type NewRun = Pick<Run, 'runType' | 'cause' | 'request' | 'platforms' | 'stepPlatforms' | 'steps' | 'source'>;

/** What may change on a record. */
export type RunChange = Partial<
  Omit<Run, 'runId' | 'runType' | 'cause' | 'request' | 'createTime' | 'lastUpdatedTime'>
>;

/**
 * Run records, shared by every process of this home. All methods are short, synchronous transactions; listeners are told
 * after the commit, of changes by other processes as well (within a second).
 */
export interface RunStore {
  /**
   * Writes a record in state `Queued` under the next run id (`ca1` … `caz`, `ca10`; spec: runs-and-logs 2.1). The owner is
   * the process that means to run it; when that is gone, a window adopts it.
   */
  create(run: NewRun, owner: ProcessIdentity): Run;
  /** @throws `run.notFound` */
  get(runId: string): Run;
  /** Whether there is a record of this id. */
  has(runId: string): boolean;
  /** Newest first. */
  list(filter: RunFilter): readonly Run[];
  /** @throws `run.notFound` */
  update(runId: string, change: RunChange): Run;
  /** Makes a queued run `Started` and this process its owner, in one transaction; false when another was quicker or it was canceled. */
  claim(runId: string, owner: ProcessIdentity): boolean;
  /** Queued runs, the oldest first, with the process that means to run them. */
  queued(): readonly { readonly run: Run; readonly owner: ProcessIdentity }[];
  /** Runs that are `Started` or `Running`, with their owner. */
  active(): readonly { readonly run: Run; readonly owner: ProcessIdentity }[];
  /** Inserts or replaces vertices by (step, number), and brings `cachedVertices` and `totalVertices` of the run up to date. */
  saveVertices(runId: string, vertices: readonly Vertex[]): void;
  /** By step, then number. */
  vertices(runId: string): readonly Vertex[];
  addFinding(runId: string, finding: Finding): void;
  /** Deletes records (not their logs). */
  remove(runIds: readonly string[]): void;
  /** Final runs that finished before this moment (ms, UTC) and aren't kept. */
  expired(before: number): readonly string[];
  /** This home's id: random, made with the database, the same ever after. */
  readonly homeId: string;
  onChange(listener: (runId: string) => void): () => void;
  onRemove(listener: (runId: string) => void): () => void;
  close(): void;
}

/**
 * The log of one run while it is written. Not to be used after `close`. When the disk refuses, the call that notices or the
 * one after it throws (`disk.full`, naming the path), and so do all that follow, and {@link broken} fires; `close` gives the
 * files back all the same.
 */
export interface RunLogWriter {
  /**
   * A line of Slipway's own, stamped as ACR's are: `2024/03/09 08:07:08 text` (UTC). `stepId` empty for the run's. Masked too.
   * Lines about a vertex (`[2/4] RUN make`, `DONE 1.2s`) name it and carry no stamp.
   */
  engineLine(stepId: string, text: string, options?: { readonly stamped?: boolean; readonly vertex?: number }): void;
  /** Output of a step. May split lines, ANSI sequences, characters and secrets anywhere. `time` in ms, UTC. */
  write(stepId: string, vertex: number, stream: Exclude<LogStream, 'engine'>, data: Uint8Array, time: number): void;
  /** Ends the open line of a vertex, as when it is done. */
  endVertex(stepId: string, vertex: number): void;
  /**
   * The step writes no more: its open lines end, and what is kept of its end, when it passed the limit, follows now. `close`
   * does the same for the steps that nobody ended.
   */
  endStep(stepId: string): void;
  /**
   * From now on these are masked, in whatever form (spec: reliability-security K1, K2). Tells those that aren't, by their
   * place in the list: shorter than three characters, or a word like `true` that says nothing and stands everywhere.
   */
  mask(secrets: readonly string[]): readonly { readonly index: number; readonly reason: 'tooShort' | 'commonWord' }[];
  /** A text for the record with the same secrets masked: an error's cause, a vertex's name. */
  masked(text: string): string;
  /** Lines on disk. */
  readonly lines: number;
  /** Fires with what went wrong: also where nobody says anything for long, or what is said comes from where nobody waits. */
  readonly broken: AbortSignal;
  /** Everything written so far is on disk and announced. */
  flush(): void;
  /** Flushes, writes the kept tail where the limit was passed, and closes. Tells what was cut, if anything. */
  close(): Promise<{
    readonly cut: readonly { readonly stepId: string; readonly lines: number; readonly bytes: number }[];
  }>;
}

/** Lines as columns, as they go over the log port. */
export interface LogPage {
  readonly first: number;
  readonly count: number;
  /** Joined by line feeds. */
  readonly text: string;
  readonly times: Float64Array;
  /** Index into `steps`. */
  readonly step: Uint16Array;
  readonly vertex: Uint16Array;
  /** Index into `LogStream.options`. */
  readonly stream: Uint8Array;
  readonly continues: Uint8Array;
  readonly steps: readonly string[];
}

/** Logs of runs, on disk. Reading works while the run goes on, in this process or another. */
export interface RunLogs {
  open(runId: string, limitBytes: number): RunLogWriter;
  /** Lines from `from` (1…) on: at most `maxBytes` of text, at least one line if there is one. */
  page(runId: string, from: number, maxBytes: number): Promise<LogPage>;
  /** Up to `count` lines from `from` on; all, or one step's (then `from` still counts the run's lines). */
  lines(runId: string, from: number, count: number, stepId?: string): Promise<readonly LogLine[]>;
  /** Where the lines of a step or of one of its vertices stand, from line `from` on; without a step, all lines. */
  ranges(runId: string, from: number, stepId?: string, vertices?: readonly number[]): Promise<LineRanges>;
  /** The parts of the steps that have lines from `from` on; marks only of those lines. */
  stepLines(runId: string, from: number): Promise<StepLinesPage>;
  /** Over everything on disk, off the main thread when it is large. */
  search(runId: string, query: LogQuery, signal: AbortSignal): Promise<LogSearchResult>;
  /** How many lines are on disk. */
  count(runId: string): Promise<number>;
  /** Makes the files of an interrupted run whole again (a torn last line or index entry is cut off); says how many lines there are. */
  repair(runId: string): Promise<number>;
  /** The log as text, `ansi` kept or taken out: all of it, or the lines of some vertices. */
  text(runId: string, ansi: boolean, only?: (stepId: string, vertex: number) => boolean): AsyncIterable<string>;
  remove(runId: string): Promise<void>;
  /** Told when lines of a run have reached the disk, by this process at once, by another within 250 ms while somebody listens. */
  onLines(runId: string, listener: (lines: number) => void): () => void;
}
