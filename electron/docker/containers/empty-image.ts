import type { Readable } from 'node:stream';
import type { Client } from '../client.ts';
import { errorOf, followProgress } from '../json-stream.ts';
import { sharedWork } from '../shared-work.ts';

/** The image that containers are made of which nobody starts. No registry can have it: RFC 2606 keeps `.invalid` for that. */
export const emptyImage = 'slipway.invalid/empty:1';
/** Says whose image it is. It is kept, for it is made once an engine, and takes no room. */
const label = 'dev.slipway.image=empty';

/** The end of an archive, and nothing before. */
const emptyArchive = Buffer.alloc(1024);

const makings = new WeakMap<Client, (signal: AbortSignal) => Promise<void>>();

/** Makes {@link emptyImage} in an engine, once for all who ask together. Nothing is pulled. */
export function makeEmptyImage(client: Client, signal: AbortSignal): Promise<void> {
  let making = makings.get(client);
  if (making === undefined) {
    making = sharedWork((stop) => importEmpty(client, stop));
    makings.set(client, making);
  }
  return making(signal);
}

async function importEmpty({ docker }: Client, signal: AbortSignal): Promise<void> {
  const [repo, tag] = emptyImage.split(':');
  const options = { repo, tag, changes: `LABEL ${label}`, abortSignal: signal };
  // dockerode takes a buffer as well as a stream, and hands over the answer, though its types know neither.
  const answer = (await docker.importImage(emptyArchive as unknown as string, options)) as unknown as Readable;
  for await (const line of followProgress(answer, signal)) {
    const error = errorOf(line);
    if (error !== undefined) throw new Error(error);
  }
}
