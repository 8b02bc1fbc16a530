import { canBeNil, isOfType, nilOf, type ParameterType, type TemplateFunction } from './functions.ts';
import type { State } from './state.ts';
import { type Command, type Operand, sourceOf } from './syntax-tree.ts';
import { CallFailed } from './template-error.ts';
import { isTrue, nilInterface, typeName, type Value } from './values.ts';

export const noFinal: unique symbol = Symbol('nothing came through the pipe');

/** What came through the pipe: the last argument. */
export type Final = Value | typeof noFinal;

export interface Call {
  readonly called: TemplateFunction;
  readonly name: string;
  /** Errors of the function are told there. */
  readonly place: Command | Operand;
  readonly operands: readonly Operand[];
  readonly final: Final;
  readonly evaluate: (operand: Operand) => Value;
}

/** A function's result, and the values that it was given. */
export interface Called {
  readonly value: Value;
  readonly values: readonly Value[];
}

/**
 * Calls a function or method as Go's templates do: counts the arguments, evaluates them to what the parameters ask for, and puts
 * behind them what came through the pipe.
 */
export function call(state: State, made: Call): Called {
  const { called, name, operands, final } = made;
  const { parameters, rest } = called;
  const count = operands.length + (final === noFinal ? 0 : 1);
  if (rest !== undefined && count < parameters.length) {
    state.fail(`wrong number of args for ${name}: want at least ${parameters.length} got ${operands.length}`);
  }
  if (rest === undefined && count !== parameters.length) {
    state.fail(`wrong number of args for ${name}: want ${parameters.length} got ${count}`);
  }
  if (name === 'and' || name === 'or') return { value: shortCircuit(state, made), values: [] };
  const values: Value[] = [];
  const typeAt = (index: number) => parameters[index] ?? rest ?? 'interface {}';
  for (const [index, operand] of operands.entries()) values.push(evaluateArgument(state, made, typeAt(index), operand));
  if (final !== noFinal) values.push(checked(state, final, typeAt(count - 1)));
  try {
    // Nearly all functions go through their texts.
    for (const value of values) state.budget.spend(1 + (typeof value === 'string' ? value.length >> 7 : 0));
    return { value: called.call(state.scope, values), values };
  } catch (error) {
    if (!(error instanceof CallFailed)) throw error;
    state.place = made.place;
    return state.fail(`error calling ${name}: ${error.message}`);
  }
}

/** The first operand that settles it, or the last. The others aren't evaluated. */
function shortCircuit(state: State, made: Call): Value {
  let value: Value = null;
  for (const operand of made.operands) {
    value = evaluateArgument(state, made, 'reflect.Value', operand);
    if (isTrue(value) === (made.name === 'or')) return value;
  }
  return made.final === noFinal ? value : made.final;
}

function evaluateArgument(state: State, made: Call, type: ParameterType, operand: Operand): Value {
  state.place = operand;
  switch (operand.kind) {
    case 'nil':
      return canBeNil(type) ? nilOf(type) : state.fail(`cannot assign nil to ${type}`);
    case 'boolean':
    case 'number':
    case 'string':
      return evaluateConstant(state, made, type, operand);
    default:
      return checked(state, made.evaluate(operand), type);
  }
}

/** A constant becomes what the parameter asks for, if it can. */
function evaluateConstant(
  state: State,
  made: Call,
  type: ParameterType,
  operand: Extract<Operand, { kind: 'boolean' | 'number' | 'string' }>,
): Value {
  const expected = (what: string) => state.fail(`expected ${what}; found ${sourceOf(operand)}`);
  switch (type) {
    case 'bool':
      return operand.kind === 'boolean' ? operand.value : expected('bool');
    case 'string':
      return operand.kind === 'string' ? operand.text : expected('string');
    case 'int':
      return (operand.kind === 'number' ? operand.number.int : undefined) ?? expected('integer');
    case 'uint32':
      // Go cuts off what is too much.
      if (operand.kind !== 'number' || operand.number.uint === undefined) return expected('unsigned integer');
      return BigInt.asUintN(32, operand.number.uint);
    case 'float64':
      return (operand.kind === 'number' ? operand.number.float : undefined) ?? expected('float');
    case 'interface {}':
    case 'reflect.Value':
      return made.evaluate(operand);
    case '[]interface {}':
    case 'map[string]interface {}':
    case 'sprig.certificate':
    case 'time.Time':
      return state.fail(`can't handle ${sourceOf(operand)} for arg of type ${type}`);
  }
}

/** The value as the parameter takes it. */
function checked(state: State, value: Value, type: ParameterType): Value {
  if (value === null) return canBeNil(type) ? nilOf(type) : state.fail(`invalid value; expected ${type}`);
  if (type === 'reflect.Value') return value;
  if (type === 'interface {}') return value === nilInterface ? null : value;
  if (isOfType(value, type)) return value;
  return state.fail(`wrong type for value; expected ${type}; got ${typeName(value)}`);
}
