import type { FailedSource, Step } from '@shared/model/run.ts';

/** Lines before and behind the one where the step begins; a step has several. */
const before = 1;
const behind = 5;
/** Characters of a line that are shown. */
const longestLine = 2_000;

/** The lines of a task's text around a step; undefined where its line isn't known. */
export function failedStepSource(
  name: string,
  text: string,
  step: Pick<Step, 'line'> | undefined,
): FailedSource | undefined {
  const line = step?.line;
  const lines = text.split(/\r?\n/);
  if (line === undefined || line > lines.length) return undefined;
  const firstLine = Math.max(1, line - before);
  const shown = lines.slice(firstLine - 1, line + behind).map((each) => each.slice(0, longestLine));
  while (shown.at(-1)?.trim() === '' && firstLine + shown.length - 1 > line) shown.pop();
  return { file: name, firstLine, lines: shown, line, changed: false };
}
