import type { AppError } from '@shared/model/app-error.ts';
import type { FailedSource, Step } from '@shared/model/run.ts';

/** Lines before and behind the one where the step begins; a step has several. */
const before = 1;
const behind = 5;
/** Characters of a line that are shown. */
const longestLine = 2_000;

/** The lines of a task's text around the one that an error is about, or where its step begins; undefined where neither is known. */
export function failedStepSource(
  task: { readonly name: string; readonly source: string },
  error: Pick<AppError, 'where'>,
  step: Pick<Step, 'line'> | undefined,
): FailedSource | undefined {
  // Another file's line, such as a Dockerfile's, is no line of the task.
  const line = error.where?.file === task.name ? (error.where.line ?? step?.line) : step?.line;
  const lines = task.source.split(/\r?\n/);
  if (line === undefined || line > lines.length) return undefined;
  const firstLine = Math.max(1, line - before);
  const shown = lines.slice(firstLine - 1, line + behind).map((each) => each.slice(0, longestLine));
  while (shown.at(-1)?.trim() === '' && firstLine + shown.length - 1 > line) shown.pop();
  return { file: task.name, firstLine, lines: shown, line, changed: false };
}
