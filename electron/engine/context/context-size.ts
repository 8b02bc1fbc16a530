import path from 'node:path';
import type { ContextSize } from '@shared/model/context-survey.ts';
import type { BuildContext } from '../ports.ts';
import { findIgnoreFile, selectContext } from './dockerignore.ts';
import { isType } from './go-file-mode.ts';
import { walk } from './walk.ts';

/**
 * What a build of this context would send. Blocks the thread as long as the folder is large: `measure.ts` gives it one of
 * its own. A folder that is ignored as a whole isn't walked, and counts as one ignored file.
 *
 * @throws `context.unreadable`, `dockerfile.invalid` for a pattern of the ignore file
 */
export async function addUpContext(context: BuildContext, signal: AbortSignal): Promise<ContextSize> {
  const ignoreFile = await findIgnoreFile(context, signal);
  let files = 0;
  let bytes = 0;
  let ignoredFiles = 0;
  const roots = new Map<string, number>();
  const entries = walk(context.root, selectContext(ignoreFile), ({ reason }) => {
    if (reason === 'ignored') ignoredFiles++;
  });
  for (const { path: place, mode, size, linkname } of entries) {
    if (isType(mode, 'folder')) continue;
    files++;
    // A link has no content to send, nor has the second name of a file.
    if (!isType(mode, 'file') || linkname !== '') continue;
    bytes += size;
    const slash = place.indexOf('/');
    const root = slash < 0 ? place : place.slice(0, slash);
    roots.set(root, (roots.get(root) ?? 0) + size);
  }
  return {
    files,
    bytes,
    ignoredFiles,
    ...(ignoreFile === undefined ? {} : { ignoreFile: relative(context.root, ignoreFile.file) }),
    largest: [...roots]
      .map(([place, sum]) => ({ path: place, bytes: sum }))
      .sort((one, other) => other.bytes - one.bytes)
      .slice(0, 5),
  };
}

function relative(root: string, file: string): string {
  return path.relative(root, file).replaceAll(path.sep, '/');
}
