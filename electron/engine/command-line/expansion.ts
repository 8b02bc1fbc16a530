/** What ends a part that was opened. `quoted}` is a `${` inside double quotes, where a single quote is a plain character. */
type Closer = ')' | '}' | 'quoted}' | '"';

/**
 * Finds where a `$(…)`, `$((…))`, `${…}` or `` `…` `` ends, quotes and nesting regarded as POSIX has it (Shell Command Language
 * 2.2.3, 2.6.3), without a parser of commands: an unbalanced `)` of a `case` ends it early.
 * @param start offset of its `$` or backtick
 * @returns the offset behind it; undefined when the text ends first
 */
export function endOfExpansion(text: string, start: number, quoted: boolean): number | undefined {
  if (text[start] === '`') return endOfBackticks(text, start);
  const open: Closer[] = [];
  let at = start;
  do {
    const closer = open.at(-1);
    switch (text[at]) {
      case undefined:
        return undefined;
      case '\\':
        at += 2;
        continue;
      case '$': {
        const next = text[at + 1];
        if (next === '(') open.push(')');
        else if (next === '{')
          open.push(closer === '"' || closer === 'quoted}' || (at === start && quoted) ? 'quoted}' : '}');
        at += next === '(' || next === '{' ? 2 : 1;
        continue;
      }
      case '`': {
        const end = endOfBackticks(text, at);
        if (end === undefined) return undefined;
        at = end;
        continue;
      }
      case "'":
        if (closer === ')' || closer === '}') {
          const end = text.indexOf("'", at + 1);
          if (end < 0) return undefined;
          at = end;
        }
        break;
      case '"':
        if (closer === '"') open.pop();
        else open.push('"');
        break;
      case '(':
        if (closer === ')') open.push(')');
        break;
      case ')':
        if (closer === ')') open.pop();
        break;
      case '}':
        if (closer === '}' || closer === 'quoted}') open.pop();
        break;
    }
    at += 1;
  } while (open.length > 0);
  return at;
}

/** Inside backticks only a backslash has a meaning of its own. */
function endOfBackticks(text: string, start: number): number | undefined {
  for (let at = start + 1; at < text.length; at += 1) {
    if (text[at] === '\\') at += 1;
    else if (text[at] === '`') return at + 1;
  }
  return undefined;
}

/** `${…}`, taken apart. */
export type Braces =
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'special'; readonly name: string }
  /** `name` and one of `- = + ?`, `colon` where empty counts as unset. */
  | {
      readonly kind: 'default';
      readonly name: string;
      readonly colon: boolean;
      readonly operator: '-' | '=' | '+' | '?';
      readonly word: string;
    }
  /** `${#x}`, `${x%y}`, and what no shell understands. */
  | { readonly kind: 'other' };

/** Reads what stands between `${` and `}` (POSIX, Shell Command Language 2.6.2). */
export function readBraces(inside: string): Braces {
  if (/^[A-Za-z_]\w*$/.test(inside)) return { kind: 'name', name: inside };
  if (/^(?:\d+|[@*#?$!-])$/.test(inside)) return { kind: 'special', name: inside };
  const [, name, colon, operator, word] = /^([A-Za-z_]\w*)(:?)([-=+?])([\s\S]*)$/.exec(inside) ?? [];
  switch (operator) {
    case '-':
    case '=':
    case '+':
    case '?':
      return { kind: 'default', name: name ?? '', colon: colon === ':', operator, word: word ?? '' };
    default:
      return { kind: 'other' };
  }
}
