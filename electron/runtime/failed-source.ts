import { open } from 'node:fs/promises';
import path from 'node:path';
import { appFailure } from '@shared/model/app-error.ts';
import { nameOfInline } from '@shared/model/quick-build.ts';
import type { FailedSource, Run } from '@shared/model/run.ts';
import { runFolder } from '../engine/logs/log-files.ts';

/** Lines before and behind the one that failed. */
const around = 3;
/** No Dockerfile that a person wrote is longer. Bytes. */
const longestDockerfile = 1_048_576;
/** Characters of a line that are shown. */
const longestLine = 2_000;

/**
 * The lines around the one that a run failed at, from the Dockerfile that its record names and from no other file. A file of this
 * machine is read as it is now, one that was fetched as it was kept. Null when the error names no line of it.
 * @throws AppFailure `dockerfile.notFound` when it can't be read any more
 */
export async function readFailedSource(run: Run, home: string): Promise<FailedSource | null> {
  const where = run.error?.where ?? run.steps.find((step) => step.error !== undefined)?.error?.where;
  const line = where?.line;
  if (line === undefined) return null;
  // The Dockerfile of a task's step lay in a workspace that is gone.
  if (run.request.kind !== 'quickBuild') return null;
  const { context, inlineDockerfile } = run.request.build;
  const dockerfile =
    inlineDockerfile === undefined ? (run.request.build.dockerfile ?? 'Dockerfile') : nameOfInline(inlineDockerfile);
  // An error can be about another file, such as `.dockerignore`.
  if (where?.file !== undefined && path.basename(where.file) !== path.basename(dockerfile)) return null;
  const { text, writtenAt } =
    inlineDockerfile !== undefined
      ? { text: inlineDockerfile.text, writtenAt: 0 }
      : run.source === undefined
        ? await readHead(path.resolve(context, dockerfile))
        : { ...(await readHead(failedDockerfile(home, run.runId))), writtenAt: 0 };
  const lines = text.split(/\r?\n/);
  if (line > lines.length) return null;
  const firstLine = Math.max(1, line - around);
  return {
    file: where?.file ?? dockerfile,
    firstLine,
    lines: lines.slice(firstLine - 1, line + around).map((each) => each.slice(0, longestLine)),
    line,
    changed: writtenAt > Date.parse(run.startTime ?? run.createTime),
  };
}

/** Where the Dockerfile of a failed build is kept whose files were fetched. */
export function failedDockerfile(home: string, runId: string): string {
  return path.join(runFolder(home, runId), 'failed.Dockerfile');
}

async function readHead(place: string): Promise<{ readonly text: string; readonly writtenAt: number }> {
  try {
    const file = await open(place, 'r');
    try {
      const stats = await file.stat();
      if (!stats.isFile()) throw new Error(`${place} is not a file`);
      const { buffer, bytesRead } = await file.read(Buffer.alloc(Math.min(stats.size, longestDockerfile)), 0);
      return { text: buffer.toString('utf8', 0, bytesRead), writtenAt: stats.mtimeMs };
    } finally {
      await file.close();
    }
  } catch (error) {
    throw appFailure('dockerfile.notFound', { params: { path: place }, cause: String(error) }, error);
  }
}
