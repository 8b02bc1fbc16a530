import { closeSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { LogStream } from '@shared/model/log-line.ts';
import type { RunLogWriter } from '../journal.ts';
import type { Clock } from '../ports.ts';
import { openToWrite, writeAll } from './line-file.ts';
import { LineSplitter, splitText, type LineSink } from './line-splitter.ts';
import { foldFlag } from './fold-marks.ts';
import { committedFile, continues, encodeCommitted, stepFile } from './log-files.ts';
import { makeWhole } from './log-repair.ts';
import { StepLog } from './step-log.ts';
import { engineStamp } from './engine-stamp.ts';
import { createMasker } from './masker.ts';

/** A batch goes to disk when it has so many bytes, or is so many milliseconds old. */
const batchBytes = 65_536;
const batchMs = 16;
/** A line that stays open is shown as far as it came, at the second of these ticks: a prompt that nobody answers. */
const openLineMs = 500;

type EngineLineOptions = NonNullable<Parameters<RunLogWriter['engineLine']>[2]>;

interface OpenStream {
  readonly stepId: string;
  readonly vertex: number;
  readonly splitter: LineSplitter;
  /** Of what was written last. */
  time: number;
  /** Already open at the last tick. */
  waiting: boolean;
}

/** Opens the log of a run to write; what is there is made whole first and goes on. `announce` is told the lines on disk. */
export function openLogWriter(
  folder: string,
  limitBytes: number,
  clock: Clock,
  announce: (lines: number) => void,
): RunLogWriter {
  return new LogWriter(folder, limitBytes, clock, announce);
}

class LogWriter implements RunLogWriter {
  private readonly folder: string;
  private readonly limitBytes: number;
  private readonly clock: Clock;
  private readonly announce: (lines: number) => void;
  private readonly masker = createMasker();
  private readonly steps = new Map<string, StepLog>();
  private readonly open = new Map<string, OpenStream>();
  private readonly committed: number;
  private onDisk: number;
  private next: number;
  /** Bytes not on disk. */
  private pending = 0;
  private batchTimer: NodeJS.Timeout | undefined;
  private openTimer: NodeJS.Timeout | undefined;
  /** The first thing that went wrong; every call after it throws it. */
  private failure: Error | undefined;
  private readonly breaking = new AbortController();

  constructor(folder: string, limitBytes: number, clock: Clock, announce: (lines: number) => void) {
    this.folder = folder;
    this.limitBytes = limitBytes;
    this.clock = clock;
    this.announce = announce;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    this.onDisk = makeWhole(folder);
    this.next = this.onDisk + 1;
    this.committed = openToWrite(path.join(folder, committedFile));
  }

  get lines(): number {
    return this.onDisk;
  }

  get broken(): AbortSignal {
    return this.breaking.signal;
  }

  mask(secrets: readonly string[]): ReturnType<RunLogWriter['mask']> {
    return this.masker.add(secrets);
  }

  masked(text: string): string {
    return Buffer.from(this.masker.mask(Buffer.from(text))).toString();
  }

  engineLine(stepId: string, text: string, { stamped, vertex = 0 }: EngineLineOptions = {}): void {
    this.guarded(() => {
      const time = this.clock.now();
      const whole = (stamped ?? vertex === 0) ? `${engineStamp(time)} ${text}` : text;
      splitText(
        whole,
        this.masker,
        this.sink(stepId, vertex, 'engine', () => time),
      );
    });
  }

  write(stepId: string, vertex: number, stream: 'stdout' | 'stderr', data: Uint8Array, time: number): void {
    this.guarded(() => {
      const key = `${stream} ${vertex} ${stepId}`;
      const opened = this.open.get(key) ?? this.openStream(stepId, vertex, stream);
      opened.time = time;
      opened.splitter.write(data);
      if (!opened.splitter.open) {
        this.open.delete(key);
        return;
      }
      this.open.set(key, opened);
      this.openTimer ??= setTimeout(() => this.onOpenTimer(), openLineMs);
    });
  }

  private openStream(stepId: string, vertex: number, stream: 'stdout' | 'stderr'): OpenStream {
    const opened: OpenStream = {
      stepId,
      vertex,
      time: 0,
      waiting: false,
      splitter: new LineSplitter(
        this.masker,
        this.sink(stepId, vertex, stream, () => opened.time),
      ),
    };
    return opened;
  }

  private sink(stepId: string, vertex: number, stream: LogStream, time: () => number): LineSink {
    const step = this.step(stepId);
    // A build's vertices speak at once: what one of them folded would hide lines of the others.
    const folds = stream !== 'engine' && vertex === 0;
    let within = false;
    return (bytes, start, end, goesOn) => {
      const flags = (goesOn ? continues : 0) | (folds && !within ? foldFlag(bytes, start, end) : 0);
      within = goesOn;
      this.next += step.append(
        { line: this.next, time: time(), vertex, stream: LogStream.options.indexOf(stream), flags },
        bytes,
        start,
        end,
      );
      this.pending += end - start + 1;
      if (this.pending >= batchBytes) this.writeBatch();
      else this.batchTimer ??= setTimeout(() => this.onBatchTimer(), batchMs);
    };
  }

  private step(stepId: string): StepLog {
    let step = this.steps.get(stepId);
    if (step === undefined) {
      step = new StepLog(path.join(this.folder, stepFile(stepId)), stepId, this.limitBytes);
      this.steps.set(stepId, step);
    }
    return step;
  }

  endVertex(stepId: string, vertex: number): void {
    this.guarded(() => this.endStreams((opened) => opened.stepId === stepId && opened.vertex === vertex));
  }

  endStep(stepId: string): void {
    this.guarded(() => {
      this.endStreams((opened) => opened.stepId === stepId);
      this.writeBatch();
      const step = this.steps.get(stepId);
      if (step !== undefined) this.finish(step);
    });
  }

  private endStreams(which: (opened: OpenStream) => boolean): void {
    for (const [key, opened] of this.open) {
      if (!which(opened)) continue;
      opened.splitter.end();
      this.open.delete(key);
    }
  }

  private finish(step: StepLog): void {
    const written = step.writeTail(this.next, this.clock.now());
    if (written === 0) return;
    this.next += written;
    this.writeBatch();
    step.dropTail();
  }

  flush(): void {
    this.guarded(() => this.writeBatch());
  }

  async close(): ReturnType<RunLogWriter['close']> {
    try {
      this.guarded(() => {
        this.endStreams(() => true);
        this.writeBatch();
        for (const step of this.steps.values()) this.finish(step);
      });
      return { cut: [...this.steps.values()].flatMap((step) => step.cut ?? []) };
    } finally {
      clearTimeout(this.batchTimer);
      clearTimeout(this.openTimer);
      for (const step of this.steps.values()) step.close();
      closeSync(this.committed);
      // The system gives the descriptors' numbers to other files: who writes late must not write there.
      this.failure ??= new Error('the log is closed');
    }
  }

  /** Text, index, then the count that makes them readable; then it is told. */
  private writeBatch(): void {
    clearTimeout(this.batchTimer);
    this.batchTimer = undefined;
    this.pending = 0;
    for (const step of this.steps.values()) step.flush();
    const lines = this.next - 1;
    if (lines === this.onDisk) return;
    writeAll(this.committed, encodeCommitted(lines), 0, path.join(this.folder, committedFile));
    this.onDisk = lines;
    this.announce(lines);
  }

  private onBatchTimer(): void {
    this.batchTimer = undefined;
    this.untilNextCall(() => this.writeBatch());
  }

  private onOpenTimer(): void {
    this.openTimer = undefined;
    this.untilNextCall(() => {
      for (const opened of this.open.values()) {
        if (opened.waiting) opened.splitter.settle();
        opened.waiting = true;
      }
      if (this.open.size > 0) this.openTimer = setTimeout(() => this.onOpenTimer(), openLineMs);
    });
  }

  /** In a timer nobody hears what is thrown: the next call throws it. */
  private untilNextCall(work: () => void): void {
    try {
      if (this.failure === undefined) work();
    } catch (error) {
      this.fail(error);
    }
  }

  private guarded(work: () => void): void {
    if (this.failure !== undefined) throw this.failure;
    try {
      work();
    } catch (error) {
      throw this.fail(error);
    }
  }

  private fail(thrown: unknown): Error {
    const failure = asError(thrown);
    this.failure = failure;
    this.breaking.abort(failure);
    return failure;
  }
}

function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
