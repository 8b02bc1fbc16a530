import { constants, existsSync } from 'node:fs';
import { mkdir, open, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { appFailure, writeFailure } from '@shared/model/app-error.ts';
import type { QuickRunRequest } from '@shared/model/quick-run.ts';
import { assertWithin } from '../engine/context/local-context.ts';
import { runFolder } from '../engine/logs/log-files.ts';
import { taskLimits } from '../engine/taskfile/task-limits.ts';
import type { TaskTextStore } from '../engine/run/run-parts.ts';
import { type TaskTexts, textOfSource } from '../engine/run/task/prepare-task.ts';
import type { SourceTree } from './source-trees.ts';

/** What is read of a file: one unit more than a task may have, so that it is told to be too long. */
const unitsRead = taskLimits.textLength + 1;
/** A unit of UTF-16 is at most three bytes of UTF-8. */
const bytesRead = 3 * unitsRead;

/**
 * Reads what a request names: the task's file and the values file, in the context's folder or elsewhere on this machine; of what
 * was fetched, in the fetched files alone.
 * @throws `taskfile.notFound`, `context.unsupported`
 */
export async function readTaskTexts(
  request: QuickRunRequest,
  { root, source: fetched }: SourceTree,
  signal: AbortSignal,
): Promise<TaskTexts> {
  const { source, valuesFile, timeoutSeconds } = request;
  const read = async (name: string) => {
    if (fetched === undefined || root === undefined) return readText(path.resolve(root ?? process.cwd(), name), signal);
    const inside = path.join('/', name);
    const place = path.join(root, inside);
    if (existsSync(place)) await assertWithin(root, [place]);
    // Where the files lie meanwhile says nothing to anybody.
    return readText(place, signal, inside.slice(1).replaceAll(path.sep, '/'));
  };
  const main =
    source.kind === 'file'
      ? { name: path.basename(source.path), text: await read(source.path) }
      : textOfSource(source, timeoutSeconds);
  if (valuesFile === undefined) return main;
  return { ...main, values: { name: path.basename(valuesFile), text: await read(valuesFile) } };
}

/** @param shown how the person knows the file */
async function readText(place: string, signal: AbortSignal, shown = place): Promise<string> {
  try {
    const file = await open(place, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    try {
      if (!(await file.stat()).isFile()) throw new Error('it is not a file');
      const chunks: Buffer[] = [];
      for await (const chunk of file.createReadStream({ end: bytesRead - 1, autoClose: false, signal }))
        chunks.push(chunk as Buffer);
      return Buffer.concat(chunks).toString('utf8').slice(0, unitsRead);
    } finally {
      await file.close();
    }
  } catch (error) {
    signal.throwIfAborted();
    throw appFailure(
      'taskfile.notFound',
      { params: { path: shown }, cause: String(error).replaceAll(place, shown), fixes: [{ kind: 'editInputs' }] },
      error,
    );
  }
}

const StoredTexts = z.object({
  name: z.string(),
  text: z.string(),
  values: z.object({ name: z.string(), text: z.string() }).optional(),
  asked: z.array(z.string()).optional(),
});
const StoredRendering = z.object({ text: z.string(), rendered: z.string() });

/** Keeps the texts of runs in their folders: `task.json` as it was asked for, `rendered.json` as it ran. */
export function createTaskTextStore(home: string): TaskTextStore {
  /** The queue may begin a run before its texts are on disk. */
  const onTheWay = new Map<string, TaskTexts>();
  const place = (runId: string, name: string) => path.join(runFolder(home, runId), name);

  async function write(runId: string, name: string, value: unknown): Promise<void> {
    const file = place(runId, name);
    const draft = `${file}.draft`;
    try {
      await mkdir(runFolder(home, runId), { recursive: true, mode: 0o700 });
      await writeFile(draft, JSON.stringify(value), { mode: 0o600 });
      await rename(draft, file);
    } catch (error) {
      throw writeFailure(error, file);
    }
  }

  return {
    async keep(runId, texts) {
      onTheWay.set(runId, texts);
      await write(runId, 'task.json', texts);
      onTheWay.delete(runId);
    },
    async of(runId) {
      const fresh = onTheWay.get(runId);
      if (fresh !== undefined) return fresh;
      const file = place(runId, 'task.json');
      try {
        return StoredTexts.parse(JSON.parse(await readFile(file, 'utf8')));
      } catch (error) {
        throw appFailure('store.damaged', { params: { path: file, runId }, cause: String(error) }, error);
      }
    },
    keepRendered: (runId, text, rendered) => write(runId, 'rendered.json', { text, rendered }),
    async rendered(runId) {
      const file = place(runId, 'rendered.json');
      try {
        return StoredRendering.parse(JSON.parse(await readFile(file, 'utf8')));
      } catch (error) {
        if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
        throw appFailure('store.damaged', { params: { path: file, runId }, cause: String(error) }, error);
      }
    },
  };
}
