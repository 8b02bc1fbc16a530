// Where the scripts keep things. Node built-ins only.
import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { access } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const projectRoot = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

/** Things of this checkout alone (git ignores it). */
export const projectCache = path.join(projectRoot, '.cache');

/** Large things that every checkout of this person can share, so that a fresh clone downloads nothing twice. */
export const userCache =
  process.env['SLIPWAY_DEV_CACHE'] ??
  path.join(process.env['XDG_CACHE_HOME'] || path.join(os.homedir(), '.cache'), 'slipway-dev');

/** @param {string} file */
export async function exists(file) {
  return access(file).then(
    () => true,
    () => false,
  );
}

/**
 * A cached folder that is either whole or absent: filled beside its place, then moved there.
 * @param {string} folder
 * @param {(draft: string) => Promise<void>} fill
 * @returns {Promise<string>} folder
 */
export async function cachedFolder(folder, fill) {
  if (await exists(folder)) return folder;
  const draft = `${folder}.draft-${process.pid}`;
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { recursive: true });
  try {
    await fill(draft);
    try {
      renameSync(draft, folder);
    } catch (error) {
      if (!(await exists(folder))) throw error; // otherwise somebody else was quicker, with the same content
    }
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
  return folder;
}
