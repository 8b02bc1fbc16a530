import { lstat, mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { invalidArchive } from '../engine/context/archive/archive-failure.ts';

/** Writes a new file of a folder that is ours alone, through no link. @throws AppFailure `archive.invalid`, and what `bytes` throws */
export async function writeFileWithin(
  root: string,
  names: readonly string[],
  bytes: AsyncIterable<Buffer>,
  signal: AbortSignal,
): Promise<void> {
  const file = path.join(await makeFolders(root, names.slice(0, -1)), names.at(-1) ?? '');
  await mustBeNew(file, names);
  const handle = await open(file, 'wx', 0o644);
  try {
    for await (const piece of bytes) {
      signal.throwIfAborted();
      await handle.writeFile(piece);
    }
  } catch (error) {
    await handle.close();
    await rm(file, { force: true });
    throw error;
  }
  await handle.close();
}

/**
 * Moves what was unpacked aside into a folder. As oras packs a folder, all paths begin with its name.
 * @throws AppFailure `archive.invalid` for what lies elsewhere, or would replace something
 */
export async function moveTree(aside: string, names: readonly string[], root: string): Promise<void> {
  let from = aside;
  for (const name of names) {
    const found = await readdir(from);
    const stray = found.find((other) => other !== name);
    if (stray !== undefined) throw invalidArchive('path', 'not in the folder that the layer is', stray);
    from = path.join(from, name);
    if (found.length === 0 || !(await lstat(from)).isDirectory())
      throw invalidArchive('path', 'the folder that the layer is isn’t in it', names.join('/'));
  }
  if (names.length === 0) {
    for (const name of await readdir(from)) {
      await mustBeNew(path.join(root, name), [name]);
      await rename(path.join(from, name), path.join(root, name));
    }
    return;
  }
  const to = path.join(await makeFolders(root, names.slice(0, -1)), names.at(-1) ?? '');
  await mustBeNew(to, names);
  await rename(from, to);
}

async function makeFolders(root: string, names: readonly string[]): Promise<string> {
  let at = root;
  for (const name of names) {
    at = path.join(at, name);
    const there = await kindOf(at);
    if (there === 'other') throw invalidArchive('clash', 'the path goes through what is no folder', names.join('/'));
    if (there === undefined) await mkdir(at, 0o755);
  }
  return at;
}

async function mustBeNew(at: string, names: readonly string[]): Promise<void> {
  if ((await kindOf(at)) !== undefined) throw invalidArchive('clash', 'two layers have the same path', names.join('/'));
}

async function kindOf(at: string): Promise<'folder' | 'other' | undefined> {
  try {
    return (await lstat(at)).isDirectory() ? 'folder' : 'other';
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
