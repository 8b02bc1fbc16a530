import path from 'node:path';
import { appFailure } from '@shared/model/app-error.ts';
import type { BuildContext } from '../ports.ts';
import { cleanPath, trimSpace } from './go-text.ts';
import { parsePattern } from './pattern.ts';
import { readWithin } from './read-within.ts';
import { selectBy, type Selection } from './selection.ts';

/**
 * What `az acr build` leaves out unless told otherwise, in the root of the context alone. They come before the patterns
 * of the ignore file, so that `!.git/**` there brings the folder back.
 */
export const defaultExcludes: readonly string[] = [
  '.git',
  '.gitignore',
  '.bzr',
  'bzrignore',
  '.hg',
  '.hgignore',
  '.svn',
];

/** Far above what anybody writes; in bytes. */
const longestIgnoreFile = 1_048_576;

/** The ignore file that counts for a build. */
export interface IgnoreFile {
  /** Absolute path. */
  readonly file: string;
  readonly text: string;
  /** As Docker reads them, in the order of the lines. */
  readonly patterns: readonly string[];
}

/**
 * Reads a `.dockerignore` as moby's `ignorefile.ReadAll` does: a byte order mark, lines that begin with `#` and blank
 * lines are dropped; the rest is trimmed, cleaned, and freed of a leading `/`.
 */
export function parseIgnoreFile(text: string): readonly { readonly pattern: string; readonly line: number }[] {
  return text
    .replace(/^\uFEFF/, '')
    .split('\n')
    .flatMap((raw, index) => {
      if (raw.startsWith('#')) return [];
      const trimmed = trimSpace(raw);
      if (trimmed === '') return [];
      const exception = trimmed.startsWith('!');
      let pattern = exception ? trimSpace(trimmed.slice(1)) : trimmed;
      if (pattern !== '') pattern = cleanPath(pattern);
      if (pattern.length > 1 && pattern.startsWith('/')) pattern = pattern.slice(1);
      return [{ pattern: exception ? `!${pattern}` : pattern, line: index + 1 }];
    });
}

/**
 * The ignore file of a build, by Docker's rule: `<path of the Dockerfile>.dockerignore`, else `.dockerignore` in the root
 * of the context; `undefined` when there is neither. The folder may be a stranger's, and what is read here is quoted in errors
 * and sent to engines: a link is followed only within the context, or within the folder of a Dockerfile that lies elsewhere.
 *
 * @throws `context.unreadable`, `context.outside`; `dockerfile.invalid` with the file and the line of a pattern that Docker
 *   refuses
 */
export async function findIgnoreFile(context: BuildContext, signal: AbortSignal): Promise<IgnoreFile | undefined> {
  for (const file of [`${context.dockerfile}.dockerignore`, path.join(context.root, '.dockerignore')]) {
    const text = await readWithin([context.root, path.dirname(context.dockerfile)], file, longestIgnoreFile, signal);
    if (text === undefined) continue;
    const lines = parseIgnoreFile(text);
    for (const { pattern, line } of lines) check(pattern, file, line);
    return { file, text, patterns: lines.map(({ pattern }) => pattern) };
  }
  return undefined;
}

/** What of a context travels: all but the {@link defaultExcludes} and what the ignore file names. */
export function selectContext(ignoreFile: IgnoreFile | undefined): Selection {
  return selectBy([], [...defaultExcludes, ...(ignoreFile?.patterns ?? [])]);
}

function check(pattern: string, file: string, line: number): void {
  try {
    parsePattern(pattern);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw appFailure('dockerfile.invalid', { params: { pattern }, where: { file, line }, cause: error.message }, error);
  }
}
