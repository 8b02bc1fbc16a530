import { compareText } from '../byte-text.ts';
import { printed } from '../fmt/printer.ts';
import { type Scope, takes, takesRest, type TemplateFunction } from '../functions.ts';
import type { Budget } from '../limits.ts';
import { CallFailed } from '../template-error.ts';
import { anyList, deepEqual, Dict, isTrue, kindName, List, stringList, type Value } from '../values.ts';
import { toInt64 } from './numbers.ts';
import { paySearch } from './strings.ts';

/** The items of a list, or sprig's panic. */
function itemsOf({ budget }: Scope, value: Value, complaint: string): readonly Value[] {
  if (value === null) throw new CallFailed('runtime error: invalid memory address or nil pointer dereference');
  if (!(value instanceof List)) throw new CallFailed(complaint.replace('%', () => kindName(value)));
  budget.spend(value.items.length);
  return value.items;
}

/** What `join`, `toStrings` and `sortAlpha` make of a value: texts, nil left out. */
function textsOf(budget: Budget, value: Value): string[] {
  if (value === null) return [];
  const values: readonly Value[] = value instanceof List ? value.items : [value];
  budget.spend(values.length);
  return values.filter((item) => item !== null).map((item) => printed(budget, item));
}

/** Go's `strings.SplitN`; no limit where `limit` is negative. */
function splitText({ budget }: Scope, text: string, separator: string, limit: bigint): string[] {
  if (limit === 0n) return [];
  paySearch(budget, text, separator);
  // Before it is known how many there will be: as many as there could.
  budget.allocate(separator === '' ? 16 * text.length : 0);
  const parts = separator === '' ? Array.from(text) : text.split(separator);
  budget.allocate(text.length + 32 * parts.length);
  const count = Number(limit);
  if (limit < 0n || parts.length <= count) return parts;
  return [...parts.slice(0, count - 1), parts.slice(count - 1).join(separator)];
}

function numbered(parts: readonly string[]): Dict {
  return new Dict('string', new Map(parts.map((part, index) => [`_${index}`, part])));
}

function includes({ budget }: Scope, items: readonly Value[], wanted: Value): boolean {
  return items.some((item) => deepEqual(budget, wanted, item));
}

const list = takesRest([], 'interface {}', ({ budget }, items) => anyList(budget, [...items]));

const append = takes(['interface {}', 'interface {}'], (scope, value, item) =>
  anyList(scope.budget, [...itemsOf(scope, value, 'Cannot push on type %'), item]),
);

/** A slice of a slice is one of the same type; of an empty one it is nothing. */
function slice(scope: Scope, value: Value, indexes: readonly Value[]): Value {
  const items = itemsOf(scope, value, 'list should be type of slice or array but %');
  if (items.length === 0 || !(value instanceof List)) return null;
  const start = Number(toInt64(indexes[0] ?? 0n));
  const end = indexes.length < 2 ? items.length : Number(toInt64(indexes[1] ?? null));
  if (start < 0 || start > end || end > items.length) {
    throw new CallFailed('reflect.Value.Slice: slice index out of bounds');
  }
  scope.budget.allocate(8 * (end - start));
  return new List(value.element, items.slice(start, end));
}

function uniq(scope: Scope, value: Value): Value {
  const kept: Value[] = [];
  for (const item of itemsOf(scope, value, 'Cannot find uniq on type %')) {
    if (!includes(scope, kept, item)) kept.push(item);
  }
  return anyList(scope.budget, kept);
}

/** The original sorts a list of texts where it is, and other lists in a copy. */
function sortAlpha({ budget }: Scope, value: Value): Value {
  if (!(value instanceof List)) return stringList(budget, [printed(budget, value)]);
  const texts = textsOf(budget, value);
  budget.spend(texts.length * Math.ceil(Math.log2(texts.length + 1)));
  const sorted = stringList(budget, texts.toSorted(compareText));
  if (value.element !== 'string') return sorted;
  value.items.splice(0, value.items.length, ...sorted.items);
  return value;
}

function concat(scope: Scope, values: readonly Value[]): Value {
  const items: Value[] = [];
  for (const value of values) {
    const more = itemsOf(scope, value, 'Cannot concat type % as list');
    scope.budget.allocate(8 * more.length);
    for (const item of more) items.push(item);
  }
  return new List('interface {}', items, items.length === 0);
}

function part(name: string, take: (items: readonly Value[]) => Value[]): TemplateFunction {
  return takes(['interface {}'], (scope, value) => {
    const items = itemsOf(scope, value, `Cannot find ${name} on type %`);
    if (items.length === 0) return new List('interface {}', [], true);
    return anyList(scope.budget, take(items));
  });
}

/** sprig's functions about lists. They leave lists as they are and make new ones, but for `sortAlpha`. */
export const lists: Readonly<Record<string, TemplateFunction>> = {
  list,
  tuple: list,
  append,
  push: append,
  prepend: takes(['interface {}', 'interface {}'], (scope, value, item) =>
    anyList(scope.budget, [item, ...itemsOf(scope, value, 'Cannot prepend on type %')]),
  ),
  first: takes(['interface {}'], (scope, value) => itemsOf(scope, value, 'Cannot find first on type %')[0] ?? null),
  last: takes(['interface {}'], (scope, value) => itemsOf(scope, value, 'Cannot find last on type %').at(-1) ?? null),
  rest: part('rest', (items) => items.slice(1)),
  initial: part('initial', (items) => items.slice(0, -1)),
  reverse: takes(['interface {}'], (scope, value) =>
    anyList(scope.budget, itemsOf(scope, value, 'Cannot find reverse on type %').toReversed()),
  ),
  compact: takes(['interface {}'], (scope, value) =>
    anyList(scope.budget, itemsOf(scope, value, 'Cannot compact on type %').filter(isTrue)),
  ),
  uniq: takes(['interface {}'], uniq),
  without: takesRest(['interface {}'], 'interface {}', (scope, omitted, value) => {
    const items = itemsOf(scope, value, 'Cannot find without on type %');
    return anyList(
      scope.budget,
      items.filter((item) => !includes(scope, omitted, item)),
    );
  }),
  has: takes(['interface {}', 'interface {}'], (scope, wanted, value) => {
    if (value === null) return false;
    return includes(scope, itemsOf(scope, value, 'Cannot find has on type %'), wanted);
  }),
  slice: takesRest(['interface {}'], 'interface {}', (scope, indexes, value) => slice(scope, value, indexes)),
  concat: takesRest([], 'interface {}', concat),
  sortAlpha: takes(['interface {}'], sortAlpha),
  toStrings: takes(['interface {}'], ({ budget }, value) => {
    // A list of texts is handed on as it is.
    return value instanceof List && value.element === 'string' ? value : stringList(budget, textsOf(budget, value));
  }),
  join: takes(['string', 'interface {}'], ({ budget }, separator, value) => {
    const texts = textsOf(budget, value);
    let bytes = 0;
    for (const text of texts) bytes += text.length + separator.length;
    budget.allocate(bytes);
    return texts.join(separator);
  }),
  splitList: takes(['string', 'string'], (scope, separator, text) => {
    return new List('string', splitText(scope, text, separator, -1n));
  }),
  split: takes(['string', 'string'], (scope, separator, text) => numbered(splitText(scope, text, separator, -1n))),
  splitn: takes(['string', 'int', 'string'], (scope, separator, limit, text) =>
    numbered(splitText(scope, text, separator, limit)),
  ),
};
