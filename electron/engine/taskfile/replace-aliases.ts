import { DerivedText, type Stretch, type TextMap } from './text-map.ts';

/** `$name` that nobody defined. */
export interface UnknownAlias extends Stretch {
  readonly name: string;
}

export interface ReplacedAliases {
  readonly text: TextMap;
  readonly unknown: readonly UnknownAlias[];
}

const unknownAtMost = 1_000;

/**
 * Puts the values of aliases into a text, by ACR's own state machine (spec: templating 5.1): once, from left to right, a name
 * being the longest run of letters and digits.
 * @param directive one character
 * @param lengthAtMost of the result
 * @returns undefined when it would be longer
 */
export function replaceAliases(
  map: TextMap,
  aliases: ReadonlyMap<string, string>,
  directive: string,
  lengthAtMost: number,
): ReplacedAliases | undefined {
  const { text } = map;
  const out = new DerivedText(text);
  const unknown: UnknownAlias[] = [];
  let length = 0;
  const copy = (start: number, end: number) => {
    length += end - start;
    out.copy(start, end);
  };
  const put = (value: string, stretch: Stretch) => {
    length += value.length;
    if (length <= lengthAtMost) out.put(value, stretch);
  };

  let at = 0;
  while (at < text.length && length <= lengthAtMost) {
    const opened = text.indexOf(directive, at);
    if (opened < 0) break;
    copy(at, opened);
    at = opened;
    // In a name; behind a known one a directive opens the next.
    for (;;) {
      const start = at;
      alphanumeric.lastIndex = start + directive.length;
      const name = alphanumeric.exec(text)?.[0] ?? '';
      const end = start + directive.length + name.length;
      if (name === '' && text.startsWith(directive, end)) {
        put(directive, { start, end: end + directive.length });
        at = end + directive.length;
        break;
      }
      const value = aliases.get(name);
      const behind = text.startsWith(directive, end) ? directive.length : lengthOfLetter(text, end);
      if (value === undefined) {
        if (name !== '' && unknown.length < unknownAtMost) unknown.push({ name, start, end });
        copy(start, end + behind);
        at = end + behind;
        break;
      }
      put(value, { start, end });
      at = end;
      if (!text.startsWith(directive, end)) {
        copy(end, end + behind);
        at = end + behind;
        break;
      }
      if (length > lengthAtMost) break;
    }
  }
  if (length <= lengthAtMost) copy(at, text.length);
  return length > lengthAtMost ? undefined : { text: out.finish(map), unknown };
}

const alphanumeric = /[A-Za-z0-9]*/y;

/** Units of the character there; 0 at the end. */
function lengthOfLetter(text: string, at: number): number {
  const code = text.codePointAt(at);
  return code === undefined ? 0 : code > 0xffff ? 2 : 1;
}
