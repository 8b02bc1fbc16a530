/**
 * The graph of one build as the daemon's status messages tell it, piece by piece: vertices repeat as they change, and
 * what they move comes in messages of its own.
 */
import type { Vertex } from '@shared/model/run.ts';
import { type StatusResponse, type StatusVertex, toMilliseconds } from './proto/control.ts';

/** A vertex as events carry it; the step is filled in by the receiver. */
export type BuildVertex = Omit<Vertex, 'stepId'>;

interface Entry {
  vertex: BuildVertex;
  /** The daemon told it itself, so it is more than a digest that something else named. */
  told: boolean;
}

/** Merges status messages by digest. Numbers count from 1 in the order of first sight. */
export class VertexLedger {
  private readonly byDigest = new Map<string, Entry>();

  /** Takes one message in. Returns the vertices that changed, each once, in the order of their numbers. */
  merge(response: StatusResponse): readonly BuildVertex[] {
    const changed = new Set<string>();
    this.number(response.vertexes);
    for (const told of response.vertexes) {
      const entry = this.entry(told.digest);
      const next = merged(entry.vertex, told);
      if (entry.told && sameVertex(entry.vertex, next)) continue;
      entry.vertex = next;
      entry.told = true;
      changed.add(told.digest);
    }
    for (const { vertex: digest, id, current, total, completed } of response.statuses) {
      const entry = this.entry(digest);
      const item = { id, current, total, done: completed !== undefined };
      const before = entry.vertex.progress;
      const at = before.findIndex((one) => one.id === id);
      entry.vertex = { ...entry.vertex, progress: at < 0 ? [...before, item] : before.with(at, item) };
      changed.add(digest);
    }
    return [...changed]
      .map((digest) => this.entry(digest))
      .filter(({ told }) => told)
      .map(({ vertex }) => vertex)
      .sort((a, b) => a.number - b.number);
  }

  /** The number of a vertex; one that was not told yet gets its number now. */
  numberOf(digest: string): number {
    return this.entry(digest).vertex.number;
  }

  /** The vertex that failed by itself, not because another did; the last one when there are several. */
  failed(): BuildVertex | undefined {
    return this.all().findLast(({ status }) => status === 'failed');
  }

  byDigestOrUndefined(digest: string): BuildVertex | undefined {
    return this.byDigest.get(digest)?.vertex;
  }

  /** Nothing runs any more, whatever the last message said. Returns what that changed. */
  settle(): readonly BuildVertex[] {
    const running = [...this.byDigest.values()].filter(({ told, vertex }) => told && vertex.status === 'running');
    for (const entry of running) entry.vertex = { ...entry.vertex, status: 'canceled' };
    return running.map(({ vertex }) => vertex);
  }

  /** Newer daemons tell a whole graph at once, the end first: what a vertex reads from is numbered before it. */
  private number(vertices: readonly StatusVertex[]): void {
    const unseen = new Map(
      vertices.filter(({ digest }) => !this.byDigest.has(digest)).map((told) => [told.digest, told]),
    );
    const visit = (told: StatusVertex): void => {
      if (!unseen.delete(told.digest)) return;
      for (const input of told.inputs) {
        const next = unseen.get(input);
        if (next !== undefined) visit(next);
      }
      this.entry(told.digest);
    };
    for (const told of vertices) visit(told);
  }

  private all(): readonly BuildVertex[] {
    return [...this.byDigest.values()].map(({ vertex }) => vertex);
  }

  private entry(digest: string): Entry {
    const known = this.byDigest.get(digest);
    if (known !== undefined) return known;
    const number = this.byDigest.size + 1;
    const vertex: BuildVertex = {
      number,
      digest,
      inputs: [],
      name: '',
      status: 'pending',
      cached: false,
      progress: [],
    };
    const entry = { vertex, told: false };
    this.byDigest.set(digest, entry);
    return entry;
  }
}

/** A vertex may run several times (two builds share it, or it is tried again): its time is from the first start to the last end. */
function merged(before: BuildVertex, told: StatusVertex): BuildVertex {
  const startTime = earlier(before.startTime, moment(told.started));
  const completed = moment(told.completed);
  const finishTime = completed === undefined ? undefined : later(before.finishTime, completed);
  return {
    number: before.number,
    digest: told.digest,
    inputs: told.inputs.length > 0 ? [...told.inputs] : before.inputs,
    name: told.name === '' ? before.name : told.name,
    status: statusOf(told),
    cached: told.cached || before.cached,
    ...(startTime === undefined ? {} : { startTime }),
    ...(finishTime === undefined ? {} : { finishTime }),
    ...(told.error === '' ? {} : { error: told.error }),
    progress: before.progress,
  };
}

/** A cache that can't be read is given up, and the build goes on without it. */
function statusOf({ name, started, completed, error, cached }: StatusVertex): BuildVertex['status'] {
  const givenUp = name.startsWith('importing cache manifest from ') || /context cancell?ed$/.test(error);
  if (error !== '') return givenUp ? 'canceled' : 'failed';
  if (completed !== undefined || cached) return 'succeeded';
  return started === undefined ? 'pending' : 'running';
}

function moment(timestamp: StatusVertex['started']): string | undefined {
  const milliseconds = toMilliseconds(timestamp);
  return milliseconds === undefined ? undefined : new Date(milliseconds).toISOString();
}

function earlier(a: string | undefined, b: string | undefined): string | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return a < b ? a : b;
}

function later(a: string | undefined, b: string): string {
  return a === undefined || a < b ? b : a;
}

function sameVertex(a: BuildVertex, b: BuildVertex): boolean {
  return (
    a.status === b.status &&
    a.name === b.name &&
    a.cached === b.cached &&
    a.startTime === b.startTime &&
    a.finishTime === b.finishTime &&
    a.error === b.error &&
    a.inputs.length === b.inputs.length
  );
}
