import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';

const deepest = 3;
/** So that a huge folder is surveyed in no time: what is near the root comes first. */
const mostFolders = 1000;

/** Full of files, and never home to a Dockerfile that somebody wrote for this project. */
const heavyFolders: ReadonlySet<string> = new Set([
  'node_modules',
  'bower_components',
  'vendor',
  'target',
  'venv',
  '__pycache__',
]);

/**
 * Dockerfiles of a folder by their names, up to three folders down, relative with `/`. Likeliest first: the nearest to
 * the root, and there `Dockerfile`, `Containerfile`, `Dockerfile.*`, `*.Dockerfile`. Folders that are hidden or hold
 * installed packages aren't looked into, nor are links.
 */
export async function findDockerfiles(root: string, signal: AbortSignal): Promise<readonly string[]> {
  const found: string[] = [];
  let level = [''];
  let budget = mostFolders;
  for (let depth = 0; depth <= deepest && level.length > 0; depth++) {
    const below: string[] = [];
    const here: string[] = [];
    for (const folder of level) {
      if (budget-- <= 0) break;
      signal.throwIfAborted();
      for (const entry of await list(path.join(root, folder), folder === '')) {
        const place = folder === '' ? entry.name : `${folder}/${entry.name}`;
        if (entry.isDirectory()) {
          if (!entry.name.startsWith('.') && !heavyFolders.has(entry.name)) below.push(place);
        } else if (rank(entry.name) !== undefined && (entry.isFile() || entry.isSymbolicLink())) {
          here.push(place);
        }
      }
    }
    found.push(...here.sort(byLikelihood));
    level = below.sort();
  }
  return found;
}

async function list(folder: string, isRoot: boolean): Promise<readonly Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (error) {
    // A folder that can't be listed holds nothing to propose; the build will say so if it needs it.
    if (isRoot) throw error;
    return [];
  }
}

function rank(name: string): number | undefined {
  if (/\.dockerignore$/i.test(name)) return undefined;
  if (name === 'Dockerfile') return 0;
  if (/^dockerfile$/i.test(name)) return 1;
  if (/^containerfile$/i.test(name)) return 2;
  if (/^(dockerfile|containerfile)\./i.test(name)) return 3;
  return /.\.(dockerfile|containerfile)$/i.test(name) ? 4 : undefined;
}

function byLikelihood(one: string, other: string): number {
  const rankOf = (place: string) => rank(path.posix.basename(place)) ?? 5;
  return rankOf(one) - rankOf(other) || (one < other ? -1 : 1);
}
