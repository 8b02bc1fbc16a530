import { type AppFailure, appFailure } from '@shared/model/app-error.ts';

/** What is wrong with an archive; `params.reason` of `archive.invalid`. */
export type ArchiveFault =
  /** A path that leads out, or that no file system has. */
  | 'path'
  /** A link that leads out, through which something was to be written, or to what the archive doesn't have. */
  | 'link'
  /** Two entries that can't both be. */
  | 'clash'
  /** A kind of entry that would come out wrong. */
  | 'kind'
  /** No tar, or a broken one. */
  | 'format'
  /** It ends before its end. */
  | 'truncated';

/** The longest that a path of an archive is quoted, in characters. */
const longestQuote = 200;

/** An archive that can't be unpacked, and why: `cause` says so in English. */
export function invalidArchive(reason: ArchiveFault, cause: string, path = '', original?: unknown): AppFailure {
  return appFailure('archive.invalid', { params: { reason, path: quotable(path) }, cause }, original);
}

/** An archive that holds more than is unpacked; `limit` says how much that is. */
export function tooLargeArchive(limit: string, path = ''): AppFailure {
  return appFailure('archive.tooLarge', { params: { limit, path: quotable(path) } });
}

/** A path as it may stand in a message: of one line, without what terminals obey, not too long. */
function quotable(path: string): string {
  const line = path.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '\u{FFFD}');
  return line.length > longestQuote ? `${line.slice(0, longestQuote)}…` : line;
}
