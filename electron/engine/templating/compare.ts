import { compareText } from './byte-text.ts';
import { sprintf } from './fmt/printf.ts';
import { isComparable, isIdentical, type Scope, takes, takesRest, type TemplateFunction } from './functions.ts';
import { CallFailed } from './template-error.ts';
import { Complex, Dict, integerOf, List, SizedInteger, typeName, type Value, withoutInterface } from './values.ts';

type Kind = 'bool' | 'complex' | 'int' | 'float' | 'string' | 'uint' | undefined;

function kindOf(value: Value): Kind {
  switch (typeof value) {
    case 'boolean':
      return 'bool';
    case 'string':
      return 'string';
    case 'bigint':
      return 'int';
    case 'number':
      return 'float';
    default:
      break;
  }
  if (value instanceof SizedInteger) return value.type === 'uint8' ? 'uint' : 'int';
  return value instanceof Complex ? 'complex' : undefined;
}

const badType = 'invalid type for comparison';
const badTypes = 'incompatible types for comparison';

/** `eq a b c`: a equals b or c. Integers are compared whatever their sign; types that differ are an error, but for nil. */
function equalsAny(scope: Scope, first: Value, others: readonly Value[]): boolean {
  if (others.length === 0) throw new CallFailed('missing argument for comparison');
  const one = withoutInterface(first);
  return others.some((other) => equals(scope, one, withoutInterface(other)));
}

function equals(scope: Scope, one: Value, other: Value): boolean {
  const kind = kindOf(one);
  const otherKind = kindOf(other);
  if (kind !== otherKind) {
    const integer = integerOf(one);
    if (integer !== undefined && integer === integerOf(other)) return true;
    if (integer !== undefined && integerOf(other) !== undefined) return false;
    if (one !== null && other !== null) throw new CallFailed(badTypes);
    return false;
  }
  if (kind === 'int' || kind === 'uint') return integerOf(one) === integerOf(other);
  if (kind !== undefined) return isIdentical(one, other);
  if (one !== null && other !== null && shapeOf(one) !== shapeOf(other)) {
    const first = `${sprintf(scope.budget, '%s', [one])}: ${typeName(one)}`;
    const second = `${typeName(other)}: ${sprintf(scope.budget, '%v', [other])}`;
    throw new CallFailed(`non-comparable types ${first}, ${second}`);
  }
  if (isNil(one) || isNil(other)) return isNil(one) === isNil(other);
  if (!isComparable(other)) {
    throw new CallFailed(`non-comparable type ${sprintf(scope.budget, '%s', [other])}: ${typeName(other)}`);
  }
  return isIdentical(one, other);
}

function shapeOf(value: Value): string {
  return value instanceof List ? 'slice' : value instanceof Dict ? 'map' : typeName(value);
}

function isNil(value: Value): boolean {
  return value === null || ((value instanceof List || value instanceof Dict) && value.isNil);
}

function isLess(first: Value, second: Value): boolean {
  const one = withoutInterface(first);
  const other = withoutInterface(second);
  const kind = kindOf(one);
  const otherKind = kindOf(other);
  if (kind === undefined || otherKind === undefined) throw new CallFailed(badType);
  const integers = [integerOf(one), integerOf(other)] as const;
  if (integers[0] !== undefined && integers[1] !== undefined) return integers[0] < integers[1];
  if (kind !== otherKind) throw new CallFailed(badTypes);
  if (typeof one === 'number' && typeof other === 'number') return one < other;
  if (typeof one === 'string' && typeof other === 'string') return compareText(one, other) < 0;
  throw new CallFailed(badType);
}

function isLessOrEqual(scope: Scope, one: Value, other: Value): boolean {
  return isLess(one, other) || equalsAny(scope, one, [other]);
}

/** Go's comparisons, by the rules of Go 1.19. */
export const comparisons: Readonly<Record<string, TemplateFunction>> = {
  eq: takesRest(['reflect.Value'], 'reflect.Value', (scope, others, one) => equalsAny(scope, one, others)),
  ne: takes(['reflect.Value', 'reflect.Value'], (scope, one, other) => !equalsAny(scope, one, [other])),
  lt: takes(['reflect.Value', 'reflect.Value'], (_, one, other) => isLess(one, other)),
  le: takes(['reflect.Value', 'reflect.Value'], isLessOrEqual),
  gt: takes(['reflect.Value', 'reflect.Value'], (scope, one, other) => !isLessOrEqual(scope, one, other)),
  ge: takes(['reflect.Value', 'reflect.Value'], (_, one, other) => !isLess(one, other)),
};
