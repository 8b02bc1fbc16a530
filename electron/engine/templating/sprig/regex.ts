import { RE2JS, RE2JSException } from 're2js';
import { wellFormed } from '../byte-text.ts';
import { type Scope, takes, type TemplateFunction } from '../functions.ts';
import { isDigit, isLetter } from '../letters.ts';
import { LimitReached } from '../limits.ts';
import { canBackquote, quote } from '../quote.ts';
import { CallFailed } from '../template-error.ts';
import { List, stringList } from '../values.ts';

/** Bounds what a pattern may become: its repetitions are written out when it is compiled. */
const greatestPattern = 100_000;

/**
 * Milliseconds that one call may take. Matching is linear, but looking for all matches isn't where each of them needs a look at
 * the whole rest. How far each looked can't be known, so this limit is in time.
 */
const patience = 500;

/** Bytes that looking for one match takes, roughly. */
const matchBytes = 400;

/** A pattern over a text, paid for as if every letter were looked at by every instruction. */
class Search {
  readonly #scope: Scope;
  readonly #regex: RE2JS;
  readonly #text: string;
  readonly #until = performance.now() + patience;

  /** @throws RE2JSException */
  constructor(scope: Scope, pattern: string, text: string) {
    if (wellFormed(pattern) !== pattern) {
      throw new RE2JSException(`error parsing regexp: invalid UTF-8: \`${pattern}\``);
    }
    let size = pattern.length;
    let repetitions = 1;
    for (const [, from = '', to = ''] of pattern.matchAll(/\{([0-9]+)(?:,([0-9]*))?\}/g)) {
      repetitions += Math.max(Number(from), Number(to));
    }
    size *= repetitions;
    if (size > greatestPattern) throw new LimitReached('the regular expression is too large');
    scope.budget.spend(500 + size / 10);
    this.#scope = scope;
    this.#regex = RE2JS.compile(pattern);
    this.#text = text;
    scope.budget.spend((this.#regex.programSize() * text.length) >> 4);
  }

  get groupNames(): Readonly<Record<string, number>> {
    return this.#regex.namedGroups();
  }

  test(): boolean {
    return this.#regex.test(this.#text);
  }

  /** Where the first match is: start and end of it and of its groups, -1 where a group has none. */
  first(from = 0): readonly number[] | undefined {
    this.#scope.budget.spend(4);
    if (performance.now() > this.#until) throw new LimitReached('the regular expression takes too long');
    const matcher = this.#regex.matcher(this.#text);
    if (!matcher.find(from)) return undefined;
    this.#scope.budget.allocate(matchBytes + 32 * matcher.groupCount());
    const places: number[] = [];
    for (let group = 0; group <= matcher.groupCount(); group += 1)
      places.push(matcher.start(group), matcher.end(group));
    return places;
  }

  /** As Go does: an empty match right behind another match doesn't count. */
  *all(): Generator<readonly number[]> {
    let before = -1;
    for (let at = 0; at <= this.#text.length;) {
      const places = this.first(at);
      if (places === undefined) return;
      const [start = 0, end = 0] = places;
      const accepted = end !== at || start !== before;
      at = end === at ? at + (this.#letterSize(at) || 1) : end;
      before = end;
      if (accepted) yield places;
    }
  }

  #letterSize(at: number): number {
    const code = this.#text.codePointAt(at);
    return code === undefined ? 0 : code > 0xffff ? 2 : 1;
  }
}

function search(scope: Scope, pattern: string, text: string): Search {
  try {
    return new Search(scope, pattern, text);
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error;
    const quoted = canBackquote(pattern) ? `\`${pattern}\`` : quote(pattern);
    // Go quotes the rest of the pattern, of which there is none here.
    const rest = error.message.endsWith('trailing backslash at end of expression') ? ': ``' : '';
    throw new CallFailed(`regexp: Compile(${quoted}): ${error.message}${rest}`);
  }
}

function replaceAll(
  scope: Scope,
  pattern: string,
  text: string,
  replacement: (places: readonly number[], names: Readonly<Record<string, number>>) => string,
): string {
  const found = search(scope, pattern, text);
  const names = found.groupNames;
  const parts: string[] = [];
  let done = 0;
  for (const places of found.all()) {
    const [start = 0, end = 0] = places;
    const replaced = replacement(places, names);
    scope.budget.allocate(start - done + replaced.length + 16);
    parts.push(text.slice(done, start), replaced);
    done = end;
  }
  scope.budget.allocate(text.length - done);
  parts.push(text.slice(done));
  return parts.join('');
}

/** Go's `Regexp.Expand`: `$1`, `${1}`, `$name`, `$$`. A name is as long as it can be: `$1x` is the group `1x`. */
function expand(
  { budget }: Scope,
  template: string,
  text: string,
  places: readonly number[],
  names: Readonly<Record<string, number>>,
): string {
  let expanded = '';
  for (let at = 0; at < template.length;) {
    const dollar = template.indexOf('$', at);
    const literalEnd = dollar === -1 ? template.length : dollar;
    expanded += template.slice(at, literalEnd);
    if (dollar === -1) break;
    if (template.charAt(dollar + 1) === '$') {
      expanded += '$';
      at = dollar + 2;
      continue;
    }
    const reference = readReference(template, dollar + 1);
    if (reference === undefined) {
      expanded += '$';
      at = dollar + 1;
      continue;
    }
    at = reference.end;
    const { name } = reference;
    const group = /^(?:0|[1-9][0-9]{0,7})$/.test(name)
      ? Number(name)
      : Object.hasOwn(names, name)
        ? names[name]
        : undefined;
    const [start = -1, end = -1] = group === undefined ? [] : places.slice(2 * group, 2 * group + 2);
    if (start < 0) continue;
    budget.allocate(end - start);
    expanded += text.slice(start, end);
  }
  return expanded;
}

function readReference(template: string, start: number): { readonly name: string; readonly end: number } | undefined {
  const braced = template.charAt(start) === '{';
  const from = braced ? start + 1 : start;
  let end = from;
  for (const letter of template.slice(from, from + 200)) {
    if (letter !== '_' && !isLetter(letter) && !isDigit(letter)) break;
    end += letter.length;
  }
  if (end === from || (braced && template.charAt(end) !== '}')) return undefined;
  return { name: template.slice(from, end), end: braced ? end + 1 : end };
}

/** At most so many; all where it is negative. */
function limited<T>(all: Iterable<T>, count: bigint): T[] {
  const kept: T[] = [];
  if (count === 0n) return kept;
  for (const one of all) {
    kept.push(one);
    if (count > 0n && BigInt(kept.length) >= count) break;
  }
  return kept;
}

function split(scope: Scope, pattern: string, text: string, count: bigint): List {
  const found = search(scope, pattern, text);
  if (count === 0n) return new List('string', [], true);
  if (pattern !== '' && text === '') return stringList(scope.budget, ['']);
  const parts: string[] = [];
  let begin = 0;
  let end = 0;
  for (const [start = 0, stop = 0] of limited(found.all(), count)) {
    if (count > 0n && BigInt(parts.length) >= count - 1n) break;
    end = start;
    if (stop !== 0) parts.push(text.slice(begin, end));
    begin = stop;
  }
  if (end !== text.length) parts.push(text.slice(begin));
  return stringList(scope.budget, parts);
}

/** sprig's regular expressions, which are RE2's. One that can't be read matches nothing in `regexMatch`, and fails elsewhere. */
export const regexes: Readonly<Record<string, TemplateFunction>> = {
  regexMatch: takes(['string', 'string'], (scope, pattern, text) => {
    try {
      return new Search(scope, pattern, text).test();
    } catch (error) {
      if (error instanceof RE2JSException) return false;
      throw error;
    }
  }),
  regexFind: takes(['string', 'string'], (scope, pattern, text) => {
    const [start = 0, end = 0] = search(scope, pattern, text).first() ?? [];
    scope.budget.allocate(end - start);
    return text.slice(start, end);
  }),
  regexFindAll: takes(['string', 'string', 'int'], (scope, pattern, text, count) => {
    const found = limited(search(scope, pattern, text).all(), count);
    if (found.length === 0) return new List('string', [], true);
    return stringList(
      scope.budget,
      found.map(([start, end]) => text.slice(start, end)),
    );
  }),
  regexReplaceAll: takes(['string', 'string', 'string'], (scope, pattern, text, replacement) =>
    replaceAll(scope, pattern, text, (places, names) => expand(scope, replacement, text, places, names)),
  ),
  regexReplaceAllLiteral: takes(['string', 'string', 'string'], (scope, pattern, text, replacement) =>
    replaceAll(scope, pattern, text, () => replacement),
  ),
  regexSplit: takes(['string', 'string', 'int'], split),
};
