import {
  chmodSync,
  closeSync,
  constants,
  fchmodSync,
  futimesSync,
  linkSync,
  lutimesSync,
  mkdirSync,
  openSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
} from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { writeFailure } from '@shared/model/app-error.ts';
import { type ArchiveFault, invalidArchive } from './archive-failure.ts';

/** What an entry says of itself. Times in seconds since 1970. */
export interface EntryFacts {
  readonly mode: number;
  readonly mtime: number;
}

type Made =
  | { readonly kind: 'folder'; facts: EntryFacts | undefined }
  | { readonly kind: 'file' }
  | { readonly kind: 'link'; readonly target: string };

/** Nothing that is there already is opened, and nothing through a link. Windows has no such flag. */
const createOnly = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | (constants.O_NOFOLLOW ?? 0);
/** Only we see what isn't whole yet. */
const unfinished = { folder: 0o700, file: 0o600 } as const;

/**
 * A folder that is filled by an archive. It knows everything in it, for it made it all: a path whose parents aren't folders
 * of its own is refused, so nothing is ever written through a link. What can't be is `archive.invalid`.
 *
 * Calls are synchronous (several times faster for small files): let whoever calls give way to others now and then.
 */
export class UnpackedTree {
  readonly #root: string;
  readonly #made = new Map<string, Made>();
  readonly #tops = new Set<string>();

  /** @param root an absolute path of an empty folder, without links along it */
  constructor(root: string) {
    this.#root = root;
  }

  /** Files, folders and links in it. */
  get size(): number {
    return this.#made.size;
  }

  /** Where each symbolic link points. */
  links(): ReadonlyMap<string, string> {
    return new Map([...this.#made].flatMap(([at, made]) => (made.kind === 'link' ? [[at, made.target] as const] : [])));
  }

  /** Makes a folder, and those above it. One that is there stays. */
  folder(names: readonly string[], facts: EntryFacts): void {
    if (names.length === 0) return; // the root is the caller's
    const at = names.join('/');
    const made = this.#made.get(at);
    if (made?.kind === 'folder') {
      made.facts = facts;
      return;
    }
    this.#clear(names, at);
    this.#makeFolder(at, facts);
  }

  /** Opens a file to write to; the caller hands it to {@link closeFile}. One of an entry before is replaced. */
  openFile(names: readonly string[]): number {
    const at = names.join('/');
    this.#clear(names, at);
    const file = this.#try(at, (place) => openSync(place, createOnly, unfinished.file));
    this.#note(at, { kind: 'file' });
    return file;
  }

  /** The file is whole: gets its mode and time, and is closed. Always ours to read; set-user-id bits would be ours to answer for. */
  closeFile(file: number, { mode, mtime }: EntryFacts): void {
    try {
      fchmodSync(file, (mode & 0o777) | 0o400);
      futimesSync(file, mtime, mtime);
    } finally {
      closeSync(file);
    }
  }

  /** Makes a symbolic link, wherever it points to: nothing here follows it. */
  link(names: readonly string[], target: string, mtime: number): void {
    const at = names.join('/');
    this.#clear(names, at);
    this.#try(at, (place) => symlinkSync(target, place));
    this.#note(at, { kind: 'link', target });
    this.#try(at, (place) => lutimesSync(place, mtime, mtime));
  }

  /** Gives a file (or symbolic link) of the archive another name. */
  hardLink(names: readonly string[], to: readonly string[], mtime: number): void {
    const at = names.join('/');
    const source = to.join('/');
    const made = this.#made.get(source);
    if (made === undefined || made.kind === 'folder')
      throw invalidArchive('link', 'a hard link to what is no file of the archive', at);
    if (at === source) return;
    if (made.kind === 'link') {
      this.link(names, made.target, mtime);
      return;
    }
    this.#clear(names, at);
    this.#try(at, (place) => linkSync(this.#place(source), place));
    this.#note(at, { kind: 'file' });
  }

  /** Gives the folders the modes and times that they are to have; the innermost first, for that changes the others. */
  finish(): void {
    const folders = [...this.#made].flatMap(([at, made]) =>
      made.kind === 'folder' ? [[at, made.facts] as const] : [],
    );
    for (const [at, facts] of folders.reverse()) {
      // Always ours to enter and to remove. The group of what is made inside, and who may remove it, harm nobody.
      const mode = facts === undefined ? 0o755 : (facts.mode & 0o3777) | 0o700;
      this.#try(at, (place) => chmodSync(place, mode));
      if (facts !== undefined) this.#try(at, (place) => utimesSync(place, facts.mtime, facts.mtime));
    }
  }

  /** Removes all that was made. */
  async remove(): Promise<void> {
    for (const top of this.#tops) await rm(this.#place(top), { recursive: true, force: true });
  }

  /** Sees to it that an entry can be made at a path: its folder is there, and nothing else in its place. */
  #clear(names: readonly string[], at: string): void {
    if (names.length === 0) throw invalidArchive('path', 'a file without a name');
    this.#makeFolders(names.slice(0, -1), at);
    const made = this.#made.get(at);
    if (made === undefined) return;
    if (made.kind === 'folder') throw invalidArchive('clash', 'a folder and something else have the same path', at);
    this.#try(at, (place) => unlinkSync(place));
    this.#made.delete(at);
  }

  #makeFolders(names: readonly string[], wanted: string): void {
    // A folder is never replaced, so those above one are folders too.
    if (names.length === 0 || this.#made.get(names.join('/'))?.kind === 'folder') return;
    for (let depth = 1; depth <= names.length; depth++) {
      const at = names.slice(0, depth).join('/');
      const made = this.#made.get(at);
      if (made === undefined) this.#makeFolder(at, undefined);
      else if (made.kind === 'link') throw invalidArchive('link', `the path goes through the link ${at}`, wanted);
      else if (made.kind === 'file') throw invalidArchive('clash', `the path goes through the file ${at}`, wanted);
    }
  }

  #makeFolder(at: string, facts: EntryFacts | undefined): void {
    this.#try(at, (place) => mkdirSync(place, unfinished.folder));
    this.#note(at, { kind: 'folder', facts });
  }

  #note(at: string, made: Made): void {
    this.#made.set(at, made);
    this.#tops.add(at.split('/', 1)[0] ?? at);
  }

  #place(at: string): string {
    return path.join(this.#root, ...at.split('/'));
  }

  #try<T>(at: string, make: (place: string) => T): T {
    try {
      return make(this.#place(at));
    } catch (error) {
      throw this.#failure(at, error);
    }
  }

  #failure(at: string, error: unknown): unknown {
    const refused = (reason: ArchiveFault, cause: string) => invalidArchive(reason, cause, at, error);
    switch (error instanceof Error && 'code' in error ? error.code : undefined) {
      // Not by us under this name: the file system takes two names for one (upper and lower case, ways to write é).
      case 'EEXIST':
        return refused('clash', 'two entries have the same path on this file system');
      case 'ENAMETOOLONG':
      case 'EILSEQ':
      case 'EINVAL':
        return refused('path', 'this file system has no such file name');
      case 'EMLINK':
        return refused('link', 'the file has more names than this file system allows');
      default:
        return writeFailure(error, this.#root);
    }
  }
}
