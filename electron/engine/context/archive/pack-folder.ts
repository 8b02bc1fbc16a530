import { once } from 'node:events';
import { Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { callbackify } from 'node:util';
import { AppFailure } from '@shared/model/app-error.ts';
import { pack, type Header, type Pack } from 'tar-stream';
import type { BuildEvent } from '../../ports.ts';
import { readAnnouncedFile } from '../announced-file.ts';
import { isType, unixPermissions } from '../go-file-mode.ts';
import type { Selection } from '../selection.ts';
import { walk, type WalkEntry } from '../walk.ts';

/** What is told while a folder is packed: `sent` counts bytes of the archive and files in it. */
export type PackEvent = Extract<BuildEvent, { readonly kind: 'sent' | 'context' }>;

/** What else {@link packFolder} may be told. */
export interface PackOptions {
  /** Files that come first, by their path in the archive; one of the folder with the same path stays out. */
  readonly added?: ReadonlyMap<string, Buffer>;
  readonly onEvent?: (event: PackEvent) => void;
}

type EntryHeader = Partial<Header> & Pick<Header, 'name'>;

/** The longest that the loop is held, in ms. */
const slice = 8;
/** The time between two tellings of progress, in ms. */
const pace = 100;
/** Bytes that are handed on at once, or more. */
const packetSize = 32 * 1024;
/** The last second that tar-stream can write: it counts in 32 bits. */
const lastSecond = 2 ** 31 - 1;

/**
 * A folder as a tar archive, packed while it is read: what `selection` takes, in the order of {@link walk}. Owners are 0:0,
 * modes stay, times are whole seconds. Links stay links: a symbolic one says what it said, a further name of a file is a
 * hard link to the first. Sockets are left out, and told.
 *
 * The stream errors with `context.changed`, `context.unreadable`; half an archive never looks like a whole one. Destroying
 * it stops the reading. Nothing is read before the first byte is asked for.
 */
export function packFolder(root: string, selection: Selection, options: PackOptions = {}): Readable {
  const { added = new Map<string, Buffer>(), onEvent = () => undefined } = options;
  return readableOf(packed((archive) => fill(archive, root, selection, added, onEvent), onEvent));
}

/** As `Readable.from`, but that what is destroyed half-way never looks like the end: half an archive must not be built. */
function readableOf(bytes: AsyncGenerator<Buffer, void, undefined>): Readable {
  return new Readable({
    read() {
      bytes.next().then(
        ({ done, value }) => {
          if (!this.destroyed) this.push(done === true ? null : value);
        },
        (error: Error) => this.destroy(error),
      );
    },
    destroy(error, done) {
      callbackify(() => bytes.return())((failure) => done(error ?? failure));
    },
  });
}

/** The archive's bytes; nothing is read before the first is asked for. */
async function* packed(
  fillIt: (archive: Archive) => Promise<void>,
  onEvent: (event: PackEvent) => void,
): AsyncGenerator<Buffer, void, undefined> {
  const archive: Archive = { pack: pack(), files: 0, givenUp: new AbortController() };
  let failure: Error | undefined;
  // Heard here, for `for await` hears nothing before it starts.
  archive.pack.on('error', () => undefined);
  fillIt(archive).catch((error: unknown) => {
    failure = error instanceof Error ? error : new Error(String(error));
    archive.pack.destroy();
  });
  let bytes = 0;
  let lastTold = performance.now();
  // Headers and small files come in hundreds of bytes, which would each be a packet of its own.
  let small: Buffer[] = [];
  let waiting = 0;
  try {
    for await (const chunk of archive.pack as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (performance.now() - lastTold > pace) {
        onEvent({ kind: 'sent', bytes, files: archive.files });
        lastTold = performance.now();
      }
      small.push(chunk);
      waiting += chunk.length;
      if (waiting < packetSize) continue;
      yield small.length === 1 ? chunk : Buffer.concat(small, waiting);
      small = [];
      waiting = 0;
    }
    // tar-stream takes being destroyed for an end.
    if (failure !== undefined) throw failure;
    if (waiting > 0) yield Buffer.concat(small, waiting);
  } catch (error) {
    throw failure ?? error;
  } finally {
    archive.givenUp.abort();
    archive.pack.destroy();
    onEvent({ kind: 'sent', bytes, files: archive.files });
  }
}

/** An archive that is being packed. */
interface Archive {
  readonly pack: Pack;
  /** Files in it so far. */
  files: number;
  /** Fires when nobody reads it any more. */
  readonly givenUp: AbortController;
}

async function fill(
  archive: Archive,
  root: string,
  selection: Selection,
  added: ReadonlyMap<string, Buffer>,
  onEvent: (event: PackEvent) => void,
): Promise<void> {
  const { signal } = archive.givenUp;
  for (const [name, content] of added) {
    const { sink, done } = openEntry(archive, {
      name,
      size: content.length,
      mode: 0o644,
      mtime: new Date(0),
      type: 'file',
    });
    sink.end(content);
    await done;
  }
  let sliceStart = performance.now();
  const entries = walk(root, selection, ({ reason, path: place }) => {
    if (reason === 'unsupported') onEvent({ kind: 'context', problem: reason, path: place });
  });
  for (const entry of entries) {
    if (added.has(entry.path)) continue;
    await addEntry(archive, root, entry, onEvent);
    if (performance.now() - sliceStart > slice) {
      await setImmediate();
      sliceStart = performance.now();
    }
    signal.throwIfAborted();
  }
  archive.pack.finalize();
}

async function addEntry(
  archive: Archive,
  root: string,
  entry: WalkEntry,
  onEvent: (event: PackEvent) => void,
): Promise<void> {
  const header = headerOf(entry);
  const { sink, done } = openEntry(archive, header);
  if (header.type === 'file') {
    archive.files++;
    try {
      await readAnnouncedFile(root, entry, 0, async (buffer) => {
        if (!sink.write(buffer)) await once(sink, 'drain', { signal: archive.givenUp.signal });
      });
    } catch (error) {
      if (error instanceof AppFailure && error.error.params.change === 'vanished') {
        onEvent({ kind: 'context', problem: 'vanished', path: entry.path });
      }
      throw error;
    }
  }
  sink.end(null);
  await done;
}

function openEntry(
  archive: Archive,
  header: EntryHeader,
): { readonly sink: ReturnType<Pack['entry']>; readonly done: Promise<void> } {
  const { promise: done, settle } = settled();
  const sink = archive.pack.entry(header, settle);
  // What `done` says as well; and nobody may be left to hear that.
  sink.on('error', () => undefined);
  done.catch(() => undefined);
  return { sink, done };
}

function settled(): { readonly promise: Promise<void>; readonly settle: (error?: Error | null) => void } {
  let settle: (error?: Error | null) => void = () => undefined;
  const promise = new Promise<void>((resolve, reject) => {
    settle = (error) => (error ? reject(error) : resolve());
  });
  return { promise, settle };
}

/** Of the kinds that a walk yields. */
function headerOf({ path: name, mode, size, mtime, linkname, deviceMajor, deviceMinor }: WalkEntry): EntryHeader {
  const common = { name, mode: unixPermissions(mode), mtime: timeOf(mtime) };
  if (isType(mode, 'folder')) return { ...common, type: 'directory' };
  if (isType(mode, 'link')) return { ...common, type: 'symlink', linkname };
  if (isType(mode, 'pipe')) return { ...common, type: 'fifo' };
  if (isType(mode, 'device')) {
    const type = isType(mode, 'characterDevice') ? 'character-device' : 'block-device';
    return { ...common, type, devmajor: deviceMajor, devminor: deviceMinor };
  }
  return linkname === '' ? { ...common, type: 'file', size } : { ...common, type: 'link', linkname };
}

/** Whole seconds; what the archive can't tell becomes the nearest time that it can. */
function timeOf(nanoseconds: bigint): Date {
  return new Date(Math.min(Math.max(Number(nanoseconds / 1_000_000_000n), 0), lastSecond) * 1000);
}
