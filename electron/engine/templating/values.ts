import { byteLength, compareText } from './byte-text.ts';
import type { Budget } from './limits.ts';
import { Time } from './time/time.ts';
import { Certificate } from './sprig/certificate.ts';
import { SemanticVersion } from './sprig/semantic-version.ts';

/**
 * A value inside of the engine, with the type that it has in Go: functions tell `int` from `int64` and `[]string` from
 * `[]interface {}`, and so do `typeOf` and error texts.
 *
 * `null` is no value at all. `nilInterface` is an empty place of a map or list (`interface {}` that holds nil), as a field
 * gives it; a pipeline makes `null` of it. They print alike, but only the second can't be asked for a field.
 */
export type Value =
  | null
  | typeof nilInterface
  | boolean
  | string
  | bigint
  | number
  | SizedInteger
  | Complex
  | List
  | Dict
  | Time
  | SemanticVersion
  | Certificate;

export const nilInterface: unique symbol = Symbol('interface {} that holds nil');

type ElementType = 'interface {}' | 'string' | 'int';

/** A slice. Mutable only where Go's own functions write into it. */
export class List {
  readonly element: ElementType;
  readonly items: Value[];
  /** A nil slice: prints as an empty one, but is `null` in JSON. */
  readonly isNil: boolean;

  constructor(element: ElementType, items: Value[], isNil = false) {
    this.element = element;
    this.items = items;
    this.isNil = isNil;
  }
}

/** A map with string keys; `set` and its like write into it. Go ranges over sorted keys. */
export class Dict {
  readonly element: 'interface {}' | 'string';
  readonly entries: Map<string, Value>;
  readonly isNil: boolean;

  constructor(element: 'interface {}' | 'string', entries: Map<string, Value>, isNil = false) {
    this.element = element;
    this.entries = entries;
    this.isNil = isNil;
  }

  sortedKeys(): string[] {
    return [...this.entries.keys()].sort(compareText);
  }
}

/** An integer that is no `int`. */
export class SizedInteger {
  readonly type: 'int64' | 'uint8' | 'time.Duration' | 'time.Month' | 'time.Weekday';
  readonly value: bigint;

  constructor(type: SizedInteger['type'], value: bigint) {
    this.type = type;
    this.value = value;
  }
}

export class Complex {
  readonly real: number;
  readonly imaginary: number;

  constructor(real: number, imaginary: number) {
    this.real = real;
    this.imaginary = imaginary;
  }
}

export function int64(value: bigint): SizedInteger {
  return new SizedInteger('int64', BigInt.asIntN(64, value));
}

/** A list of any values that is paid for. The items may be shared with nobody. */
export function anyList(budget: Budget, items: Value[]): List {
  budget.allocate(32 + 8 * items.length);
  return new List('interface {}', items);
}

/** A list of strings that is paid for, its strings as well. */
export function stringList(budget: Budget, items: string[]): List {
  let bytes = 32;
  for (const item of items) bytes += 16 + item.length;
  budget.allocate(bytes);
  return new List('string', items);
}

/** Go's name of the type, as `%T` prints it. */
export function typeName(value: Value): string {
  if (value === null) return '<nil>';
  switch (typeof value) {
    case 'symbol':
      return 'interface {}';
    case 'boolean':
      return 'bool';
    case 'string':
      return 'string';
    case 'bigint':
      return 'int';
    case 'number':
      return 'float64';
    default:
      break;
  }
  if (value instanceof SizedInteger) return value.type;
  if (value instanceof Complex) return 'complex128';
  if (value instanceof List) return `[]${value.element}`;
  if (value instanceof Dict) return `map[string]${value.element}`;
  if (value instanceof Certificate) return 'sprig.certificate';
  return value instanceof Time ? 'time.Time' : '*semver.Version';
}

/** Go's `reflect.Kind`. */
export function kindName(value: Value): string {
  if (value === null || value === nilInterface) return 'invalid';
  if (value instanceof List) return 'slice';
  if (value instanceof Dict) return 'map';
  if (value instanceof Time || value instanceof Certificate) return 'struct';
  if (value instanceof SemanticVersion) return 'ptr';
  if (value instanceof SizedInteger) {
    return value.type === 'time.Duration' ? 'int64' : value.type.startsWith('time.') ? 'int' : value.type;
  }
  return typeName(value);
}

/** The number of an integer of any type. */
export function integerOf(value: Value): bigint | undefined {
  if (typeof value === 'bigint') return value;
  return value instanceof SizedInteger ? value.value : undefined;
}

/** What `if` says of a value. */
export function isTrue(value: Value): boolean {
  if (value === null || value === nilInterface) return false;
  switch (typeof value) {
    case 'boolean':
      return value;
    case 'string':
      return value !== '';
    case 'bigint':
      return value !== 0n;
    case 'number':
      return value !== 0;
    default:
      break;
  }
  if (value instanceof SizedInteger) return value.value !== 0n;
  if (value instanceof Complex) return value.real !== 0 || value.imaginary !== 0;
  if (value instanceof List) return value.items.length > 0;
  if (value instanceof Dict) return value.entries.size > 0;
  return true;
}

/** An element of a list or map as an expression gives it. */
export function elementOf(container: List | Dict, element: Value): Value {
  return element === null && container.element === 'interface {}' ? nilInterface : element;
}

/** What a value says where any may stand: an empty place is no value. */
export function withoutInterface(value: Value): Value {
  return value === nilInterface ? null : value;
}

/** Go's `reflect.DeepEqual`: types must be equal as well. */
export function deepEqual(budget: Budget, one: Value, other: Value): boolean {
  budget.spend(1);
  if (one === other) return true;
  if (typeof one === 'string' && typeof other === 'string') budget.spend(byteLength(one) >> 8);
  if (one instanceof SizedInteger) {
    return other instanceof SizedInteger && one.type === other.type && one.value === other.value;
  }
  if (one instanceof Complex) {
    return other instanceof Complex && one.real === other.real && one.imaginary === other.imaginary;
  }
  if (one instanceof Time) return other instanceof Time && one.isSame(other);
  if (one instanceof Certificate) return other instanceof Certificate && one.isSame(other);
  if (one instanceof SemanticVersion) return other instanceof SemanticVersion && one.isSame(other);
  if (one instanceof List) return other instanceof List && equalLists(budget, one, other);
  return one instanceof Dict && other instanceof Dict && equalDicts(budget, one, other);
}

function equalLists(budget: Budget, one: List, other: List): boolean {
  if (one.element !== other.element || one.isNil !== other.isNil || one.items.length !== other.items.length)
    return false;
  budget.enter();
  const equal = one.items.every((item, index) => deepEqual(budget, item, other.items[index] ?? null));
  budget.leave();
  return equal;
}

function equalDicts(budget: Budget, one: Dict, other: Dict): boolean {
  if (one.element !== other.element || one.isNil !== other.isNil || one.entries.size !== other.entries.size)
    return false;
  budget.enter();
  let equal = true;
  for (const [key, value] of one.entries) {
    const counterpart = other.entries.get(key);
    equal &&= counterpart !== undefined && deepEqual(budget, value, counterpart);
  }
  budget.leave();
  return equal;
}
