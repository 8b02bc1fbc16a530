import { homeLabel, runLabel } from '../engine/ports.ts';
import type { Client } from './client.ts';
import { isGone } from './failures.ts';

/** Something of a run: what it is labelled with, and how it is removed. */
interface Leftover {
  readonly labels: Readonly<Record<string, string>> | null | undefined;
  remove(): Promise<unknown>;
}

/**
 * Removes the containers, networks, volumes and unnamed images of runs of this home that aren't live any more, and nothing else: both
 * labels must be there and right. `isLive` is asked right before each removal. Containers go first, they hold the others.
 * What is gone already is no error.
 * @returns how many were removed
 * @throws the engine's first refusal, after all the others were tried
 */
export async function sweepRuns(
  { docker }: Client,
  homeId: string,
  isLive: (runId: string) => boolean,
  signal: AbortSignal,
): Promise<number> {
  // The engine narrows the lists down; what is removed is decided here.
  const filters = { label: [`${homeLabel}=${homeId}`] };
  const isLeft = ({ labels }: Leftover) => {
    const run = labels?.[runLabel];
    return labels?.[homeLabel] === homeId && run !== undefined && run !== '' && !isLive(run);
  };
  const lists: readonly (() => Promise<readonly Leftover[]>)[] = [
    async () =>
      (await docker.listContainers({ all: true, filters, abortSignal: signal })).map(({ Id, Labels }) => ({
        labels: Labels,
        remove: () => docker.getContainer(Id).remove({ force: true, v: true, abortSignal: signal }),
      })),
    async () =>
      (await docker.listNetworks({ filters, abortSignal: signal })).map(({ Id, Labels }) => ({
        labels: Labels,
        remove: () => docker.getNetwork(Id).remove({ abortSignal: signal }),
      })),
    async () =>
      (await docker.listVolumes({ filters, abortSignal: signal })).Volumes.map(({ Name, Labels }) => ({
        labels: Labels,
        remove: () => docker.getVolume(Name).remove({ abortSignal: signal }),
      })),
    // Those that were committed of a run's containers: no name, unless somebody gave them one, and then they are theirs.
    async () =>
      (await docker.listImages({ filters: { ...filters, dangling: ['true'] }, abortSignal: signal })).map(
        ({ Id, Labels }) => ({
          labels: Labels,
          remove: () => docker.getImage(Id).remove({ noprune: true, abortSignal: signal }),
        }),
      ),
  ];
  let removed = 0;
  const refusals: unknown[] = [];
  for (const list of lists) {
    const results = await Promise.allSettled((await list()).flatMap((one) => (isLeft(one) ? [one.remove()] : [])));
    signal.throwIfAborted();
    for (const result of results) {
      if (result.status === 'fulfilled') removed++;
      else if (!isGone(result.reason)) refusals.push(result.reason);
    }
  }
  if (refusals.length > 0) throw refusals[0];
  return removed;
}
