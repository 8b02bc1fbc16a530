import { lstatSync, readdirSync, readlinkSync, type BigIntStats, type Dirent } from 'node:fs';
import { appFailure } from '@shared/model/app-error.ts';
import { goFileMode, isType } from './go-file-mode.ts';
import type { Selection, Verdict } from './selection.ts';

/** One file, folder, link or device of a context, as it travels. Owners don't: the engine gets 0:0, as from the docker CLI. */
export interface WalkEntry {
  /** Relative to the root, with `/`. */
  readonly path: string;
  /** As Go's `os.FileMode`: type and permission bits. */
  readonly mode: number;
  /** Bytes; 0 for folders. */
  readonly size: number;
  /** Nanoseconds since 1970, UTC; may lie before. */
  readonly mtime: bigint;
  /** What a symbolic link says, or the path of the entry before that is the same file (a hard link). Else empty. */
  readonly linkname: string;
  readonly deviceMajor: number;
  readonly deviceMinor: number;
}

/** What a walk came by and didn't yield. An ignored folder that wasn't entered is told once. */
export interface Skipped {
  /**
   * `unsupported`: a socket, which no image can hold; or a name or the target of a link that is no UTF-8 (shown with U+FFFD),
   * which engines from 23 on refuse to read.
   */
  readonly reason: 'ignored' | 'unsupported';
  readonly path: string;
}

interface Folder {
  readonly path: string;
  readonly verdict: Verdict | undefined;
  readonly dirents: readonly Dirent[];
  next: number;
  /** Yielded as soon as something in it is, when it isn't taken for itself. */
  pending: WalkEntry | undefined;
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
  const hardLinks = new Map<string, string>();
  const folders: Folder[] = [openFolder(root, '', undefined, undefined)];
  for (let folder = folders[0]; folder !== undefined; folder = folders.at(-1)) {
    const dirent = folder.dirents[folder.next++];
    if (dirent === undefined) {
      folders.pop();
      continue;
    }
    const path = folder.path === '' ? dirent.name : `${folder.path}/${dirent.name}`;
    const verdict = selection.judge(path, folder.verdict);
    if (!verdict.taken && !(dirent.isDirectory() && selection.mayTakeBelow(path, verdict))) {
      onSkipped({ reason: 'ignored', path });
      continue;
    }
    const entry = dirent.isSocket() ? 'unsupported' : readEntry(root, path, hardLinks);
    if (entry === 'gone') continue;
    if (entry === 'unsupported') {
      onSkipped({ reason: entry, path });
      continue;
    }
    if (verdict.taken) {
      for (const above of folders) {
        if (above.pending === undefined) continue;
        const pending = above.pending;
        above.pending = undefined;
        yield pending;
      }
      yield entry;
    }
    if (isType(entry.mode, 'folder')) {
      folders.push(openFolder(root, path, verdict, verdict.taken ? undefined : entry));
    }
  }
}

function openFolder(root: string, path: string, verdict: Verdict | undefined, pending: WalkEntry | undefined): Folder {
  return { path, verdict, dirents: readFolder(root, path, pending !== undefined), next: 0, pending };
}

function readFolder(root: string, path: string, ignored: boolean): readonly Dirent[] {
  try {
    return sortByBytes(readdirSync(`${root}/${path}`, { withFileTypes: true }));
  } catch (error) {
    if (path !== '' && (isGone(error) || (ignored && hasCode(error, 'EACCES', 'EPERM')))) return [];
    throw unreadable(path === '' ? root : path, error);
  }
}

/** JavaScript compares UTF-16 units, which differs from UTF-8 bytes where one of both is beyond U+FFFF. */
function sortByBytes(dirents: Dirent[]): readonly Dirent[] {
  return dirents.some(({ name }) => /[\uD800-\uDFFF]/.test(name))
    ? dirents.sort((one, other) => Buffer.compare(Buffer.from(one.name), Buffer.from(other.name)))
    : dirents.sort((one, other) => (one.name < other.name ? -1 : 1));
}

function readEntry(root: string, path: string, hardLinks: Map<string, string>): WalkEntry | 'gone' | 'unsupported' {
  const place = `${root}/${path}`;
  try {
    const stats = lstatSync(place, { bigint: true, throwIfNoEntry: false });
    // U+FFFD stands for bytes that are no UTF-8; unless there is a file of just that name.
    if (stats === undefined) return path.includes('\uFFFD') ? 'unsupported' : 'gone';
    const mode = goFileMode(Number(stats.mode));
    const linkname = isType(mode, 'link') ? readLink(place) : hardLinkOf(stats, mode, path, hardLinks);
    if (linkname === undefined) return 'unsupported';
    const device = isType(mode, 'device') ? Number(stats.rdev) : 0;
    return {
      path,
      mode,
      size: isType(mode, 'folder') ? 0 : Number(stats.size),
      mtime: stats.mtimeNs,
      linkname,
      deviceMajor: (device >>> 8) & 0xfff,
      deviceMinor: (device & 0xff) | ((device >>> 12) & 0xfff00),
    };
  } catch (error) {
    if (isGone(error)) return 'gone';
    throw unreadable(path, error);
  }
}

/** Nothing when it is no UTF-8. */
function readLink(place: string): string | undefined {
  const target = readlinkSync(place);
  if (target.includes('\uFFFD') && !readlinkSync(place, 'buffer').equals(Buffer.from(target))) return undefined;
  return process.platform === 'win32' ? target.replaceAll('\\', '/') : target;
}

/** The size stays the real one: with 0 the daemon would link again at each sync, and leave drafts in the image. */
function hardLinkOf(stats: BigIntStats, mode: number, path: string, hardLinks: Map<string, string>): string {
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

function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code));
}
