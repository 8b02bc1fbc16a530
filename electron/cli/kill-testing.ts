// For tests that kill: what is in an engine, what was printed, when a run is over.
import { json } from '../../scripts/parts/http.ts';
import { isFinal, type Run } from '@shared/model/run.ts';
import { createRuntime, type Runtime } from '../runtime.ts';
import { homeIdOf } from '../runtime-testing.ts';
import { type CliEvent, type CommandLine, commandLine, type Running } from './cli-testing.ts';

const signal = new AbortController().signal;

/** A home whose processes are killed, and what must outlive that: things in the engine that look like its own. */
export interface DoomedHome {
  readonly slipway: CommandLine;
  readonly homeId: string;
  readonly decoys: readonly Thing[];
  /** The runtime of a window that starts now, on the same home. */
  windowOpens(): Promise<Runtime>;
  remove(): Promise<void>;
}

/** Makes one at an engine that has the image; `decoys` are sets of labels. */
export async function doomedHome(
  host: string,
  image: string,
  decoyName: string,
  decoys: (homeId: string) => readonly Labels[],
): Promise<DoomedHome> {
  const slipway = await commandLine({ DOCKER_HOST: host });
  await slipway.run(['runs', 'list']);
  const homeId = homeIdOf(slipway.home);
  const things = await makeThings(host, image, decoyName, decoys(homeId));
  return {
    slipway,
    homeId,
    decoys: things,
    async windowOpens() {
      const runtime = await createRuntime({
        home: slipway.home,
        env: { PATH: process.env['PATH'], DOCKER_HOST: host, DOCKER_CONFIG: slipway.work, HOME: slipway.work },
        owner: 'window',
      });
      await runtime.start();
      return runtime;
    },
    async remove() {
      for (const thing of things) await removeThing(host, thing);
      await slipway.remove();
    },
  };
}

/** Mulberry32: small, and the same everywhere. */
export function numbers(from: number): () => number {
  let state = from;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** What was printed whole; the last line may be torn. */
export function eventsOf(build: Running): readonly CliEvent[] {
  return build.lines.flatMap((line) =>
    line.startsWith('{') && line.endsWith('}') ? [JSON.parse(line) as CliEvent] : [],
  );
}

/** Resolves with the record when the run is over. */
export async function ended(runtime: Runtime, runId: string): Promise<Run> {
  for (;;) {
    let stop = () => {};
    const changed = new Promise<void>((resolve) => {
      stop = runtime.onEvent((event) => {
        if (event.kind === 'runChanged' && event.runId === runId) resolve();
      });
    });
    const run = await runtime.handlers.runs.show({ runId }, signal);
    if (!isFinal(run.status)) await changed;
    stop();
    if (isFinal(run.status)) return run;
  }
}

/** Something in an engine. */
export interface Thing {
  readonly kind: 'containers' | 'networks' | 'volumes';
  readonly id: string;
}

export type Labels = Readonly<Record<string, string>>;

/** A container, a network and a volume with each of these sets of labels. */
export async function makeThings(
  host: string,
  image: string,
  name: string,
  sets: readonly Labels[],
): Promise<readonly Thing[]> {
  const things: Thing[] = [];
  for (const [index, Labels] of sets.entries()) {
    const Name = `${name}-${process.pid}-${index}`;
    const container = await json<{ Id: string }>(host, `/containers/create?name=${Name}`, {
      method: 'POST',
      json: { Image: image, Cmd: ['sleep', '1'], Labels, HostConfig: { NetworkMode: 'none' } },
    });
    const network = await json<{ Id: string }>(host, '/networks/create', {
      method: 'POST',
      json: { Name, Labels, Internal: true },
    });
    const volume = await json<{ Name: string }>(host, '/volumes/create', { method: 'POST', json: { Name, Labels } });
    things.push(
      { kind: 'containers', id: container.Id },
      { kind: 'networks', id: network.Id },
      { kind: 'volumes', id: volume.Name },
    );
  }
  return things;
}

/** Removes it. */
export async function removeThing(host: string, { kind, id }: Thing): Promise<void> {
  await json(host, `/${kind}/${id}`, { method: 'DELETE' });
}

/** Each of them is still there. */
export async function expectUntouched(host: string, things: readonly Thing[]): Promise<void> {
  for (const { kind, id } of things)
    await json(host, kind === 'containers' ? `/containers/${id}/json` : `/${kind}/${id}`);
}
