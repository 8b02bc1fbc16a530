import type { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { z } from 'zod';

/** Longest line that is taken from an engine, in characters; what it sends is checked like anything from outside. */
const longestLine = 16 * 1024 * 1024;

/** One line of the progress that `/build` and `/images/…/push` answer with (moby: jsonmessage.JSONMessage). */
export const ProgressLine = z.object({
  stream: z.string().optional(),
  status: z.string().optional(),
  id: z.string().optional(),
  progressDetail: z.object({ current: z.number().optional(), total: z.number().optional() }).nullish(),
  error: z.string().optional(),
  errorDetail: z.object({ message: z.string().optional() }).nullish(),
  aux: z.unknown().optional(),
});
export type ProgressLine = z.infer<typeof ProgressLine>;

/** Reads an engine's progress, line by line as it comes. @throws the stream's error, or an Error where a line is none of these */
export async function* readProgress(answer: Readable): AsyncGenerator<ProgressLine> {
  let rest = '';
  answer.setEncoding('utf8');
  for await (const piece of answer) {
    rest += String(piece);
    const lines = rest.split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > longestLine) throw new Error('the engine sent a line without an end');
    for (const line of lines) if (line.trim() !== '') yield parse(line);
  }
  if (rest.trim() !== '') yield parse(rest);
}

/**
 * The same, for an answer that may be given up: when the signal fires, or nobody reads on, the engine learns of it.
 * @throws as {@link readProgress}; the signal's reason
 */
export async function* followProgress(answer: Readable, signal: AbortSignal): AsyncGenerator<ProgressLine> {
  const stop = () => answer.destroy();
  signal.addEventListener('abort', stop);
  try {
    yield* readProgress(answer);
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    signal.removeEventListener('abort', stop);
    answer.destroy();
    // How it ends after this is of no interest, but must not go unheard.
    await finished(answer, { writable: false }).catch(() => undefined);
  }
}

function parse(line: string): ProgressLine {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    throw new Error(`the engine sent no JSON: ${line.slice(0, 200)}`, { cause: error });
  }
  const result = ProgressLine.safeParse(value);
  if (!result.success) throw new Error(`the engine sent something else than progress: ${line.slice(0, 200)}`);
  return result.data;
}

/** The error of a line, in the engine's words. */
export function errorOf(line: ProgressLine): string | undefined {
  return line.errorDetail?.message ?? line.error;
}
