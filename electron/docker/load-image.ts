import type { Readable } from 'node:stream';
import type { BuiltImage } from '../engine/ports.ts';
import type { Client } from './client.ts';
import { inspectImage } from './containers/inspect-image.ts';
import { errorOf, followProgress } from './json-stream.ts';

/**
 * Gives an engine an image as `docker save` writes it; answers what became of `name`, or of the image without one.
 * @throws what the engine says of it; the connection's error; the signal's reason
 */
export async function loadImage(
  { docker }: Client,
  archive: Readable,
  name: string | undefined,
  signal: AbortSignal,
): Promise<BuiltImage> {
  const answer = (await docker.loadImage(archive, { abortSignal: signal })) as Readable;
  let loaded = name;
  for await (const line of followProgress(answer, signal)) {
    const error = errorOf(line);
    if (error !== undefined) throw new Error(error);
    loaded ??= /^Loaded image(?: ID)?: (\S+)/.exec(line.stream ?? '')?.[1];
  }
  const inspected = loaded === undefined ? undefined : await inspectImage(docker, loaded, undefined, signal);
  if (inspected === undefined) throw new Error(`the engine loaded an image, and hasn't got it: ${loaded ?? ''}`);
  return { imageId: inspected.Id, size: inspected.Size };
}
