import { DerivedText, type Stretch, type TextMap } from './text-map.ts';

/**
 * ACR's first step: a line whose first character is `#` is left out, wherever it stands, with its line break (spec: templating
 * 1, stage 2).
 * @returns the text without them, and where they were in the author's text, as far as somebody may want to know
 */
export function dropCommentLines(author: TextMap): { readonly text: TextMap; readonly dropped: readonly Stretch[] } {
  const { text } = author;
  const kept = new DerivedText(text);
  const dropped: Stretch[] = [];
  /** Where the lines begin that come next, and where those ended that were kept last. */
  let from = 0;
  let endOfKept: number | undefined;
  const keep = (end: number) => {
    if (endOfKept !== undefined) kept.copy(endOfKept, endOfKept + 1);
    kept.copy(from, end);
    endOfKept = end;
  };
  for (let at = text.indexOf('#'); at >= 0;) {
    const start = text.lastIndexOf('\n', at) + 1;
    const newline = text.indexOf('\n', at);
    const end = newline < 0 ? text.length : newline;
    if (isComment.test(text.slice(start, Math.min(end, start + 1_000)))) {
      if (start > from) keep(start - 1);
      if (dropped.length < most) dropped.push({ start, end });
      from = end + 1;
    }
    at = newline < 0 ? -1 : text.indexOf('#', newline);
  }
  if (from <= text.length) keep(text.length);
  return { text: kept.finish(author), dropped };
}

/** Lines that are told. */
const most = 20_000;

/** What Go's TrimSpace takes off, and a `#`. */
const isComment = /^[\t\v\f\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]*#/;
