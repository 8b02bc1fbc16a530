import type { PushProgress } from '../engine/ports.ts';
import type { ProgressLine } from './json-stream.ts';

interface Layer {
  readonly current: number;
  readonly total: number;
  readonly status: string;
  /** The engine has failed with it, and tried again. */
  readonly retried: boolean;
}

/** What engines before containerd's image store say once a second until they try a layer again (moby: distribution/xfer). */
const countdown = /^Retrying in (\d+) second/;

/** All layers of a push or a pull, from the lines that tell of one each. */
export class LayerLedger {
  private readonly layers = new Map<string, Layer>();

  /** Takes a line in. Returns it in words when it says something new: not each new number of bytes does. */
  take({ id, status, progressDetail }: ProgressLine): string | undefined {
    if (status === undefined) return undefined;
    if (id === undefined) return status;
    const before = this.layers.get(id);
    // Bytes are told once more while a layer is unpacked; with containerd's image store they are seconds then.
    const told = status === 'Extracting' ? undefined : progressDetail;
    const current = told?.current ?? before?.current ?? 0;
    // What the daemon tells as the whole is an estimate of the packed size, and may be passed.
    const total = Math.max(told?.total ?? before?.total ?? 0, current);
    const left = secondsLeft(status);
    const retried = left !== undefined || before?.retried === true;
    this.layers.set(id, { current: isDone(status) ? total : current, total, status, retried });
    const counting = left !== undefined && left < (secondsLeft(before?.status ?? '') ?? 0);
    return before?.status === status || counting ? undefined : `${id}: ${status}`;
  }

  progress(): PushProgress {
    const layers = [...this.layers.values()];
    return {
      current: layers.reduce((sum, { current }) => sum + current, 0),
      total: layers.reduce((sum, { total }) => sum + total, 0),
      existing: layers.filter(({ status }) => isThere(status)).length,
      ...(layers.some(({ status, retried }) => retried && !isDone(status)) ? { retrying: true } : {}),
    };
  }
}

function secondsLeft(status: string): number | undefined {
  const seconds = countdown.exec(status)?.[1];
  return seconds === undefined ? undefined : Number(seconds);
}

function isDone(status: string): boolean {
  return status === 'Pushed' || status === 'Download complete' || status === 'Pull complete' || isThere(status);
}

/** It is there already: in the registry, in this repository or in another one that it could be taken from; or in the engine. */
function isThere(status: string): boolean {
  return /already exists$/i.test(status) || status.startsWith('Mounted from');
}
