import { readdir, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { appFailure } from '@shared/model/app-error.ts';
import { oneLine } from './location.ts';
import { nearest } from './remote-refs.ts';

const mostFolders = 20;
/** Those that a button is made of. */
const mostOffered = 8;

/**
 * A folder of a checkout as an absolute path without links. Links are followed as long as they stay inside.
 * @param root free of links
 * @param parts as `parseFolder` answers them
 * @throws AppFailure `source.folderNotFound` with the folders that are there, `source.folderOutside`
 */
export async function findFolder(root: string, parts: readonly string[]): Promise<string> {
  let at = root;
  for (const [index, part] of parts.entries()) {
    const led = await followed(path.join(at, part));
    // What git keeps is no part of the commit, whatever leads there.
    const next = led !== undefined && /(?:^|[\\/])\.git(?:$|[\\/])/i.test(path.relative(root, led)) ? undefined : led;
    if (next !== undefined && next !== root && !next.startsWith(`${root}${path.sep}`)) {
      throw appFailure('source.folderOutside', {
        params: { folder: oneLine(parts.join('/')) },
        fixes: [{ kind: 'editInputs' }],
      });
    }
    if (next === undefined || !(await stat(next)).isDirectory()) {
      const above = parts
        .slice(0, index)
        .map((name) => `${name}/`)
        .join('');
      const there = (await foldersIn(at)).map((name) => `${above}${name}`);
      const folders = there.map((name) => oneLine(name));
      throw appFailure('source.folderNotFound', {
        params: { folder: oneLine(parts.join('/')), folders: folders.join(', ') || '–' },
        fixes: [
          ...[...new Set([...nearest(parts.slice(0, index + 1).join('/'), there), ...there])]
            .filter((name) => oneLine(name) === name)
            .slice(0, mostOffered)
            .map((name) => ({ kind: 'useFolder' as const, folder: name })),
          { kind: 'editInputs' },
        ],
      });
    }
    at = next;
  }
  return at;
}

/** Where a path leads; undefined for nowhere, or round in circles. */
async function followed(file: string): Promise<string | undefined> {
  return realpath(file).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && /^(?:ENOENT|ENOTDIR|ELOOP|ENAMETOOLONG)$/.test(String(error.code)))
      return undefined;
    throw error;
  });
}

async function foldersIn(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory() && entry.name !== '.git').map(({ name }) => name);
  return names.sort().slice(0, mostFolders);
}
