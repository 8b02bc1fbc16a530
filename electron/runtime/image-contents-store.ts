import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { appFailure, writeFailure } from '@shared/model/app-error.ts';
import { ImageContents } from '@shared/model/image-contents.ts';
import { runFolder } from '../engine/logs/log-files.ts';
import type { ImageContentsStore } from '../engine/run/run-parts.ts';

const Stored = z.array(ImageContents);

/** Keeps what images are made of in the folders of their runs, a file an image: lists of runs needn't carry it. */
export function createImageContentsStore(home: string): ImageContentsStore {
  const folderOf = (runId: string) => path.join(runFolder(home, runId), 'images');
  return {
    async keep(runId, image, contents) {
      const folder = folderOf(runId);
      const file = path.join(folder, `${createHash('sha256').update(image).digest('hex')}.json`);
      const draft = `${file}.draft`;
      try {
        await mkdir(folder, { recursive: true, mode: 0o700 });
        await writeFile(draft, JSON.stringify(contents), { mode: 0o600 });
        await rename(draft, file);
      } catch (error) {
        throw writeFailure(error, file);
      }
    },
    async of(runId) {
      const folder = folderOf(runId);
      const files = (await namesIn(folder)).filter((name) => name.endsWith('.json')).sort();
      const contents = await Promise.all(
        files.map(async (name) => {
          const file = path.join(folder, name);
          try {
            return Stored.parse(JSON.parse(await readFile(file, 'utf8')));
          } catch (error) {
            throw appFailure('store.damaged', { params: { path: file, runId }, cause: String(error) }, error);
          }
        }),
      );
      return contents.flat();
    },
  };
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}
