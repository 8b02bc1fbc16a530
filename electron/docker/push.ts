import type { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { parseImageReference } from '@shared/model/image-reference.ts';
import type { CredentialSource, PushedImage, PushProgress } from '../engine/ports.ts';
import type { Client } from './client.ts';
import { isConnectionError } from './failures.ts';
import { errorOf, type ProgressLine, readProgress } from './json-stream.ts';
import { registryFailure } from './registry-failure.ts';
import { registryAuthentication } from './registry-authentication.ts';

/** What the daemon says at the end. With containerd's image store it says it in this line alone, else in `aux` as well. */
const result = /: digest: (sha256:[0-9a-f]{64}) size: (\d+)$/;

/**
 * Pushes one tag through the engine. The registry's own credential goes along, and no other. When the signal fires, the
 * engine stops the push.
 * @throws AppFailure `registry.*`, `image.notFound`, `disk.full`; or the connection's error when the engine goes away
 */
export async function pushImage(
  { docker }: Client,
  image: string,
  credentials: CredentialSource,
  onProgress: (progress: PushProgress) => void,
  signal: AbortSignal,
): Promise<PushedImage> {
  const { registry, repository, tag = 'latest' } = parseImageReference(image);
  const credential = await credentials.forHost(registry, signal);
  const fail = (cause: string, original?: unknown) =>
    registryFailure({ image, registry, signedIn: credential !== undefined }, cause, original);
  // The daemon wants the header also where there is nothing to say.
  const authconfig = credential === undefined ? {} : registryAuthentication(registry, credential).authentication;
  const options = { tag, authconfig, abortSignal: signal };
  let answer: Readable;
  try {
    answer = (await docker.getImage(`${registry}/${repository}`).push(options)) as Readable;
  } catch (error) {
    signal.throwIfAborted();
    throw isConnectionError(error) || !(error instanceof Error) ? error : fail(error.message, error);
  }
  const stop = () => answer.destroy();
  signal.addEventListener('abort', stop);
  try {
    return await follow(answer, onProgress, fail);
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    signal.removeEventListener('abort', stop);
    answer.destroy();
    // How it ends after this is of no interest, but must not go unheard.
    await finished(answer, { writable: false }).catch(() => undefined);
  }
}

async function follow(
  answer: Readable,
  onProgress: (progress: PushProgress) => void,
  fail: (cause: string) => Error,
): Promise<PushedImage> {
  const layers = new LayerLedger();
  let pushed: PushedImage | undefined;
  for await (const line of readProgress(answer)) {
    const error = errorOf(line);
    if (error !== undefined) throw fail(error);
    const [, digest, size] = result.exec(line.status ?? '') ?? [];
    if (digest !== undefined) pushed = { digest, size: Number(size) };
    const text = layers.take(line);
    onProgress(text === undefined ? layers.progress() : { ...layers.progress(), line: text });
  }
  if (pushed === undefined) throw fail('the engine ended the push without telling a digest');
  return pushed;
}

interface Layer {
  readonly current: number;
  readonly total: number;
  readonly status: string;
}

/** All layers of a push, from the lines that tell of one each. */
class LayerLedger {
  private readonly layers = new Map<string, Layer>();

  /** Takes a line in. Returns it in words when it says something new: not each new number of bytes does. */
  take({ id, status, progressDetail }: ProgressLine): string | undefined {
    if (status === undefined) return undefined;
    if (id === undefined) return status;
    const before = this.layers.get(id);
    const current = progressDetail?.current ?? before?.current ?? 0;
    // What the daemon tells as the whole is an estimate of the packed size, and may be passed.
    const total = Math.max(progressDetail?.total ?? before?.total ?? 0, current);
    this.layers.set(id, { current: isDone(status) ? total : current, total, status });
    return before?.status === status ? undefined : `${id}: ${status}`;
  }

  progress(): PushProgress {
    const layers = [...this.layers.values()];
    return {
      current: layers.reduce((sum, { current }) => sum + current, 0),
      total: layers.reduce((sum, { total }) => sum + total, 0),
      existing: layers.filter(({ status }) => isThere(status)).length,
    };
  }
}

function isDone(status: string): boolean {
  return status === 'Pushed' || isThere(status);
}

/** The registry has it already, in this repository or in another one that it could be taken from. */
function isThere(status: string): boolean {
  return /already exists$/i.test(status) || status.startsWith('Mounted from');
}
