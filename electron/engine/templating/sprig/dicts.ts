import { printed } from '../fmt/printer.ts';
import { type Scope, takes, takesRest, type TemplateFunction } from '../functions.ts';
import type { Budget } from '../limits.ts';
import { CallFailed } from '../template-error.ts';
import { anyList, Dict, isTrue, List, stringList, type Value } from '../values.ts';

const entryBytes = 64;

function newDict(budget: Budget, entries: Map<string, Value>): Dict {
  budget.allocate(entryBytes * (entries.size + 1));
  return new Dict('interface {}', entries);
}

function dict({ budget }: Scope, values: readonly Value[]): Dict {
  const entries = new Map<string, Value>();
  for (let at = 0; at < values.length; at += 2) {
    const value = values[at + 1];
    entries.set(printed(budget, values[at] ?? null), value === undefined ? '' : value);
  }
  return newDict(budget, entries);
}

function set({ budget }: Scope, dictionary: Dict, key: string, value: Value): Dict {
  if (dictionary.isNil) throw new CallFailed('assignment to entry in nil map');
  budget.allocate(entryBytes);
  dictionary.entries.set(key, value);
  return dictionary;
}

/**
 * Fills into `into` what `from` has and it lacks, or with `overwrite` all that `from` has; maps in both are merged in turn. By the
 * rules of imdario/mergo 0.3: what is empty counts as lacking, and a map or list in place of something else is left out.
 */
function mergeInto(budget: Budget, into: Dict, from: Dict, overwrite: boolean): void {
  budget.enter();
  budget.spend(from.entries.size);
  budget.allocate(entryBytes * from.entries.size);
  for (const key of from.sortedKeys()) {
    const value = from.entries.get(key) ?? null;
    const before = into.entries.get(key);
    if (value === null) {
      if (overwrite) into.entries.set(key, null);
      continue;
    }
    if (value instanceof Dict && before instanceof Dict) mergeInto(budget, before, value, overwrite);
    else if (value instanceof List && overwrite) into.entries.set(key, value);
    const present = before !== undefined && isTrue(before);
    if (present && (value instanceof Dict || value instanceof List)) continue;
    if (overwrite || !present) into.entries.set(key, value);
  }
  budget.leave();
}

function merge(overwrite: boolean): TemplateFunction {
  return takesRest(['map[string]interface {}'], 'map[string]interface {}', ({ budget }, sources, target) => {
    const into = target.isNil ? newDict(budget, new Map()) : target;
    for (const source of sources) mergeInto(budget, into, source, overwrite);
    return into;
  });
}

/** sprig's functions about maps. `set`, `unset`, `merge` and `mergeOverwrite` change the map itself. */
export const dicts: Readonly<Record<string, TemplateFunction>> = {
  dict: takesRest([], 'interface {}', dict),
  set: takes(['map[string]interface {}', 'string', 'interface {}'], set),
  unset: takes(['map[string]interface {}', 'string'], (_, dictionary, key) => {
    dictionary.entries.delete(key);
    return dictionary;
  }),
  /** Not in sprig 2.22 but in 3.0, and in every example of today. */
  get: takes(['map[string]interface {}', 'string'], (_, dictionary, key) => {
    const value = dictionary.entries.get(key);
    return value === undefined ? '' : value;
  }),
  hasKey: takes(['map[string]interface {}', 'string'], (_, dictionary, key) => dictionary.entries.has(key)),
  pluck: takesRest(['string'], 'map[string]interface {}', ({ budget }, dictionaries, key) => {
    const found = dictionaries.filter(({ entries }) => entries.has(key)).map(({ entries }) => entries.get(key) ?? null);
    return anyList(budget, found);
  }),
  keys: takesRest([], 'map[string]interface {}', ({ budget }, dictionaries) => {
    for (const { entries } of dictionaries) budget.allocate(16 * entries.size);
    return stringList(
      budget,
      dictionaries.flatMap((dictionary) => dictionary.sortedKeys()),
    );
  }),
  values: takes(['map[string]interface {}'], ({ budget }, dictionary) => {
    budget.allocate(16 * dictionary.entries.size);
    return anyList(
      budget,
      dictionary.sortedKeys().map((key) => dictionary.entries.get(key) ?? null),
    );
  }),
  pick: takesRest(['map[string]interface {}'], 'string', ({ budget }, keys, { entries }) => {
    const picked = keys.filter((key) => entries.has(key));
    return newDict(budget, new Map(picked.map((key) => [key, entries.get(key) ?? null])));
  }),
  omit: takesRest(['map[string]interface {}'], 'string', ({ budget }, keys, { entries }) => {
    budget.allocate(entryBytes * entries.size);
    const omitted = new Set(keys);
    return newDict(budget, new Map([...entries].filter(([key]) => !omitted.has(key))));
  }),
  merge: merge(false),
  mergeOverwrite: merge(true),
};
