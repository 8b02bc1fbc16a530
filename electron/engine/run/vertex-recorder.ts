import { formatDuration } from '@shared/format/duration.ts';
import type { Vertex } from '@shared/model/run.ts';
import type { RunLogWriter, RunStore } from '../journal.ts';

/** Milliseconds between two writes of vertices to the record: often enough for an eye, seldom enough for a disk. */
const saveInterval = 100;

/** Keeps the vertices of one step: on the record in batches, in the log as BuildKit's plain lines (`[2/4] RUN make`, `DONE 1.2s`). */
export interface VertexRecorder {
  record(vertex: Omit<Vertex, 'stepId'>): void;
  /** Brings everything to disk; vertices that still run are told as canceled. */
  finish(): void;
}

/** Makes a recorder for a step of a run. `onFault` hears why the record could not be written in between. */
export function createVertexRecorder(
  runId: string,
  stepId: string,
  store: RunStore,
  log: RunLogWriter,
  onFault: (error: unknown) => void,
): VertexRecorder {
  const latest = new Map<number, Vertex>();
  const dirty = new Set<number>();
  let timer: NodeJS.Timeout | undefined;

  function save(): void {
    clearTimeout(timer);
    timer = undefined;
    if (dirty.size === 0) return;
    const changed = [...dirty].flatMap((number) => latest.get(number) ?? []);
    dirty.clear();
    store.saveVertices(runId, changed);
  }

  function saveLater(): void {
    try {
      save();
    } catch (error) {
      onFault(error);
    }
  }

  function say(vertex: Vertex, before: Vertex | undefined): void {
    const line = (text: string) => log.engineLine(stepId, text, { vertex: vertex.number, stamped: false });
    const shown = before !== undefined && before.status !== 'pending';
    if (!shown && vertex.status !== 'pending') line(vertex.name);
    if (isDone(vertex) && !(before !== undefined && isDone(before))) {
      log.endVertex(stepId, vertex.number);
      line(ending(vertex));
    }
  }

  return {
    record(update) {
      const vertex: Vertex = {
        ...update,
        stepId,
        // BuildKit writes build arguments into names and errors.
        name: log.masked(update.name),
        ...(update.error === undefined ? {} : { error: log.masked(update.error) }),
      };
      const before = latest.get(vertex.number);
      latest.set(vertex.number, vertex);
      dirty.add(vertex.number);
      say(vertex, before);
      timer ??= setTimeout(saveLater, saveInterval);
    },
    finish() {
      for (const vertex of latest.values()) {
        if (vertex.status !== 'running') continue;
        const canceled: Vertex = { ...vertex, status: 'canceled' };
        latest.set(vertex.number, canceled);
        dirty.add(vertex.number);
        say(canceled, vertex);
      }
      save();
    },
  };
}

function isDone(vertex: Vertex): boolean {
  return vertex.status !== 'pending' && vertex.status !== 'running';
}

function ending(vertex: Vertex): string {
  switch (vertex.status) {
    case 'failed':
      return `ERROR: ${vertex.error ?? 'unknown'}`;
    case 'canceled':
      return 'CANCELED';
    default: {
      if (vertex.cached) return 'CACHED';
      const took = Date.parse(vertex.finishTime ?? '') - Date.parse(vertex.startTime ?? '');
      return Number.isNaN(took) ? 'DONE' : `DONE ${formatDuration(took)}`;
    }
  }
}
