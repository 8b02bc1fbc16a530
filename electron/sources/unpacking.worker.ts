import { Readable } from 'node:stream';
import { parentPort, workerData } from 'node:worker_threads';
import { toAppError } from '@shared/model/app-error.ts';
import { formatBytes } from '@shared/format/bytes.ts';
import { invalidArchive, tooLargeArchive } from '../engine/context/archive/archive-failure.ts';
import { unpackArchive } from '../engine/context/archive/unpack-archive.ts';
import { ByteInput, CutOff, Damaged } from './packing/byte-input.ts';
import { packingBytes, packingOf, unpack } from './packing/unpack.ts';
import type { UnpackingBytes, UnpackingNews, UnpackingTask } from './unpacking.ts';

if (parentPort === null) throw new Error('this is a worker thread');
const port = parentPort;
const tell = (news: UnpackingNews) => port.postMessage(news);
const { root, limits } = workerData as UnpackingTask;

class NotAnArchive extends Error {}

/** What has come and wasn't taken yet; undefined at the end. */
const queue: (Buffer | undefined)[] = [];
let wake = () => undefined as void;
/** All is unpacked: the rest is of no interest, and still comes, for whoever sums it up. */
let done = false;
let taken = 0;

port.on('message', (bytes: UnpackingBytes) => {
  if (done) tell({ kind: 'taken', bytes: bytes?.length ?? 0 });
  else queue.push(bytes === undefined ? undefined : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length));
  wake();
});

async function* incoming(): AsyncGenerator<Buffer> {
  for (;;) {
    while (queue.length === 0) await new Promise<void>((resolve) => (wake = resolve));
    const bytes = queue.shift();
    if (bytes === undefined) return;
    taken += bytes.length;
    tell({ kind: 'taken', bytes: bytes.length });
    yield bytes;
  }
}

/** Stops what grows beyond all measure while it is unpacked: nobody's archive, but somebody's weapon. */
async function* measured(unpacked: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let length = 0;
  for await (const piece of unpacked) {
    length += piece.length;
    if (length > limits.ratioFrom && length > taken * limits.ratio)
      throw tooLargeArchive(`${limits.ratio} : 1, ${formatBytes(limits.ratioFrom)}`);
    yield piece;
  }
}

async function run(): Promise<UnpackingNews> {
  const input = new ByteInput(incoming());
  await input.fill(packingBytes);
  const packing = packingOf(input.peek());
  if (packing === undefined) throw new NotAnArchive('neither tar nor packed as tar archives are');
  const inner = new ByteInput(measured(unpack(packing, input)));
  try {
    await inner.fill(packingBytes);
    const within = packingOf(inner.peek());
    if (within !== 'tar') throw new NotAnArchive(`${packing}, and no tar archive in it`);
    const unpacked = await unpackArchive(Readable.from(inner.rest()), root, new AbortController().signal, limits);
    return { kind: 'done', packing, ...unpacked };
  } catch (error) {
    if (error instanceof CutOff) throw invalidArchive('truncated', error.message, '', error);
    if (error instanceof Damaged) throw invalidArchive('format', error.message, '', error);
    throw error;
  }
}

// What it throws beside ends the thread, and is told to who started it.
void run()
  .catch((error: unknown): UnpackingNews =>
    error instanceof NotAnArchive
      ? { kind: 'notAnArchive', cause: error.message }
      : { kind: 'failed', error: toAppError(error) },
  )
  .then((news) => {
    done = true;
    for (const bytes of queue.splice(0)) tell({ kind: 'taken', bytes: bytes?.length ?? 0 });
    tell(news);
  });
