import { type AppFailure, appFailure } from '@shared/model/app-error.ts';
import type { Access } from './access.ts';
import type { RunGit } from './command.ts';
import type { Setting } from './environment.ts';
import { parseRemote } from './location.ts';
import { checkReach, locate, type LookUp } from './reach.ts';
import { readBlobs, readConfig, type TreeContents } from './work-tree.ts';

/** Patterns of `.gitattributes` that hand files to LFS; of them so many are told. */
const lfsPattern = /^[^\S\n]*(\S+)[^\S\n].*\bfilter=lfs\b/gm;
const mostPatterns = 5;

/** Which files a commit keeps in LFS, as patterns; none when it uses none. */
export async function lfsPatterns(
  destination: string,
  { attributes }: TreeContents,
  runGit: RunGit,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const patterns: string[] = [];
  for (const text of await readBlobs(destination, [...new Set(attributes)], runGit, signal)) {
    for (const [, pattern = ''] of text.matchAll(lfsPattern)) {
      patterns.push(pattern);
      if (patterns.length === mostPatterns) return patterns;
    }
  }
  return patterns;
}

/**
 * Bytes that the pointers of a commit stand for, as they say, all files that share an object counted. git-lfs takes more for pointers
 * than should be, and believes no size; so what is written is measured as well.
 */
export async function lfsBytes(
  destination: string,
  { small }: TreeContents,
  runGit: RunGit,
  signal: AbortSignal,
): Promise<number> {
  const counts = new Map<string, number>();
  for (const object of small) counts.set(object, (counts.get(object) ?? 0) + 1);
  const texts = await readBlobs(destination, [...counts.keys()], runGit, signal);
  const sizes = texts.map((text) => Number(/^version https?:\/\/.*^size \+?(\d+)$/ms.exec(text)?.[1] ?? 0));
  return [...counts.values()].reduce((sum, count, index) => sum + count * (sizes[index] ?? 0), 0);
}

/**
 * The settings under which git itself fetches and writes the files of LFS, while it writes all others: it never writes through links,
 * which git-lfs has done (CVE-2025-26625).
 * @param program absolute path of git-lfs
 * @param storage where its files are kept for the next time
 * @throws AppFailure `source.invalid` for a server that the repository names and that isn't one to fetch from
 */
export async function lfsSettings(
  destination: string,
  tree: TreeContents,
  {
    program,
    storage,
    access,
    lookUp,
    runGit,
  }: { program: string; storage: string; access: Access; lookUp: LookUp; runGit: RunGit },
  signal: AbortSignal,
): Promise<readonly Setting[]> {
  const command = `'${program.replaceAll("'", `'\\''`)}'`;
  const server = await namedServer(destination, tree, access, lookUp, runGit, signal);
  return [
    ['filter.lfs.process', `${command} filter-process`],
    ['filter.lfs.smudge', `${command} smudge -- %f`],
    ['filter.lfs.required', 'true'],
    ['lfs.storage', storage],
    // What the repository's .lfsconfig says comes after all of these.
    ['lfs.skipdownloaderrors', 'false'],
    ['lfs.basictransfersonly', 'true'],
    ...(server === undefined ? [] : [['lfs.url', server] as const]),
  ];
}

/** The server that the repository itself names; git-lfs finds the usual one, beside the repository. */
async function namedServer(
  destination: string,
  { lfsconfig }: TreeContents,
  from: Access,
  lookUp: LookUp,
  runGit: RunGit,
  signal: AbortSignal,
): Promise<string | undefined> {
  const settings = lfsconfig === undefined ? [] : await readConfig(destination, lfsconfig, runGit, signal);
  const named =
    settings.find(([name]) => name === 'lfs.url') ?? settings.find(([name]) => /^remote\..*\.lfsurl$/.test(name));
  if (named === undefined) return undefined;
  const server = parseRemote(named[1]);
  if (server.scheme !== 'https' && server.scheme !== 'http')
    throw appFailure('source.invalid', { params: { text: server.url, reason: 'large files come by https' } });
  checkReach(await locate(server, lookUp), from);
  return server.url;
}

/** What git-lfs says when it fails, as an error. */
export function lfsFailure({ remote }: Access, cause: string): AppFailure {
  return appFailure('source.lfsFailed', {
    params: { host: remote.host, remote: remote.url },
    cause,
    fixes: [{ kind: 'retry' }],
  });
}
