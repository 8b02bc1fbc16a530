/**
 * Words that a stranger may have had a say in (a Dockerfile, a registry, an archive), for a terminal: without what it would obey, or
 * what makes it show letters in another order than they stand in. Line ends and tabs stay.
 */
export function printable(text: string): string {
  return text.replace(/(?![\n\t])[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu, '\u{FFFD}');
}
