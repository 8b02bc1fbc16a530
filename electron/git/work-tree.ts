import { mkdir, realpath, rm, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { appFailure } from '@shared/model/app-error.ts';
import type { ObjectFormat } from './cache.ts';
import { type GitCommand, type RunGit, tooLarge } from './command.ts';
import type { Setting } from './environment.ts';
import { causeOf } from './failures.ts';
import type { Fetched } from './fetch.ts';

/** What a commit holds, as far as it matters before it is written out. */
export interface TreeContents {
  /** Commits of other repositories, by path. */
  readonly submodules: ReadonlyMap<string, string>;
  /** The object of `.gitmodules` at the root, where that is a file. */
  readonly gitmodules?: string | undefined;
  /** Objects of all `.gitattributes`. */
  readonly attributes: readonly string[];
  readonly lfsconfig?: string | undefined;
  /** Objects of all files that are small enough for a pointer of LFS, once for each file. */
  readonly small: readonly string[];
  readonly files: number;
  readonly bytes: number;
}

export interface TreeLimits {
  readonly maxFiles: number;
  /** Of all files together, as they will lie on disk. */
  readonly maxBytes: number;
}

/** https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md: pointers are smaller than 1024 bytes. */
const longestPointer = 1023;
/** Bytes of all files together that say something to git (`.gitattributes` and the like): they are read in this process. */
const settingBytes = 16e6;
/** Bytes of a path; a few kilobytes of a pack can hold one of a gigabyte. */
const longestPath = 65_536;

/** The folder, made where it isn't there. Says whether it is empty: only then is it ours to fill. */
export async function prepareDestination(destination: string): Promise<string> {
  await mkdir(destination, { recursive: true });
  if ((await readdir(destination)).length > 0) throw new Error(`${destination} is not empty`);
  return realpath(destination);
}

/** Removes all that is in it; the folder itself stays where it is. */
export async function emptyFolder(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    await rm(path.join(folder, name), { recursive: true, force: true, maxRetries: 3 });
  }
}

/**
 * Makes `destination/.git` with this commit, and nothing that leads back to the cache: objects are copied as they are packed there.
 * HEAD stands where `git clone` or `git checkout` would have left it.
 */
export async function placeObjects(
  fetched: Fetched,
  { destination, format, url }: { destination: string; format: ObjectFormat; url: string },
  runGit: RunGit,
  signal: AbortSignal,
): Promise<void> {
  const { commit, branch, tag, tagObject, repository } = fetched;
  const gitDir = path.join(destination, '.git');
  const run = (command: GitCommand) => succeed(runGit, command, signal);
  const here = `--git-dir=${gitDir}`;
  await run({ args: ['init', '--quiet', `--object-format=${format}`, destination] });
  await run({
    args: [
      `--git-dir=${repository}`,
      'pack-objects',
      '--quiet',
      '--revs',
      '--shallow',
      '--delta-base-offset',
      '--window=0',
      path.join(gitDir, 'objects/pack/pack'),
    ],
    input: [`--shallow ${commit}`, commit, ...(tagObject === undefined ? [] : [tagObject]), ''].join('\n'),
  });
  await writeFile(path.join(gitDir, 'shallow'), `${commit}\n`);
  const refs: (readonly [name: string, object: string])[] = [];
  if (branch !== undefined) refs.push([`refs/heads/${branch}`, commit], [`refs/remotes/origin/${branch}`, commit]);
  if (tag !== undefined) refs.push([`refs/tags/${tag}`, tagObject ?? commit]);
  const input = refs.map(([name, object]) => `create ${name}\0${object}\0`).join('');
  if (input !== '') await run({ args: [here, 'update-ref', '-z', '--stdin'], input });
  await run({
    args:
      branch === undefined
        ? [here, 'update-ref', '--no-deref', 'HEAD', commit]
        : [here, 'symbolic-ref', 'HEAD', `refs/heads/${branch}`],
  });
  await run({ args: [here, 'config', 'remote.origin.url', url] });
  await run({ args: [here, 'config', 'remote.origin.fetch', '+refs/heads/*:refs/remotes/origin/*'] });
}

/**
 * Looks through a commit's tree before it is written out. A few kilobytes can describe a tree that fills any disk, so it is counted
 * while it is told.
 * @throws AppFailure `source.tooLarge`
 */
export async function readTree(
  destination: string,
  commit: string,
  { maxFiles, maxBytes }: TreeLimits,
  runGit: RunGit,
  signal: AbortSignal,
): Promise<TreeContents> {
  const submodules = new Map<string, string>();
  const attributes: string[] = [];
  const small: string[] = [];
  let gitmodules: string | undefined;
  let lfsconfig: string | undefined;
  let [files, bytes, said] = [0, 0, 0];
  const entry = (text: string) => {
    const tab = text.indexOf('\t');
    const [mode = '', , object = '', size = ''] = text.slice(0, tab).split(/ +/);
    const name = text.slice(tab + 1);
    files++;
    bytes += size === '-' ? 0 : Number(size);
    if (files > maxFiles) throw appFailure('source.tooLarge', { params: { limit: `${maxFiles} files` } });
    if (bytes > maxBytes) throw tooLarge(maxBytes);
    const isFile = mode.startsWith('100');
    if (isFile && /(?:^|\/)\.(?:gitattributes|gitmodules|lfsconfig)$/.test(name)) said += Number(size);
    if (said > settingBytes) throw tooLarge(settingBytes);
    if (isFile && Number(size) <= longestPointer) small.push(object);
    if (mode === '160000') submodules.set(name, object);
    else if (isFile && name === '.gitmodules') gitmodules = object;
    else if (isFile && name === '.lfsconfig') lfsconfig = object;
    else if (isFile && /(?:^|\/)\.gitattributes$/.test(name)) attributes.push(object);
  };
  // Bytes, since a name may be no UTF-8, and a piece may end anywhere.
  let rest: Buffer = Buffer.alloc(0);
  const onOutput = (data: Buffer) => {
    const all = rest.length === 0 ? data : Buffer.concat([rest, data]);
    let from = 0;
    for (let end = all.indexOf(0); end !== -1; end = all.indexOf(0, from)) {
      entry(all.toString('utf8', from, end));
      from = end + 1;
    }
    rest = all.subarray(from);
    if (rest.length > longestPath) throw tooLarge(longestPath);
  };
  const args = [gitDirOf(destination), 'ls-tree', '-r', '-z', '--long', '--full-tree', commit];
  await succeed(runGit, { args, onOutput }, signal);
  return { submodules, gitmodules, attributes, lfsconfig, small, files, bytes };
}

/** Writes the files of a commit into an empty folder that has its objects. */
export async function writeFiles(
  destination: string,
  commit: string,
  runGit: RunGit,
  signal: AbortSignal,
): Promise<void> {
  await succeed(runGit, { args: writingFiles(destination, commit) }, signal);
}

/** What {@link writeFiles} tells git, for who runs it otherwise. */
export function writingFiles(destination: string, commit: string): readonly string[] {
  return [gitDirOf(destination), `--work-tree=${destination}`, 'read-tree', '--reset', '-u', commit];
}

/** The texts of many small objects of the checkout, in order. */
export async function readBlobs(
  destination: string,
  objects: readonly string[],
  runGit: RunGit,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const texts: string[] = [];
  let rest: Buffer = Buffer.alloc(0);
  const onOutput = (data: Buffer) => {
    rest = Buffer.concat([rest, data]);
    for (;;) {
      const line = rest.indexOf(10);
      const size = Number(/ (\d+)$/.exec(rest.toString('latin1', 0, Math.max(line, 0)))?.[1]);
      if (line === -1 || rest.length < line + size + 2) return;
      texts.push(rest.toString('utf8', line + 1, line + 1 + size));
      rest = rest.subarray(line + size + 2);
    }
  };
  const input = objects.map((object) => `${object}\n`).join('');
  await succeed(runGit, { args: [gitDirOf(destination), 'cat-file', '--batch', '--buffer'], input, onOutput }, signal);
  return texts;
}

/** A file of git's configuration format that a repository brings along, as names and values; nothing that it includes is read. */
export async function readConfig(
  destination: string,
  object: string,
  runGit: RunGit,
  signal: AbortSignal,
): Promise<readonly Setting[]> {
  const args = [gitDirOf(destination), 'config', '--no-includes', `--blob=${object}`, '-z', '--list'];
  const text = await succeed(runGit, { args }, signal);
  return text
    .split('\0')
    .filter((line) => line !== '')
    .map((line) => {
      const at = line.indexOf('\n');
      return at === -1 ? ([line, ''] as const) : ([line.slice(0, at), line.slice(at + 1)] as const);
    });
}

export function gitDirOf(destination: string): string {
  return `--git-dir=${path.join(destination, '.git')}`;
}

/** For what can only fail when git, the disk or our cache is broken. */
export async function succeed(runGit: RunGit, command: GitCommand, signal: AbortSignal): Promise<string> {
  const outcome = await runGit(command, signal);
  if (outcome.kind === 'done') return outcome.stdout;
  const cause = causeOf(outcome.stderr, []);
  if (/No space left on device|Disk quota exceeded/i.test(cause))
    throw appFailure('disk.full', { params: { path: '' }, cause, fixes: [{ kind: 'retry' }] });
  throw appFailure('source.failed', { cause, fixes: [{ kind: 'retry' }] });
}
