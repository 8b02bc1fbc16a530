import type { LogLine } from '../model/log-line.ts';

/**
 * A line of a log as plain text, the way BuildKit's plain progress and `az acr build` show theirs: `#7 ` in front of what
 * belongs to a vertex, nothing in front of the rest.
 */
export function formatLogLine(line: Pick<LogLine, 'vertex' | 'text'>): string {
  return line.vertex === 0 ? line.text : `#${line.vertex} ${line.text}`;
}
