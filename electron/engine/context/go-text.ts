/** What Go's `unicode.IsSpace` calls a space; JavaScript's `trim` differs in U+0085 and U+FEFF. */
const space = '[\\t\\n\\v\\f\\r \\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]+';
const spaceAround = new RegExp(`^${space}|${space}$`, 'g');

/** Go's `strings.TrimSpace`. */
export function trimSpace(text: string): string {
  return text.replace(spaceAround, '');
}

/**
 * Go's `path.Clean`: the shortest equal path. On Windows, as `filepath.Clean` there, `\` separates as well, so that it
 * can't escape anything; the result has `/` everywhere.
 */
export function cleanPath(path: string, windows: boolean = process.platform === 'win32'): string {
  const text = windows ? path.replaceAll('\\', '/') : path;
  const rooted = text.startsWith('/');
  const parts: string[] = [];
  for (const part of text.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.length > 0 && parts.at(-1) !== '..') parts.pop();
    else if (!rooted) parts.push('..');
  }
  return rooted ? `/${parts.join('/')}` : parts.join('/') || '.';
}
