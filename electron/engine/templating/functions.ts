import type { Budget } from './limits.ts';
import { Certificate } from './sprig/certificate.ts';
import { Complex, Dict, List, type Value, nilInterface, typeName } from './values.ts';
import { Time } from './time/time.ts';

/** What a function may use beside its arguments. */
export interface Scope {
  readonly budget: Budget;
  /** Milliseconds since 1970, UTC. */
  readonly now: number;
  /** What takes long is only paid for, and something stands for what it gives. */
  readonly rehearses: boolean;
  /** Tells that a text is a key or a password, and gives it back. */
  readonly secret: (text: string) => string;
}

/** What each type of parameter hands to a function. */
interface Arguments {
  string: string;
  int: bigint;
  uint32: bigint;
  bool: boolean;
  float64: number;
  /** Anything, nil as null. */
  'interface {}': Value;
  '[]interface {}': List;
  'map[string]interface {}': Dict;
  'sprig.certificate': Certificate;
  'time.Time': Time;
  /** Anything, where nil and an empty place differ. */
  'reflect.Value': Value;
}

/** The types of Go that functions ask for, by the names that error texts use. */
export type ParameterType = keyof Arguments;

/** A function that templates may call, with what Go checks before it calls it. */
export interface TemplateFunction {
  readonly parameters: readonly ParameterType[];
  /** Of any number of further arguments. */
  readonly rest: ParameterType | undefined;
  /** Takes arguments that have been checked. @throws CallFailed, LimitReached */
  readonly call: (scope: Scope, values: readonly Value[]) => Value;
}

type Checked<P extends readonly ParameterType[]> = { [I in keyof P]: Arguments[P[I]] };

/** A function with so many parameters. */
export function takes<const P extends readonly ParameterType[]>(
  parameters: P,
  call: (scope: Scope, ...values: Checked<P>) => Value,
): TemplateFunction {
  return { parameters, rest: undefined, call: (scope, values) => call(scope, ...(values as Checked<P>)) };
}

/** A function with some parameters, and any number of others behind them. */
export function takesRest<const P extends readonly ParameterType[], R extends ParameterType>(
  parameters: P,
  rest: R,
  call: (scope: Scope, rest: readonly Arguments[R][], ...values: Checked<P>) => Value,
): TemplateFunction {
  return {
    parameters,
    rest,
    call: (scope, values) => {
      const fixed: readonly Value[] = values.slice(0, parameters.length);
      return call(scope, values.slice(parameters.length) as Arguments[R][], ...(fixed as Checked<P>));
    },
  };
}

/** Whether no value may stand for a value of the type. */
export function canBeNil(type: ParameterType): boolean {
  return ['interface {}', '[]interface {}', 'map[string]interface {}', 'reflect.Value'].includes(type);
}

/** What the type makes of no value. Only of types that can be nil. */
export function nilOf(type: ParameterType): Value {
  switch (type) {
    case '[]interface {}':
      return new List('interface {}', [], true);
    case 'map[string]interface {}':
      return new Dict('interface {}', new Map(), true);
    default:
      return null;
  }
}

export function isOfType(value: Value, type: ParameterType): boolean {
  return type === 'interface {}' || type === 'reflect.Value' || typeName(value) === type;
}

/** Go's kinds that can't be compared by `==`. */
export function isComparable(value: Value): boolean {
  return !(value instanceof List || value instanceof Dict);
}

/** Go's `==` of two values that can be compared. */
export function isIdentical(one: Value, other: Value): boolean {
  if (one instanceof Time) return other instanceof Time && one.isSame(other);
  if (one instanceof Certificate) return other instanceof Certificate && one.isSame(other);
  if (one instanceof Complex)
    return other instanceof Complex && one.real === other.real && one.imaginary === other.imaginary;
  return one === other || (one === nilInterface && other === null);
}
