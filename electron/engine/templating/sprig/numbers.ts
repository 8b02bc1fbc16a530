import { printed } from '../fmt/printer.ts';
import { type Scope, takes, takesRest, type TemplateFunction } from '../functions.ts';
import { parseFloatLiteral } from '../number-literal.ts';
import { CallFailed } from '../template-error.ts';
import { int64, integerOf, List, type SizedInteger, type Value } from '../values.ts';

const least = -(2n ** 63n);
const greatest = 2n ** 63n - 1n;

/** Go's `strconv.ParseInt`: the number, or its nearest end where it is out of range; nothing where it is none. */
function parseInteger(text: string, base: 8 | 10): { readonly value: bigint; readonly inRange: boolean } | undefined {
  const [, sign = '', digits = ''] = (base === 10 ? /^([+-]?)([0-9]+)$/ : /^([+-]?)([0-7]+)$/).exec(text) ?? [];
  if (digits === '') return undefined;
  const plain = digits.replace(/^0+(?=.)/, '');
  const size = plain.length > 30 ? greatest + 2n : BigInt(base === 8 ? `0o${plain}` : plain);
  const value = sign === '-' ? -size : size;
  if (value >= least && value <= greatest) return { value, inRange: true };
  return { value: value < 0n ? least : greatest, inRange: false };
}

/** sprig 2.22's `toInt64`: texts are decimal, and 0 where they are no number. */
export function toInt64(value: Value): bigint {
  if (typeof value === 'string') {
    const parsed = parseInteger(value, 10);
    return parsed?.inRange === true ? parsed.value : 0n;
  }
  if (typeof value === 'number') {
    // What Go makes of the others depends on the processor; this is amd64.
    return value >= -(2 ** 63) && value < 2 ** 63 ? BigInt(Math.trunc(value)) : least;
  }
  if (typeof value === 'boolean') return value ? 1n : 0n;
  return integerOf(value) ?? 0n;
}

function toFloat64(value: Value): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value !== 'string') return Number(integerOf(value) ?? 0n);
  const special = /^([+-]?)(inf|infinity|nan)$/i.exec(value);
  if (special === null) return parseFloatLiteral(value) ?? 0;
  if (special[2]?.toLowerCase() === 'nan') return special[1] === '' ? Number.NaN : 0;
  return special[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}

function calculate(operation: (one: bigint, other: bigint) => bigint): TemplateFunction {
  return takes(['interface {}', 'interface {}'], (_, one, other) => int64(operation(toInt64(one), toInt64(other))));
}

function divisor(value: bigint): bigint {
  if (value === 0n) throw new CallFailed('runtime error: integer divide by zero');
  return value;
}

function extreme(isBetter: (one: bigint, other: bigint) => boolean): TemplateFunction {
  return takesRest(['interface {}'], 'interface {}', (_, others, first) => {
    let best = toInt64(first);
    for (const other of others.map(toInt64)) if (isBetter(other, best)) best = other;
    return int64(best);
  });
}

function untilStep({ budget }: Scope, start: bigint, stop: bigint, step: bigint): List {
  const goesOn = stop < start ? step < 0n : step > 0n;
  const distance = stop < start ? start - stop : stop - start;
  const stride = step < 0n ? -step : step;
  const count = goesOn ? (distance + stride - 1n) / stride : 0n;
  budget.spend(Number(count));
  budget.allocate(32 + 24 * Number(count));
  return new List(
    'int',
    Array.from({ length: Number(count) }, (_, index) => start + BigInt(index) * step),
  );
}

/** Halves go up, or what `roundOn` says does; also below zero, where the part behind the point is negative. */
function round(value: number, places: bigint, roundOn: number): number {
  const power = 10 ** Number(places);
  const digit = power * value;
  const fraction = Number.isFinite(digit) ? digit - Math.trunc(digit) : Number.NaN;
  return (fraction >= roundOn ? Math.ceil(digit) : Math.floor(digit)) / power;
}

const max = extreme((one, other) => one > other);

/** sprig's functions about numbers. What they reckon with is int64, which wraps around. */
export const numbers: Readonly<Record<string, TemplateFunction>> = {
  atoi: takes(['string'], (_, text) => parseInteger(text, 10)?.value ?? 0n),
  int: takes(['interface {}'], (_, value) => toInt64(value)),
  int64: takes(['interface {}'], (_, value): SizedInteger => int64(toInt64(value))),
  float64: takes(['interface {}'], (_, value) => toFloat64(value)),
  toDecimal: takes(['interface {}'], ({ budget }, value) => {
    const parsed = parseInteger(printed(budget, value), 8);
    return int64(parsed?.inRange === true ? parsed.value : 0n);
  }),
  add: takesRest([], 'interface {}', (_, values) => int64(values.map(toInt64).reduce((sum, value) => sum + value, 0n))),
  add1: takes(['interface {}'], (_, value) => int64(toInt64(value) + 1n)),
  sub: calculate((one, other) => one - other),
  div: calculate((one, other) => one / divisor(other)),
  mod: calculate((one, other) => one % divisor(other)),
  mul: takesRest(['interface {}'], 'interface {}', (_, others, first) => {
    // Wrapped at each step, or very many factors would make a very long number.
    let product = toInt64(first);
    for (const other of others) product = BigInt.asIntN(64, product * toInt64(other));
    return int64(product);
  }),
  max,
  biggest: max,
  min: extreme((one, other) => one < other),
  ceil: takes(['interface {}'], (_, value) => Math.ceil(toFloat64(value))),
  floor: takes(['interface {}'], (_, value) => Math.floor(toFloat64(value))),
  round: takesRest(['interface {}', 'int'], 'float64', (_, [roundOn = 0.5], value, places) =>
    round(toFloat64(value), places, roundOn),
  ),
  until: takes(['int'], (scope, count) => untilStep(scope, 0n, count, count < 0n ? -1n : 1n)),
  untilStep: takes(['int', 'int', 'int'], untilStep),
};
