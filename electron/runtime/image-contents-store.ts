import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { appFailure, writeFailure } from '@shared/model/app-error.ts';
import { ImageContents } from '@shared/model/image-contents.ts';
import { runFolder } from '../engine/logs/log-files.ts';
import type { ImageContentsStore } from '../engine/run/run-parts.ts';

const Stored = z.array(ImageContents);

/**
 * Keeps what images are made of in the folders of their runs, a file an image and one a statement: lists of runs needn't carry it.
 */
export function createImageContentsStore(home: string): ImageContentsStore {
  const place = (runId: string, ...names: readonly string[]) => path.join(runFolder(home, runId), 'images', ...names);
  const statementFile = (runId: string, digest: string) => place(runId, 'statements', `${nameOf(digest)}.json`);

  async function write(file: string, text: string): Promise<void> {
    const draft = `${file}.draft`;
    try {
      await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
      await writeFile(draft, text, { mode: 0o600 });
      await rename(draft, file);
    } catch (error) {
      throw writeFailure(error, file);
    }
  }

  return {
    keep: (runId, image, contents) => write(place(runId, `${nameOf(image)}.json`), JSON.stringify(contents)),
    async of(runId) {
      const names = (await unlessAbsent(readdir(place(runId)))) ?? [];
      const contents = await Promise.all(
        names
          .filter((name) => name.endsWith('.json'))
          .sort()
          .map(async (name) => {
            const file = place(runId, name);
            try {
              return Stored.parse(JSON.parse(await readFile(file, 'utf8')));
            } catch (error) {
              throw appFailure('store.damaged', { params: { path: file, runId }, cause: String(error) }, error);
            }
          }),
      );
      return contents.flat();
    },
    keepStatement: (runId, digest, text) => write(statementFile(runId, digest), text),
    statement: (runId, digest) => unlessAbsent(readFile(statementFile(runId, digest), 'utf8')),
  };
}

/** A digest comes from elsewhere, and may look like a path. */
function nameOf(digest: string): string {
  return createHash('sha256').update(digest).digest('hex');
}

async function unlessAbsent<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
