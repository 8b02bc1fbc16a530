import type { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { parseImageReference } from '@shared/model/image-reference.ts';
import { z } from 'zod';
import type { Credential, CredentialSource, PushedImage, PushProgress } from '../engine/ports.ts';
import type { Client } from './client.ts';
import { isConnectionError } from './failures.ts';
import { errorOf, type ProgressLine, readProgress } from './json-stream.ts';
import { pushFailure } from './push-failure.ts';

/** What the daemon tells at the end (moby: types.PushResult). */
const PushResult = z.object({ Digest: z.string(), Size: z.number().default(0) });

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
    pushFailure({ image, registry, signedIn: credential !== undefined }, cause, original);
  const options = { tag, authconfig: authentication(registry, credential), abortSignal: signal };
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
    await finished(answer, { writable: false }).catch(() => undefined);
  }
}

async function follow(
  answer: Readable,
  onProgress: (progress: PushProgress) => void,
  fail: (cause: string) => Error,
): Promise<PushedImage> {
  const layers = new LayerLedger();
  let result: PushedImage | undefined;
  for await (const line of readProgress(answer)) {
    const error = errorOf(line);
    if (error !== undefined) throw fail(error);
    const pushed = PushResult.safeParse(line.aux);
    if (pushed.success) result = { digest: pushed.data.Digest, size: pushed.data.Size };
    const text = layers.take(line);
    onProgress(text === undefined ? layers.progress() : { ...layers.progress(), line: text });
  }
  if (result === undefined) throw fail('the engine ended the push without telling a digest');
  return result;
}

/** As `X-Registry-Auth` carries it. The daemon wants the header also where there is nothing to say. */
function authentication(registry: string, credential: Credential | undefined): Readonly<Record<string, string>> {
  if (credential === undefined) return {};
  // Docker Hub's credentials have been bound to this name since its first version.
  const serveraddress = registry === 'docker.io' ? 'https://index.docker.io/v1/' : registry;
  const { username, password, identityToken } = credential;
  return identityToken === undefined
    ? { username, password, serveraddress }
    : { identitytoken: identityToken, serveraddress };
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
    if (id === undefined || /: digest: /.test(status)) return status;
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
