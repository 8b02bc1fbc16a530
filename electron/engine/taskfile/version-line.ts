import { trimSpace } from '../context/go-text.ts';

/**
 * The version that decides about aliases, as ACR looks for it: in the first line that begins with the key, without regard to
 * YAML or templates (spec: templating 1, stage 3). Empty when there is none. A comment behind it belongs to it.
 */
export function findVersion(text: string): string {
  for (let start = 0; start < text.length;) {
    const newline = text.indexOf('\n', start);
    const end = newline < 0 ? text.length : newline;
    if (versionKey.test(text.slice(start, Math.min(end, start + 200)))) {
      const line = text.slice(start, end);
      return unquoted(line.slice(line.indexOf(':') + 1));
    }
    start = end + 1;
  }
  return '';
}

/** Whether a file of this version has aliases: ACR compares texts, so `V1.1.0` has none, and `v2` does. */
export function hasAliases(version: string): boolean {
  return version >= 'v1.1.0';
}

const versionKey = /^['"]*version['"]*\s*:/;

function unquoted(text: string): string {
  return trimSpace(text).replaceAll(/^['"]+|['"]+$/g, '');
}
