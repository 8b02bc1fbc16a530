/** Longest quotation of another's words, in characters. */
const longestQuote = 500;

/** What another side said, for people: on one line, without control characters, and not too much of it. */
export function quote(text: string): string {
  return text
    .replace(/\p{C}+/gu, ' ')
    .trim()
    .slice(0, longestQuote);
}
