import { fromGoRegExp } from './go-regexp.ts';
import { cleanPath, trimSpace } from './go-text.ts';

/** One line of a `.dockerignore` (or one pattern of a `COPY`), ready to be asked. */
export interface Pattern {
  /** As `path.Clean` of Go leaves it, without the `!`. */
  readonly text: string;
  /** Whether it began with `!`: it takes back what earlier patterns matched. */
  readonly exception: boolean;
  /** Whether the pattern matches this very path; parents are the caller's business. Paths are relative, with `/`. */
  matches(path: string): boolean;
  /** Whether any path beneath this folder could match. May say yes for nothing, never no for something. */
  mayMatchBelow(folder: string): boolean;
}

/**
 * Reads a pattern by the rules of moby/patternmatcher: what Docker and BuildKit use for `.dockerignore` and for the
 * sources of `COPY`. Empty for a blank line.
 *
 * @throws SyntaxError where Docker refuses the pattern
 */
export function parsePattern(line: string): Pattern | undefined {
  let text = trimSpace(line);
  if (text === '') return undefined;
  text = cleanPath(text);
  const exception = text.startsWith('!');
  if (exception) {
    text = text.slice(1);
    if (text === '') throw new SyntaxError('illegal exclusion pattern: "!"');
  }
  if (!isWellFormed(text)) throw new SyntaxError(`syntax error in pattern: "${text}"`);
  return { text, exception, matches: compile(text), mayMatchBelow: compileBelow(text) };
}

/** moby's `Pattern.compile` and `match`: the same four kinds, the same regular expression. */
function compile(text: string): (path: string) => boolean {
  let kind: 'exact' | 'prefix' | 'suffix' | 'regexp' = 'exact';
  let source = '^';
  const characters = Array.from(text);
  for (let at = 0, first = true; at < characters.length; first = false) {
    const character = characters[at++] ?? '';
    if (character === '*' && characters[at] === '*') {
      at++;
      if (characters[at] === '/') at++; // "**/" is "**"
      if (at < characters.length) {
        source += '(.*/)?';
        kind = 'regexp';
      } else if (kind === 'exact') {
        kind = 'prefix';
      } else {
        source += '.*';
        kind = 'regexp';
      }
      if (first) kind = 'suffix';
    } else if (character === '*') {
      source += '[^/]*';
      kind = 'regexp';
    } else if (character === '?') {
      source += '[^/]';
      kind = 'regexp';
    } else if ('.+()|{}$'.includes(character)) {
      source += `\\${character}`;
    } else if (character === '\\') {
      source += `\\${characters[at++] ?? ''}`;
      kind = 'regexp';
    } else {
      source += character;
      if (character === '[' || character === ']') kind = 'regexp';
    }
  }
  switch (kind) {
    case 'exact':
      return (path) => path === text;
    case 'prefix': {
      const prefix = text.slice(0, -2);
      return (path) => path.startsWith(prefix);
    }
    case 'suffix': {
      const suffix = text.slice(2);
      const whole = suffix.startsWith('/') ? suffix.slice(1) : undefined;
      return (path) => path.endsWith(suffix) || path === whole;
    }
    case 'regexp': {
      const regexp = fromGoRegExp(`${source}$`);
      return (path) => regexp.test(path);
    }
  }
}

/**
 * A pattern without `**`, classes and escapes has as many slashes as what it matches, and its first parts match the first
 * names of the path. From the first part on that has one of the three, anything may follow.
 */
function compileBelow(text: string): (folder: string) => boolean {
  const parts = text.split('/');
  const firstOpen = parts.findIndex((part) => /\*\*|[[\\]/.test(part));
  const limit = firstOpen < 0 ? parts.length : firstOpen;
  const beginnings = new Map<number, (path: string) => boolean>();
  return (folder) => {
    const names = folder.split('/');
    if (firstOpen < 0 && parts.length <= names.length) return false;
    const length = Math.min(limit, names.length);
    if (length === 0) return true;
    let matches = beginnings.get(length);
    if (matches === undefined) {
      matches = compile(parts.slice(0, length).join('/'));
      beginnings.set(length, matches);
    }
    return matches(names.slice(0, length).join('/'));
  };
}

/** Whether Go's `filepath.Match` would take the pattern: moby asks it for the syntax, and only for that. */
function isWellFormed(text: string): boolean {
  const characters = Array.from(text);
  let at = 0;
  /** One character of a class, `\` taken away; false where Go sees an error. */
  const takeMember = (): boolean => {
    const member = characters[at];
    if (member === undefined || member === '-' || member === ']') return false;
    if (member === '\\' && characters[++at] === undefined) return false;
    at++;
    return at < characters.length;
  };
  while (at < characters.length) {
    const character = characters[at++];
    if (character === '\\') {
      if (at++ >= characters.length) return false;
    } else if (character === '[') {
      if (characters[at] === '^') at++;
      for (let members = 0; members === 0 || characters[at] !== ']'; members++) {
        if (!takeMember()) return false;
        if (characters[at] === '-') {
          at++;
          if (!takeMember()) return false;
        }
      }
      at++;
    }
  }
  return true;
}
