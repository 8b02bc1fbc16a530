import { lstatSync, readdirSync, readlinkSync, type BigIntStats, type Dirent } from 'node:fs';
import { appFailure } from '@shared/model/app-error.ts';
import { goFileMode, isType } from './go-file-mode.ts';
import type { Selection, Verdict } from './selection.ts';

/** One file, folder, link or device of a context, as it travels. Owners don't: the engine gets 0:0, as from the docker CLI. */
export interface WalkEntry {
  /** Relative to the root, with `/`. Bytes that are no UTF-8 show as U+FFFD; then `rawPath` has them. */
  readonly path: string;
  /** The same path to the byte, where `path` can't say it. */
  readonly rawPath: Buffer | undefined;
  /** As Go's `os.FileMode`: type and permission bits. */
  readonly mode: number;
  /** Bytes; 0 for folders. */
  readonly size: number;
  /** Nanoseconds since 1970, UTC; may lie before. */
  readonly mtime: bigint;
  /** What a symbolic link says, or the path of the entry before that is the same file (a hard link). Else empty. */
  readonly linkname: string | Buffer;
  readonly deviceMajor: number;
  readonly deviceMinor: number;
}

/** What a walk came by and didn't yield. An ignored folder that wasn't entered is told once. */
export interface Skipped {
  /** `unsupported`: a socket, which no image can hold. */
  readonly reason: 'ignored' | 'unsupported';
  readonly path: string;
}

interface Folder {
  readonly path: string;
  readonly rawPath: Buffer | undefined;
  readonly verdict: Verdict | undefined;
  readonly names: readonly Name[];
  next: number;
  /** Yielded as soon as something in it is, when it isn't taken for itself. */
  pending: WalkEntry | undefined;
}

interface Name {
  readonly path: string;
  readonly rawPath: Buffer | undefined;
  readonly dirent: Dirent | Dirent<NonSharedBuffer>;
}

/**
 * Walks a folder depth first, names in the order of their bytes: the order that BuildKit's fsutil demands. Lazy: nothing
 * is read before it is asked for. Symbolic links are told, never followed. A folder that isn't selected itself comes when
 * something in it does, as in fsutil. What vanishes before its turn doesn't come.
 *
 * Calls are synchronous (several times faster than asynchronous ones): let whoever iterates give way to others now and then.
 *
 * @throws `context.unreadable` with `params.path`, unless what can't be read was ignored anyhow
 */
export function* walk(
  root: string,
  selection: Selection,
  onSkipped: (skipped: Skipped) => void,
): Generator<WalkEntry, void, undefined> {
  const hardLinks = new Map<string, string | Buffer>();
  const folders: Folder[] = [openFolder(root, '', undefined, undefined, undefined)];
  for (let folder = folders[0]; folder !== undefined; folder = folders.at(-1)) {
    const name = folder.names[folder.next++];
    if (name === undefined) {
      folders.pop();
      continue;
    }
    const { path, rawPath, dirent } = name;
    const verdict = selection.judge(path, folder.verdict);
    if (!verdict.taken) {
      if (dirent.isDirectory() && selection.mayTakeBelow(path, verdict)) {
        const entry = readEntry(root, path, rawPath, hardLinks);
        if (entry !== undefined) folders.push(openFolder(root, path, rawPath, verdict, entry));
      } else {
        onSkipped({ reason: 'ignored', path });
      }
      continue;
    }
    if (dirent.isSocket()) {
      onSkipped({ reason: 'unsupported', path });
      continue;
    }
    const entry = readEntry(root, path, rawPath, hardLinks);
    if (entry === undefined) continue;
    for (const above of folders) {
      if (above.pending === undefined) continue;
      const pending = above.pending;
      above.pending = undefined;
      yield pending;
    }
    yield entry;
    if (isType(entry.mode, 'folder')) folders.push(openFolder(root, path, rawPath, verdict, undefined));
  }
}

/** Where an entry lies, for calls of `node:fs`. */
export function placeOf(root: string, entry: Pick<WalkEntry, 'path' | 'rawPath'>): string | Buffer {
  return entry.rawPath === undefined
    ? `${root}/${entry.path}`
    : Buffer.concat([Buffer.from(`${root}/`), entry.rawPath]);
}

function openFolder(
  root: string,
  path: string,
  rawPath: Buffer | undefined,
  verdict: Verdict | undefined,
  pending: WalkEntry | undefined,
): Folder {
  return { path, rawPath, verdict, names: readNames(root, path, rawPath, pending !== undefined), next: 0, pending };
}

function readNames(root: string, path: string, rawPath: Buffer | undefined, ignored: boolean): readonly Name[] {
  const place = placeOf(root, { path, rawPath });
  try {
    if (rawPath === undefined) {
      const dirents = readdirSync(place, { withFileTypes: true });
      // U+FFFD stands for bytes that are no UTF-8: read once more, to the byte.
      if (!dirents.some(({ name }) => name.includes('\uFFFD')))
        return sortByBytes(dirents).map((dirent) => named(path, dirent));
    }
    const prefix = rawPath ?? Buffer.from(path);
    return readdirSync(place, { withFileTypes: true, encoding: 'buffer' })
      .sort((one, other) => Buffer.compare(one.name, other.name))
      .map((dirent) => {
        const raw = prefix.length === 0 ? dirent.name : Buffer.concat([prefix, Buffer.from('/'), dirent.name]);
        return { path: raw.toString(), rawPath: raw, dirent };
      });
  } catch (error) {
    if (path !== '' && (isGone(error) || (ignored && isForbidden(error)))) return [];
    throw unreadable(path === '' ? root : path, error);
  }
}

function named(folder: string, dirent: Dirent): Name {
  return { path: folder === '' ? dirent.name : `${folder}/${dirent.name}`, rawPath: undefined, dirent };
}

/** JavaScript compares UTF-16 units, which differs from UTF-8 bytes where one of both is beyond U+FFFF. */
function sortByBytes(dirents: Dirent[]): readonly Dirent[] {
  return dirents.some(({ name }) => /[\uD800-\uDFFF]/.test(name))
    ? dirents.sort((one, other) => Buffer.compare(Buffer.from(one.name), Buffer.from(other.name)))
    : dirents.sort((one, other) => (one.name < other.name ? -1 : 1));
}

/** Nothing when it is gone. */
function readEntry(
  root: string,
  path: string,
  rawPath: Buffer | undefined,
  hardLinks: Map<string, string | Buffer>,
): WalkEntry | undefined {
  const place = placeOf(root, { path, rawPath });
  try {
    const stats = lstatSync(place, { bigint: true, throwIfNoEntry: false });
    if (stats === undefined) return undefined;
    const mode = goFileMode(Number(stats.mode));
    const device = isType(mode, 'device') ? Number(stats.rdev) : 0;
    return {
      path,
      rawPath,
      mode,
      size: isType(mode, 'folder') ? 0 : Number(stats.size),
      mtime: stats.mtimeNs,
      linkname: isType(mode, 'link') ? readLink(place) : hardLinkOf(stats, mode, rawPath ?? path, hardLinks),
      deviceMajor: (device >>> 8) & 0xfff,
      deviceMinor: (device & 0xff) | ((device >>> 12) & 0xfff00),
    };
  } catch (error) {
    if (isGone(error)) return undefined;
    throw unreadable(path, error);
  }
}

function readLink(place: string | Buffer): string | Buffer {
  const target = readlinkSync(place);
  if (target.includes('\uFFFD')) return readlinkSync(place, 'buffer');
  return process.platform === 'win32' ? target.replaceAll('\\', '/') : target;
}

/** The size stays the real one: with 0 the daemon would link again at each sync, and leave drafts in the image. */
function hardLinkOf(
  stats: BigIntStats,
  mode: number,
  path: string | Buffer,
  hardLinks: Map<string, string | Buffer>,
): string | Buffer {
  if (stats.nlink < 2n || isType(mode, 'folder')) return '';
  const file = `${stats.dev}:${stats.ino}`;
  const first = hardLinks.get(file);
  if (first === undefined) hardLinks.set(file, path);
  return first ?? '';
}

function unreadable(path: string, error: unknown): Error {
  return appFailure('context.unreadable', { params: { path }, cause: String(error) }, error);
}

function isGone(error: unknown): boolean {
  return hasCode(error, 'ENOENT', 'ENOTDIR');
}

function isForbidden(error: unknown): boolean {
  return hasCode(error, 'EACCES', 'EPERM');
}

function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code));
}
