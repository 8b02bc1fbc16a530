import { writeSync } from 'node:fs';
import { mkdir, readdir, realpath, rm } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { AppFailure, writeFailure } from '@shared/model/app-error.ts';
import { formatBytes } from '@shared/format/bytes.ts';
import { extract, type Extract, type Header } from 'tar-stream';
import { invalidArchive, tooLargeArchive } from './archive-failure.ts';
import { BadPath, parseEntryPath } from './entry-path.ts';
import { linkLeadingOutside } from './link-targets.ts';
import { type EntryFacts, UnpackedTree } from './unpacked-tree.ts';

/** How far {@link unpackArchive} goes. */
export interface UnpackOptions {
  /** Bytes of all files together; 2 GiB. */
  readonly bytes?: number;
  /** Entries, and folders that no entry names; 200,000. */
  readonly entries?: number;
  /** Bytes of a path, or of what a link says; 3,072. */
  readonly pathBytes?: number;
  /**
   * What becomes of symbolic links that lead out of the folder, absolute ones included. Nothing is ever written through one;
   * `keep` leaves it to the caller never to follow one either.
   */
  readonly outsideLinks?: 'refuse' | 'keep';
}

/** What was unpacked. */
export interface UnpackedArchive {
  /** Files, folders and links that are there now. */
  readonly entries: number;
  /** Of all files, as they came. */
  readonly bytes: number;
  /** Entries that were left out: devices, pipes, and kinds that nobody knows. */
  readonly skipped: readonly { readonly path: string; readonly kind: 'device' | 'pipe' | 'unknown' }[];
}

type Source = Extract extends AsyncIterable<infer Entry> ? Entry : never;
type Limits = Required<UnpackOptions>;

const defaults: Limits = {
  bytes: 2 * 1024 ** 3,
  entries: 200_000,
  pathBytes: 3_072,
  outsideLinks: 'refuse',
};
/** The longest that the loop is held, in ms. */
const slice = 8;
/** Bytes of an archive that an entry may take beside its content: headers, long names, padding. */
const entryOverhead = 4_096;
const blockSize = 512;
/** The last second that anybody means: the end of the year 9999. */
const lastSecond = 253_402_300_799;

/**
 * Unpacks a tar archive that may be hostile into a folder, which is made or must be empty. Nothing is read, made or changed
 * outside, and nothing is written through a link. Later entries replace files and links of earlier ones. Everything belongs to
 * us: owners are forgotten, modes stay but for set-user-id and set-group-id bits of files, and what is unpacked can always be
 * read and removed by us. When this fails, or the signal fires, what was unpacked is removed, and the stream destroyed.
 *
 * @throws AppFailure `archive.invalid` with a {@link ArchiveFault} as `params.reason`, `archive.tooLarge`, `disk.full`; the
 *   stream's own error
 */
export async function unpackArchive(
  stream: Readable,
  root: string,
  signal: AbortSignal,
  options: UnpackOptions = {},
): Promise<UnpackedArchive> {
  try {
    signal.throwIfAborted();
    const firstMade = await mkdir(root, { recursive: true, mode: 0o700 });
    if ((await readdir(root)).length > 0) throw new Error(`${root} is not empty`);
    const tree = new UnpackedTree(await realpath(root));
    try {
      return await new Unpacking(root, tree, { ...defaults, ...options }, signal).run(stream);
    } catch (error) {
      await tree.remove();
      if (firstMade !== undefined) await rm(firstMade, { recursive: true, force: true });
      throw error;
    }
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    stream.destroy();
  }
}

/** One archive on its way into a folder. */
class Unpacking {
  readonly #root: string;
  readonly #tree: UnpackedTree;
  readonly #limits: Limits;
  readonly #signal: AbortSignal;
  readonly #skipped: UnpackedArchive['skipped'][number][] = [];
  #bytes = 0;
  #entries = 0;
  #read = 0;
  /** Zeros at the end of what was read; no more than a block's are counted. */
  #zeros = 0;
  /** Where the last entry ends in the archive. */
  #end = 0;
  #sliceStart = performance.now();

  constructor(root: string, tree: UnpackedTree, limits: Limits, signal: AbortSignal) {
    this.#root = root;
    this.#tree = tree;
    this.#limits = limits;
    this.#signal = signal;
  }

  async run(stream: Readable): Promise<UnpackedArchive> {
    const archive = extract();
    const stop = () => {
      stream.destroy();
      archive.destroy();
    };
    this.#signal.addEventListener('abort', stop);
    // Whoever fails first stops the other one; what that one says then is of no interest.
    const failures: unknown[] = [];
    const failed = (error: unknown) => {
      failures.push(error);
      stop();
    };
    try {
      await Promise.all([this.#feed(stream, archive).catch(failed), this.#takeAll(archive).catch(failed)]);
      this.#signal.throwIfAborted();
      if (failures.length > 0) throw failures[0];
      this.#checkEnd();
      this.#checkLinks();
      this.#tree.finish();
    } finally {
      this.#signal.removeEventListener('abort', stop);
    }
    return { entries: this.#tree.size, bytes: this.#bytes, skipped: this.#skipped };
  }

  /** Hands the archive's bytes on, at the pace at which they are unpacked. */
  async #feed(stream: Readable, archive: Extract): Promise<void> {
    const most = this.#limits.bytes + (this.#limits.entries + 1) * entryOverhead;
    try {
      for await (const piece of stream) {
        const chunk = piece as Buffer;
        this.#read += chunk.length;
        this.#countZeros(chunk);
        if (this.#read > most) throw tooLargeArchive(formatBytes(this.#limits.bytes));
        if (!archive.write(chunk)) await drained(archive);
        if (archive.destroying) return; // the other side says why
      }
    } catch (error) {
      const cutOff = error instanceof Error && 'code' in error && error.code === 'ERR_STREAM_PREMATURE_CLOSE';
      throw cutOff ? invalidArchive('truncated', 'the archive was cut off', '', error) : error;
    }
    archive.end(null);
  }

  async #takeAll(archive: Extract): Promise<void> {
    try {
      for await (const entry of archive) {
        await this.#take(entry.header, entry);
        if (performance.now() - this.#sliceStart > slice) {
          await setImmediate();
          this.#sliceStart = performance.now();
        }
        // Else tar-stream would let us wait for an end that it has told already.
        if (archive.destroying) return;
      }
    } catch (error) {
      throw toFailure(error, this.#root);
    }
  }

  async #take(header: Header, content: Source): Promise<void> {
    const { name, type } = header as { name: string; type: Header['type'] | null };
    // Counted as they come as well: a million entries may have one name.
    if (++this.#entries > this.#limits.entries) throw this.#tooMany(name);
    this.#end = byteOffset(header) + (type === 'directory' ? 0 : Math.ceil(header.size / blockSize) * blockSize);
    // What no program but its own packer reads right (GNU's sparse files); half of it would be a wrong file.
    if (isSparse(header)) throw invalidArchive('kind', 'a sparse file', name);
    const names = this.#namesOf(name);
    const facts = factsOf(header);
    switch (type) {
      case 'file':
      case 'contiguous-file':
        // As before there was a type for them (tar of Unix V7).
        if (name.endsWith('/')) this.#tree.folder(names, facts);
        else await this.#file(names, header, content, facts);
        break;
      case 'directory':
        this.#tree.folder(names, facts);
        break;
      case 'symlink':
        this.#tree.link(names, this.#linkText(header), facts.mtime);
        break;
      case 'link':
        this.#tree.hardLink(names, this.#namesOf(this.#linkText(header)), facts.mtime);
        break;
      case 'fifo':
        this.#skipped.push({ path: names.join('/'), kind: 'pipe' });
        break;
      case 'character-device':
      case 'block-device':
        this.#skipped.push({ path: names.join('/'), kind: 'device' });
        break;
      case null:
        this.#skipped.push({ path: names.join('/'), kind: 'unknown' });
        break;
    }
    content.resume();
    if (this.#tree.size > this.#limits.entries) throw this.#tooMany(name);
  }

  #tooMany(name: string): AppFailure {
    return tooLargeArchive(this.#limits.entries.toLocaleString('en'), name);
  }

  async #file(names: readonly string[], { size, name }: Header, content: Source, facts: EntryFacts): Promise<void> {
    this.#bytes += size;
    if (this.#bytes > this.#limits.bytes) throw tooLargeArchive(formatBytes(this.#limits.bytes), name);
    const file = this.#tree.openFile(names);
    try {
      for await (const piece of content as AsyncIterable<Buffer>) {
        for (let written = 0; written < piece.length;) written += writeSync(file, piece, written);
        if (performance.now() - this.#sliceStart > slice) {
          await setImmediate();
          this.#sliceStart = performance.now();
        }
      }
    } finally {
      this.#tree.closeFile(file, facts);
    }
  }

  #namesOf(text: string): readonly string[] {
    try {
      return parseEntryPath(text, this.#limits.pathBytes);
    } catch (error) {
      if (error instanceof BadPath) throw invalidArchive('path', error.message, text);
      throw error;
    }
  }

  #linkText({ name, linkname }: Header): string {
    const text = linkname as string | null;
    if (text === null || text === '' || text.includes('\0')) throw invalidArchive('link', 'a link to nothing', name);
    if (Buffer.byteLength(text) > this.#limits.pathBytes) throw invalidArchive('link', 'a link that is too long', name);
    return text;
  }

  #countZeros(chunk: Buffer): void {
    const most = Math.min(chunk.length, blockSize);
    let zeros = 0;
    while (zeros < most && chunk[chunk.length - 1 - zeros] === 0) zeros++;
    this.#zeros = zeros === chunk.length ? this.#zeros + zeros : zeros;
  }

  /** An archive ends in blocks of zeros (POSIX, pax: "Extended Description"); one that was cut off behind an entry doesn't. */
  #checkEnd(): void {
    if (this.#zeros < blockSize || this.#read - this.#end < blockSize)
      throw invalidArchive('truncated', 'the archive ends before its end');
  }

  #checkLinks(): void {
    if (this.#limits.outsideLinks === 'keep') return;
    const links = this.#tree.links();
    try {
      const link = linkLeadingOutside(links);
      if (link !== undefined)
        throw invalidArchive('link', `a link leads out of the archive: ${links.get(link) ?? ''}`, link);
    } catch (error) {
      if (error instanceof RangeError) throw invalidArchive('link', error.message);
      throw error;
    }
  }
}

/** Until more may be written, or nothing at all. */
function drained(archive: Extract): Promise<void> {
  return new Promise((resolve) => {
    const settle = () => {
      archive.off('drain', settle);
      archive.off('close', settle);
      resolve();
    };
    archive.on('drain', settle);
    archive.on('close', settle);
    if (archive.destroying) settle();
  });
}

/** Where the content of an entry begins; tar-stream's types leave it out. */
function byteOffset(header: Header): number {
  return 'byteOffset' in header && typeof header.byteOffset === 'number' ? header.byteOffset : 0;
}

function isSparse({ pax }: Header): boolean {
  return typeof pax === 'object' && pax !== null && Object.keys(pax).some((key) => key.startsWith('GNU.sparse.'));
}

function factsOf({ mode, mtime }: Header): EntryFacts {
  const seconds = Math.floor(mtime.getTime() / 1000);
  return {
    mode: Number.isInteger(mode) ? mode : 0o644,
    mtime: seconds >= 0 && seconds <= lastSecond ? seconds : 0,
  };
}

/** What tar-stream fails with is about the archive; the system's errors are not. */
function toFailure(error: unknown, root: string): unknown {
  if (error instanceof AppFailure || !(error instanceof Error)) return error;
  if ('code' in error) return writeFailure(error, root);
  if (error.message === 'Unexpected end of data') return invalidArchive('truncated', error.message, '', error);
  return invalidArchive('format', error.message, '', error);
}
