import { z } from 'zod';
import type { BuildEvent } from '../engine/ports.ts';
import type { BuildVertex } from './buildkit/vertices.ts';
import type { ProgressLine } from './json-stream.ts';

/** What the last step left, as the builder tells it (moby: types.BuildResult). */
const BuildResult = z.object({ ID: z.string().regex(/^sha256:[0-9a-f]{64}$/) });

/** Docker's classic builder: `Step 2/5 : RUN make`. Buildah, inside Podman: `STEP 2/5: RUN make`, in stages `[1/2] STEP 2/5: …`. */
const stepLine = /^(?:\[(\d+)\/\d+\] )?step (\d+)\/(\d+) ?: (.*)/is;
/** The words between steps, which are the builder's own and not a program's. */
const cachedLine = /^ ?--+> using cache/i;
const builderLine = /^( ?--+> |removing intermediate container |successfully (built|tagged) |commit )/i;
/** The classic builder paints standard error red, and has no other way to tell it. */
const red = { on: '\u001b[91m', off: '\u001b[0m' };

/**
 * Reads the progress of a tar upload's build as events: each instruction is a vertex, in a chain. What a step prints
 * belongs to its vertex.
 */
export class TarProgress {
  private readonly onEvent: (event: BuildEvent) => void;
  private vertex: BuildVertex | undefined;
  private position = { stage: '', step: 0 };
  private id: string | undefined;
  private tail = '';

  constructor(onEvent: (event: BuildEvent) => void) {
    this.onEvent = onEvent;
  }

  /** The image's id, once it was told. */
  get imageId(): string | undefined {
    return this.id;
  }

  /** The vertex that is being built. */
  get current(): BuildVertex | undefined {
    return this.vertex;
  }

  /** The end of what it printed. */
  get output(): string {
    return this.tail;
  }

  /** Takes a line in that is no error. */
  take(line: ProgressLine): void {
    const built = BuildResult.safeParse(line.aux);
    if (built.success) this.id = built.data.ID;
    if (line.stream !== undefined) this.takeStream(line.stream);
    if (line.status !== undefined) this.takeStatus(line.status, line);
  }

  /** The build is over; so is the vertex that was running. */
  end(status: 'succeeded' | 'failed' | 'canceled', error?: string): void {
    if (this.vertex?.status !== 'running') return;
    this.change({ status, finishTime: now(), ...(error === undefined ? {} : { error }) });
  }

  private takeStream(text: string): void {
    const step = stepLine.exec(text);
    if (step !== null && this.isNext(step)) return this.begin(step);
    if (cachedLine.test(text)) this.change({ cached: true });
    if (builderLine.test(text)) return this.log('stdout', text);
    const isError = text.startsWith(red.on);
    const plain = isError ? text.slice(red.on.length, text.endsWith(red.off) ? -red.off.length : undefined) : text;
    this.tail = (this.tail + plain).slice(-4096);
    this.log(isError ? 'stderr' : 'stdout', plain);
  }

  /** A program may print what looks like a step; the real ones count on. */
  private isNext([, stage = '', step]: RegExpExecArray): boolean {
    return Number(step) === (stage === this.position.stage ? this.position.step + 1 : 1);
  }

  private begin([, stage = '', step, steps, instruction = '']: RegExpExecArray): void {
    this.end('succeeded');
    const before = this.vertex;
    this.position = { stage, step: Number(step) };
    this.tail = '';
    const number = (before?.number ?? 0) + 1;
    this.vertex = {
      number,
      digest: `step:${number}`,
      inputs: before === undefined ? [] : [before.digest],
      name: `[${step}/${steps}] ${instruction.trim()}`,
      status: 'running',
      cached: false,
      startTime: now(),
      progress: [],
    };
    this.onEvent({ kind: 'vertex', vertex: this.vertex });
  }

  /** A layer that is pulled has an id and numbers; the rest are sentences. */
  private takeStatus(status: string, { id, progressDetail }: ProgressLine): void {
    if (id === undefined || this.vertex === undefined)
      return this.log('stdout', `${id === undefined ? '' : `${id}: `}${status}\n`);
    const { current = 0, total = 0 } = progressDetail ?? {};
    const done = /^(pull complete|already exists|download complete)$/i.test(status);
    const before = this.vertex.progress.find((one) => one.id === id);
    const item = {
      id,
      current: Math.max(current, before?.current ?? 0),
      total: Math.max(total, before?.total ?? 0),
      done,
    };
    this.change({ progress: [...this.vertex.progress.filter((one) => one !== before), item] });
  }

  private change(change: Partial<BuildVertex>): void {
    if (this.vertex === undefined) return;
    this.vertex = { ...this.vertex, ...change };
    this.onEvent({ kind: 'vertex', vertex: this.vertex });
  }

  private log(stream: 'stdout' | 'stderr', text: string): void {
    this.onEvent({ kind: 'log', vertex: this.vertex?.number ?? 0, stream, data: Buffer.from(text), time: Date.now() });
  }
}

function now(): string {
  return new Date().toISOString();
}
