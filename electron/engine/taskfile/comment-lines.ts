import { DerivedText, type Stretch, type TextMap } from './text-map.ts';

/**
 * ACR's first step: a line whose first character is `#` is left out, wherever it stands, with its line break (spec: templating
 * 1, stage 2).
 * @returns the text without them, and where they were in the author's text
 */
export function dropCommentLines(author: TextMap): { readonly text: TextMap; readonly dropped: readonly Stretch[] } {
  const { text } = author;
  const kept = new DerivedText(text);
  const dropped: Stretch[] = [];
  /** Of the line that was kept last. */
  let endOfKept: number | undefined;
  for (let start = 0; start <= text.length;) {
    const newline = text.indexOf('\n', start);
    const end = newline < 0 ? text.length : newline;
    if (isComment.test(text.slice(start, Math.min(end, start + 1_000)))) {
      dropped.push({ start, end });
    } else {
      if (endOfKept !== undefined) kept.copy(endOfKept, endOfKept + 1);
      kept.copy(start, end);
      endOfKept = end;
    }
    start = end + 1;
  }
  return { text: kept.finish(author), dropped };
}

/** What Go's TrimSpace takes off, and a `#`. */
const isComment = /^[\t\v\f\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]*#/;
