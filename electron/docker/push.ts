import type { Readable } from 'node:stream';
import { parseImageReference } from '@shared/model/image-reference.ts';
import type { CredentialSource, PushedImage, PushProgress } from '../engine/ports.ts';
import type { Client } from './client.ts';
import { isConnectionError } from './failures.ts';
import { errorOf, followProgress } from './json-stream.ts';
import { LayerLedger } from './layer-ledger.ts';
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
  const layers = new LayerLedger();
  let pushed: PushedImage | undefined;
  for await (const line of followProgress(answer, signal)) {
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
