import type { FailedSource } from '@shared/model/run.ts';

interface FailureDetails {
  readonly runId: string;
  readonly source: FailedSource | undefined;
  /** The exit code in words. */
  readonly exit: string | undefined;
  readonly lines: readonly string[];
}

/** What the error card shows beside the error itself, to paste into an issue. */
export function failureMarkdown({ runId, source, exit, lines }: FailureDetails): string {
  const parts = [`Run \`${runId}\`${exit === undefined ? '' : `: ${exit}`}`];
  if (source !== undefined) {
    const width = String(source.firstLine + source.lines.length).length;
    const numbered = source.lines.map((text, index) => {
      const number = source.firstLine + index;
      return `${number === source.line ? '>' : ' '} ${String(number).padStart(width)} ${text}`;
    });
    parts.push(`\`${source.file}\`\n${fenced(numbered.join('\n'))}`);
  }
  if (lines.length > 0) parts.push(fenced(lines.join('\n')));
  return parts.join('\n\n');
}

/** In a fence longer than any in the text. */
function fenced(text: string): string {
  const longest = Math.max(2, ...Array.from(text.matchAll(/`+/g), (run) => run[0].length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}\n${text}\n${fence}`;
}
