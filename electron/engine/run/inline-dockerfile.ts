import { mkdir, open, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { writeFailure } from '@shared/model/app-error.ts';
import { type InlineDockerfile, nameOfInline } from '@shared/model/quick-build.ts';
import type { RunParts } from './run-parts.ts';

/** A Dockerfile that came without a folder, on this machine for as long as it is built. */
export interface LaidOutDockerfile {
  /** Absolute; alone in its folder. */
  readonly file: string;
  /** An empty folder, for a build without files. */
  readonly empty: string;
  clear(): Promise<void>;
}

/** @param place the name of a folder among the run's own @throws `disk.full` */
export async function layOutDockerfile(
  runId: string,
  inline: InlineDockerfile,
  place: string,
  parts: Pick<RunParts, 'scratchFolder'>,
): Promise<LaidOutDockerfile> {
  const folder = path.join(parts.scratchFolder(runId), `${place}.dockerfile`);
  const clear = () => rm(folder, { recursive: true, force: true, maxRetries: 3 });
  await clear();
  const file = path.join(folder, 'text', nameOfInline(inline));
  const empty = path.join(folder, 'empty');
  try {
    for (const each of [path.dirname(file), empty]) await mkdir(each, { recursive: true, mode: 0o700 });
    await writeFile(file, inline.text, { mode: 0o600 });
  } catch (error) {
    await clear();
    throw writeFailure(error, file);
  }
  return { file, empty, clear };
}

/** Bytes of a Dockerfile that are kept: no person wrote a longer one. */
const longestKept = 1_048_576;

/** Keeps the Dockerfile of a build that failed, whose files are about to be removed: its lines are shown with the error. */
export async function keepFailedDockerfile(
  runId: string,
  dockerfile: string,
  parts: Pick<RunParts, 'failedDockerfile'>,
): Promise<void> {
  try {
    const file = await open(dockerfile);
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(longestKept), 0);
      await writeFile(parts.failedDockerfile(runId), buffer.subarray(0, bytesRead), { mode: 0o600 });
    } finally {
      await file.close();
    }
  } catch {
    // What befell the build is told; that its text can't be kept as well would only hide it.
  }
}
