import { call, type Final, noFinal } from './calls.ts';
import { methodOf } from './methods.ts';
import { quote } from './quote.ts';
import type { Held, State } from './state.ts';
import { type Command, type NumberLiteral, type Operand, type Pipeline, sourceOf } from './syntax-tree.ts';
import { Certificate } from './sprig/certificate.ts';
import { Complex, Dict, elementOf, List, nilInterface, typeName, type Value, withoutInterface } from './values.ts';

/** Functions that would read the machine that a template runs on. */
const hostFunctions: ReadonlySet<string> = new Set(['env', 'expandenv', 'getHostByName']);

/** The value of a pipeline, which is never `nilInterface`. Declares and sets its variables. */
export function evaluatePipeline(state: State, dot: Held, pipe: Pipeline): Value {
  state.place = pipe;
  let final: Final = noFinal;
  let value: Value = null;
  for (const command of pipe.commands) {
    value = withoutInterface(evaluateCommand(state, dot, command, final));
    final = value;
  }
  for (const name of pipe.variables) {
    const held: Held = { value, inInterface: false };
    if (pipe.assigns) findVariable(state, name).held = held;
    else state.variables.push({ name, held });
  }
  return value;
}

function evaluateCommand(state: State, dot: Held, command: Command, final: Final): Value {
  const [first, ...others] = command.operands;
  state.budget.spend(1);
  switch (first.kind) {
    case 'name':
      return evaluateFunction(state, dot, first, command, others, final);
    case 'field':
    case 'chain':
    case 'variable':
      return evaluateFields(state, dot, first, others, final);
    case 'pipeline':
      refuseArguments(state, first, others, final);
      return evaluatePipeline(state, dot, first);
    default:
      state.place = first;
      refuseArguments(state, first, others, final);
      return first.kind === 'nil' ? state.fail('nil is not a command') : evaluateLiteral(state, dot, first);
  }
}

function refuseArguments(state: State, first: Operand, others: readonly Operand[], final: Final): void {
  if (others.length > 0 || final !== noFinal) state.fail(`can't give argument to non-function ${sourceOf(first)}`);
}

/** An operand that stands where a value of any type may. `nilInterface` where an empty place was found. */
function evaluateOperand(state: State, dot: Held, operand: Operand): Value {
  state.place = operand;
  state.budget.spend(1);
  switch (operand.kind) {
    case 'field':
    case 'chain':
    case 'variable':
      return evaluateFields(state, dot, operand, [], noFinal);
    case 'pipeline': {
      state.budget.enter();
      const value = evaluatePipeline(state, dot, operand);
      state.budget.leave();
      return value;
    }
    case 'name':
      return evaluateFunction(state, dot, operand, operand, [], noFinal);
    case 'nil':
      return null;
    default:
      return evaluateLiteral(state, dot, operand);
  }
}

function evaluateLiteral(
  state: State,
  dot: Held,
  operand: Extract<Operand, { kind: 'dot' | 'boolean' | 'string' | 'number' }>,
): Value {
  switch (operand.kind) {
    case 'dot':
      return dot.value;
    case 'boolean':
      return operand.value;
    case 'string':
      return operand.text;
    case 'number':
      return evaluateNumber(state, operand);
  }
}

/** The way that a number is written says what type it is of. */
function evaluateNumber(state: State, { literal, number }: NumberLiteral): Value {
  if (number.complex !== undefined) return new Complex(number.complex.real, number.complex.imaginary);
  if (number.float !== undefined && number.isFloat) return number.float;
  return number.int ?? state.fail(`${literal} overflows int`);
}

function findVariable(state: State, name: string): State['variables'][number] {
  const { variables } = state;
  for (let at = variables.length - 1; at >= 0; at -= 1) {
    const variable = variables[at];
    if (variable?.name === name) {
      state.budget.spend((variables.length - at) >> 3);
      return variable;
    }
  }
  return state.fail(`undefined variable: ${name}`);
}

function evaluateFunction(
  state: State,
  dot: Held,
  name: Extract<Operand, { kind: 'name' }>,
  place: Command | Operand,
  operands: readonly Operand[],
  final: Final,
): Value {
  state.place = name;
  const called = state.functions.get(name.name) ?? state.fail(`${quote(name.name)} is not a defined function`);
  if (hostFunctions.has(name.name)) state.reportHostRead(name.offset, name.name);
  const evaluate = (operand: Operand) => evaluateOperand(state, dot, operand);
  const { value, values } = call(state, { called, name: name.name, place, operands, final, evaluate });
  if (name.name === 'index' && value === nilInterface) reportMissingKey(state, place, operands, values);
  return value;
}

/** `index .Values "a-b"` is the only way to a name that is no identifier. */
function reportMissingKey(
  state: State,
  place: Command | Operand,
  operands: readonly Operand[],
  values: readonly Value[],
): void {
  let container: Value | undefined = values[0];
  for (const key of values.slice(1, -1)) {
    if (container instanceof Dict && typeof key === 'string') container = container.entries.get(key);
    else if (container instanceof List && typeof key === 'bigint') container = container.items[Number(key)];
  }
  const key = values.at(-1);
  if (!(container instanceof Dict) || typeof key !== 'string' || container.entries.has(key)) return;
  state.reportUndefined(place, () => {
    const [first, ...others] = operands;
    const keys = others.map((operand) => (operand.kind === 'string' ? operand.text : undefined));
    const plain = (first?.kind === 'field' || first?.kind === 'variable') && !keys.includes(undefined);
    return plain ? `${rooted(state, sourceOf(first))}.${keys.join('.')}` : sourceOf(place);
  });
}

/** `$` at the top is the data itself. */
function rooted(state: State, name: string): string {
  return state.templateName === state.parsed.name && name.startsWith('$.') ? name.slice(1) : name;
}

/** `.a.b`, `$x.a.b` or `(pipeline).a.b`, with arguments if the last of it is a method. */
function evaluateFields(
  state: State,
  dot: Held,
  operand: Extract<Operand, { kind: 'field' | 'chain' | 'variable' }>,
  others: readonly Operand[],
  final: Final,
): Value {
  state.place = operand;
  let held = receiverOf(state, dot, operand);
  if (operand.fields.length === 0) {
    refuseArguments(state, operand, others, final);
    return held.value;
  }
  for (const [index, field] of operand.fields.entries()) {
    const last = index === operand.fields.length - 1;
    held = evaluateField(state, dot, operand, index, field, held, last ? others : [], last ? final : noFinal);
  }
  return held.value;
}

function receiverOf(
  state: State,
  dot: Held,
  operand: Extract<Operand, { kind: 'field' | 'chain' | 'variable' }>,
): Held {
  switch (operand.kind) {
    case 'field':
      return dot;
    case 'variable':
      return findVariable(state, operand.name).held;
    case 'chain':
      return { value: evaluateOperand(state, dot, operand.of), inInterface: false };
  }
}

function evaluateField(
  state: State,
  dot: Held,
  operand: Extract<Operand, { kind: 'field' | 'chain' | 'variable' }>,
  index: number,
  field: string,
  { value, inInterface }: Held,
  others: readonly Operand[],
  final: Final,
): Held {
  state.budget.spend(1);
  if (value === null) return { value, inInterface: false };
  if (value === nilInterface) state.fail(`nil pointer evaluating interface {}.${field}`);
  const method = methodOf(value, field);
  if (method !== undefined) {
    const evaluate = (other: Operand) => evaluateOperand(state, dot, other);
    const result = call(state, { called: method, name: field, place: operand, operands: others, final, evaluate });
    return { value: result.value, inInterface: false };
  }
  if (value instanceof Certificate) {
    const found = value.fields.find(([name]) => name === field);
    if (found !== undefined) {
      if (others.length > 0 || final !== noFinal)
        state.fail(`${field} has arguments but cannot be invoked as function`);
      return { value: found[1], inInterface: false };
    }
  }
  if (!(value instanceof Dict)) {
    return state.fail(`can't evaluate field ${field} in type ${inInterface ? 'interface {}' : typeName(value)}`);
  }
  if (others.length > 0 || final !== noFinal) state.fail(`${field} is not a method but has arguments`);
  const element = value.entries.get(field);
  if (value.element === 'string') return { value: element ?? '', inInterface: false };
  if (element === undefined) {
    state.reportUndefined(operand, () =>
      rooted(state, sourceOf({ ...operand, fields: operand.fields.slice(0, index + 1) })),
    );
  }
  return { value: elementOf(value, element ?? null), inInterface: true };
}
