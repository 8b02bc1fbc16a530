import { takes, takesRest, type TemplateFunction } from '../functions.ts';
import type { Budget } from '../limits.ts';
import { CallFailed } from '../template-error.ts';
import { deepEqual, Dict, isTrue, kindName, List, typeName, type Value } from '../values.ts';

/** A copy of the lists and maps; what is in several places is copied once for each. */
function deepCopy(budget: Budget, value: Value): Value {
  budget.spend(1);
  if (value instanceof List) {
    budget.allocate(32 + 8 * value.items.length);
    budget.enter();
    const items = value.items.map((item) => deepCopy(budget, item));
    budget.leave();
    return new List(value.element, items, value.isNil);
  }
  if (!(value instanceof Dict)) return value;
  budget.allocate(64 * (value.entries.size + 1));
  budget.enter();
  const entries = new Map<string, Value>([...value.entries].map(([key, entry]) => [key, deepCopy(budget, entry)]));
  budget.leave();
  return new Dict(value.element, entries, value.isNil);
}

/** sprig's functions about what a value is, and about what stands in where there is none. */
export const types: Readonly<Record<string, TemplateFunction>> = {
  typeOf: takes(['interface {}'], (_, value) => typeName(value)),
  typeIs: takes(['string', 'interface {}'], (_, type, value) => typeName(value) === type),
  typeIsLike: takes(['string', 'interface {}'], (_, type, value) => [type, `*${type}`].includes(typeName(value))),
  kindOf: takes(['interface {}'], (_, value) => kindName(value)),
  kindIs: takes(['string', 'interface {}'], (_, kind, value) => kindName(value) === kind),
  deepEqual: takes(['interface {}', 'interface {}'], ({ budget }, one, other) => deepEqual(budget, one, other)),
  deepCopy: takes(['interface {}'], ({ budget }, value) => {
    if (value === null) throw new CallFailed('reflect: call of reflect.Value.Type on zero Value');
    return deepCopy(budget, value);
  }),
  default: takesRest(['interface {}'], 'interface {}', (_, [given = null], fallback) =>
    isTrue(given) ? given : fallback,
  ),
  empty: takes(['interface {}'], (_, value) => !isTrue(value)),
  coalesce: takesRest([], 'interface {}', (_, values) => values.find(isTrue) ?? null),
  ternary: takes(['interface {}', 'interface {}', 'bool'], (_, yes, no, condition) => (condition ? yes : no)),
  fail: takes(['string'], (_, message) => {
    throw new CallFailed(message);
  }),
};
