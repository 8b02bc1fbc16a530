import { isRecord } from '../failures.ts';

/** Characters of a text that are shown, and how many of a list. */
const longestText = 2_000;
const longestList = 500;

/** A stranger's text for people: on one line, without what a terminal or a page would take for a command, cut. */
export function shownText(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  const text = value.replace(/\p{C}+/gu, ' ').trim();
  return text.length > longestText ? `${text.slice(0, longestText)}…` : text;
}

export function shownList(value: unknown): string[] {
  if (!Array.isArray(value)) return [];
  return value.slice(0, longestList).flatMap((each) => shownText(each) ?? []);
}

/** Labels or annotations, by name. */
export function shownPairs(value: unknown): { name: string; value: string }[] {
  if (!isRecord(value)) return [];
  return Object.entries(value)
    .slice(0, longestList)
    .flatMap(([key, content]) => {
      const name = shownText(key);
      const text = shownText(content);
      return name === undefined || text === undefined ? [] : [{ name, value: text }];
    })
    .sort((one, other) => (one.name < other.name ? -1 : 1));
}

/** A record's member; undefined for what is no record. */
export function member(value: unknown, name: string): unknown {
  return isRecord(value) ? value[name] : undefined;
}
