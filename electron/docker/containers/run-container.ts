import type { Readable } from 'node:stream';
import type Docker from 'dockerode';
import { z } from 'zod';
import type { ContainerEnd, OnOutput } from '../../engine/ports/containers.ts';
import type { Client } from '../client.ts';
import { isGone } from '../failures.ts';
import { pause } from '../pause.ts';
import { startFailure } from './container-failure.ts';
import { OutputFrames } from './output-frames.ts';
import { stopContainer } from './stop-container.ts';

/** How long a start that nobody wants any more may go on before it is left alone, in ms. */
const patience = 10_000;

const WaitAnswer = z.object({ StatusCode: z.number().int() });

/** A container to start. */
export interface Startable {
  readonly id: string;
  /** Its output is one stream, and comes without frames. */
  readonly terminal: boolean;
}

/**
 * Starts a container and waits for its end, see {@link import('../../engine/ports/containers.ts').Containers.run}.
 * @throws AppFailure `container.startFailed`; what `onOutput` throws, when the container was stopped for it; or the
 *   connection's error when the engine goes away
 */
export async function runContainer(
  { docker }: Client,
  startable: Startable,
  onOutput: OnOutput,
  { graceMs }: { readonly graceMs: number },
  signal: AbortSignal,
): Promise<ContainerEnd> {
  const container = docker.getContainer(startable.id);
  // Ends what we hold of the engine, when this is over.
  const held = new AbortController();
  try {
    const { output } = await begin(container, startable, onOutput, held, signal);
    // One that has ended already is told at once: nothing is missed by asking now.
    const ended = askForEnd(container, held.signal);
    const whole = Promise.all([ended, output]);
    const aborted = firing(signal);
    try {
      const end = await Promise.race([whole, aborted.promise]);
      if (end !== undefined) {
        const [exitCode] = end;
        return { exitCode, outOfMemory: exitCode === 137 && (await ranOutOfMemory(container, signal)) };
      }
    } catch (error) {
      // Whoever took the output can't any more, or the engine is lost.
      await stopContainer(container, ended, graceMs);
      throw error;
    } finally {
      aborted.forget();
    }
    await stopContainer(container, ended, graceMs);
    // What it said at the end is worth to be seen as well.
    await Promise.race([output.catch(() => undefined), pause(patience, held.signal).catch(() => undefined)]);
    throw signal.reason;
  } finally {
    held.abort();
  }
}

/**
 * Starts a container and leaves it; `output` settles when its output has ended, or `stopped` has fired.
 * @throws as {@link runContainer}
 */
export async function startDetached(
  { docker }: Client,
  startable: Startable,
  onOutput: OnOutput,
  stopped: AbortSignal,
  signal: AbortSignal,
): Promise<{ readonly output: Promise<void> }> {
  const container = docker.getContainer(startable.id);
  const held = new AbortController();
  const stop = () => held.abort();
  try {
    const { output } = await begin(container, startable, onOutput, held, signal);
    if (signal.aborted) {
      await stopContainer(container, askForEnd(container, held.signal), 0);
      throw signal.reason;
    }
    stopped.addEventListener('abort', stop);
    if (stopped.aborted) stop();
    return { output: output.finally(() => stopped.removeEventListener('abort', stop)) };
  } catch (error) {
    held.abort();
    throw error;
  }
}

/**
 * Attaches to a container, so that nothing is lost, and starts it. A start can't be taken back half-way: when the signal
 * fires meanwhile, this settles as if it hadn't, and the caller stops what was started.
 */
async function begin(
  container: Docker.Container,
  { terminal }: Startable,
  onOutput: OnOutput,
  held: AbortController,
  signal: AbortSignal,
): Promise<{ readonly output: Promise<void> }> {
  signal.throwIfAborted();
  const giveUp = () => held.abort(signal.reason);
  signal.addEventListener('abort', giveUp);
  let attached: Readable;
  try {
    // Taken over as the docker CLI does, which whatever lies between us and an engine is used to.
    const options = { stream: true, stdout: true, stderr: true, hijack: true, abortSignal: held.signal };
    attached = (await container.attach(options)) as unknown as Readable;
  } catch (error) {
    signal.throwIfAborted();
    throw startFailure(error);
  } finally {
    signal.removeEventListener('abort', giveUp);
  }
  const output = handOver(attached, terminal, onOutput, held.signal);
  // Told to whoever waits for it; nobody may until the container has started.
  output.catch(() => undefined);
  const tooLong = new AbortController();
  const beLeft = () =>
    void pause(patience, held.signal).then(
      () => tooLong.abort(signal.reason),
      () => undefined,
    );
  signal.addEventListener('abort', beLeft);
  try {
    await container.start({ abortSignal: tooLong.signal });
  } catch (error) {
    signal.throwIfAborted();
    throw startFailure(error);
  } finally {
    signal.removeEventListener('abort', beLeft);
  }
  return { output };
}

/** Hands the output over as it comes; no faster than it is taken. Settles at its end, or when it isn't held any more. */
async function handOver(output: Readable, terminal: boolean, onOutput: OnOutput, held: AbortSignal): Promise<void> {
  const stop = () => output.destroy();
  held.addEventListener('abort', stop);
  if (held.aborted) stop();
  try {
    const frames = new OutputFrames(onOutput);
    for await (const chunk of output as AsyncIterable<Buffer>) {
      if (terminal) onOutput('stdout', chunk, Date.now());
      else frames.take(chunk, Date.now());
    }
    frames.end();
  } catch (error) {
    if (!held.aborted) throw error;
  } finally {
    held.removeEventListener('abort', stop);
    output.destroy();
  }
}

async function askForEnd(container: Docker.Container, held: AbortSignal): Promise<number> {
  const answer = WaitAnswer.safeParse(await container.wait({ condition: 'not-running', abortSignal: held }));
  if (!answer.success) throw new Error('the engine ended the wait without an exit code');
  return answer.data.StatusCode;
}

async function ranOutOfMemory(container: Docker.Container, signal: AbortSignal): Promise<boolean> {
  try {
    const { State } = await container.inspect({ abortSignal: signal });
    return State.OOMKilled;
  } catch (error) {
    // Somebody killed and removed it.
    if (isGone(error)) return false;
    throw error;
  }
}

/** Resolves to nothing when the signal fires. */
function firing(signal: AbortSignal): { readonly promise: Promise<undefined>; readonly forget: () => void } {
  let forget: () => void = () => undefined;
  const promise = new Promise<undefined>((resolve) => {
    const fire = () => resolve(undefined);
    signal.addEventListener('abort', fire);
    forget = () => signal.removeEventListener('abort', fire);
    if (signal.aborted) fire();
  });
  return { promise, forget };
}
