import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import path from 'node:path';
import { Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { callbackify } from 'node:util';
import { AppFailure } from '@shared/model/app-error.ts';
import { pack, type Header, type Pack } from 'tar-stream';
import { findIgnoreFile, type IgnoreFile, selectContext } from '../engine/context/dockerignore.ts';
import { isType, unixPermissions } from '../engine/context/go-file-mode.ts';
import type { Selection, Verdict } from '../engine/context/selection.ts';
import { walk, type WalkEntry } from '../engine/context/walk.ts';
import type { BuildContext, BuildEvent } from '../engine/ports.ts';
import { readAnnouncedFile } from './announced-file.ts';
import { readDockerfile } from './read-dockerfile.ts';

/** A context as a tar archive, packed while it is read. */
export interface TarContext {
  /** The archive. Errors with `context.changed`, `context.unreadable`; destroying it stops the reading. */
  readonly stream: Readable;
  /** The path of the Dockerfile in the archive. */
  readonly dockerfile: string;
}

type EntryHeader = Partial<Header> & Pick<Header, 'name'>;
type TarEvent = Extract<BuildEvent, { readonly kind: 'sent' | 'context' }>;

/** The longest that the loop is held, in ms. */
const slice = 8;
/** The time between two tellings of progress, in ms. */
const pace = 100;

/**
 * Packs what travels of a context, for engines that take nothing but an upload: the same entries as the file sync.
 *
 * A Dockerfile that is ignored, or lies outside, comes under a name of its own, as the docker CLI sends one from stdin.
 * The engine applies the archive's `.dockerignore` once more; where that would be wrong (it has to keep that name out of
 * `COPY .`, or another ignore file counts), the archive has one of ours instead.
 *
 * @throws `context.unreadable`, `dockerfile.invalid` (a pattern of the ignore file), `dockerfile.notFound`
 */
export async function openTarContext(
  context: BuildContext,
  onEvent: (event: TarEvent) => void,
  signal: AbortSignal,
): Promise<TarContext> {
  const ignoreFile = await findIgnoreFile(context, signal);
  const selection = selectContext(ignoreFile);
  const within = path.relative(context.root, context.dockerfile).replaceAll(path.sep, '/');
  const travels = !within.startsWith('../') && !path.isAbsolute(within) && isTaken(selection, within);
  const dockerfile = travels ? within : `.dockerfile.${randomBytes(10).toString('hex')}`;
  const added = new Map<string, Buffer>();
  if (!travels) added.set(dockerfile, await readDockerfile(context, signal));
  const ownIgnoreFile = ownIgnoreText(context, ignoreFile, travels ? undefined : dockerfile);
  if (ownIgnoreFile !== undefined) added.set('.dockerignore', Buffer.from(ownIgnoreFile));

  const bytes = packed((archive) => fill(archive, context.root, selection, added, onEvent), onEvent);
  return { stream: readableOf(bytes), dockerfile };
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
  onEvent: (event: TarEvent) => void,
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
  try {
    for await (const chunk of archive.pack as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (performance.now() - lastTold > pace) {
        onEvent({ kind: 'sent', bytes, files: archive.files });
        lastTold = performance.now();
      }
      yield chunk;
    }
    // tar-stream takes being destroyed for an end.
    if (failure !== undefined) throw failure;
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
  onEvent: (event: TarEvent) => void,
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
  onEvent: (event: TarEvent) => void,
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

/** Of the kinds that a walk yields. Times are whole seconds here. */
function headerOf({ path: name, mode, size, mtime, linkname, deviceMajor, deviceMinor }: WalkEntry): EntryHeader {
  const common = { name, mode: unixPermissions(mode), mtime: new Date(Number(mtime / 1_000_000n)) };
  if (isType(mode, 'folder')) return { ...common, type: 'directory' };
  if (isType(mode, 'link')) return { ...common, type: 'symlink', linkname };
  if (isType(mode, 'pipe')) return { ...common, type: 'fifo' };
  if (isType(mode, 'device')) {
    const type = isType(mode, 'characterDevice') ? 'character-device' : 'block-device';
    return { ...common, type, devmajor: deviceMajor, devminor: deviceMinor };
  }
  return linkname === '' ? { ...common, type: 'file', size } : { ...common, type: 'link', linkname };
}

function isTaken(selection: Selection, place: string): boolean {
  let verdict: Verdict | undefined;
  let folder = '';
  for (const name of place.split('/')) {
    folder = folder === '' ? name : `${folder}/${name}`;
    verdict = selection.judge(folder, verdict);
  }
  return verdict?.taken === true;
}

function ownIgnoreText(
  context: BuildContext,
  ignoreFile: IgnoreFile | undefined,
  addedDockerfile: string | undefined,
): string | undefined {
  const engineFindsIt = ignoreFile === undefined || ignoreFile.file === path.join(context.root, '.dockerignore');
  if (engineFindsIt && addedDockerfile === undefined) return undefined;
  return [ignoreFile?.text ?? '.dockerignore', ...(addedDockerfile === undefined ? [] : [addedDockerfile]), ''].join(
    '\n',
  );
}
