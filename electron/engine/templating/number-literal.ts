import type { NumberConstant } from './syntax-tree.ts';

const minInt = -(2n ** 63n);
const maxInt = 2n ** 63n - 1n;
const maxUint = 2n ** 64n - 1n;

/** What a number stands for (Go's `parse.newNumber`), or what is wrong with it, in Go's words. */
export function parseNumber(literal: string): NumberConstant | string {
  if (literal.endsWith('i')) {
    const imaginary = parseFloatLiteral(literal.slice(0, -1));
    if (imaginary !== undefined) return simplified(0, imaginary);
  }
  const integer = parseInteger(literal);
  if (integer !== undefined) {
    const int = integer >= minInt && integer <= maxInt ? integer : undefined;
    const uint =
      integer >= 0n && integer <= maxUint && (!/^[+-]/.test(literal) || integer === 0n) ? integer : undefined;
    if (int !== undefined || uint !== undefined) return constant(int, uint, Number(int ?? uint), false);
  }
  const float = parseFloatLiteral(literal);
  if (float === undefined) return `illegal number syntax: "${literal}"`;
  if (!/[.eEpP]/.test(literal)) return `integer overflow: "${literal}"`;
  return constant(wholeInt(float), wholeUint(float), float, true);
}

/** The same for `1+2i`. */
export function parseComplex(literal: string): NumberConstant | string {
  const [, first = '', second = ''] = /^(.*[^eEpP])([+-].*)i$/.exec(literal) ?? [];
  const real = parseFloatLiteral(first);
  const imaginary = parseFloatLiteral(second);
  if (real === undefined || imaginary === undefined) return 'syntax error scanning complex number';
  return simplified(real, imaginary);
}

/** A character stands for its number, in every type. */
export function characterConstant(code: number): NumberConstant {
  return constant(BigInt(code), BigInt(code), code, false);
}

function constant(int: bigint | undefined, uint: bigint | undefined, float: number, isFloat: boolean): NumberConstant {
  return { ...(int !== undefined && { int }), ...(uint !== undefined && { uint }), float, isFloat };
}

function simplified(real: number, imaginary: number): NumberConstant {
  const complex = { real, imaginary };
  if (imaginary !== 0) return { complex, isFloat: false };
  return { ...constant(wholeInt(real), wholeUint(real), real, false), complex };
}

function wholeInt(float: number): bigint | undefined {
  return Number.isInteger(float) && float >= Number(minInt) && float < 2 ** 63 ? BigInt(float) : undefined;
}

function wholeUint(float: number): bigint | undefined {
  return Number.isInteger(float) && float >= 0 && float < 2 ** 64 ? BigInt(float) : undefined;
}

/** Go's `strconv.ParseInt(text, 0, …)`, without a limit: `0x1F`, `0b1`, `0o7`, `017`, `1_000`. */
export function parseInteger(text: string): bigint | undefined {
  const [, sign = '', digits = ''] = /^([+-]?)(.*)$/s.exec(text) ?? [];
  if (!underscoresAllowed(digits)) return undefined;
  const plain = digits.replaceAll('_', '');
  const legal = /^(?:0|[1-9][0-9]*|0[xX][0-9a-fA-F]+|0[oO][0-7]+|0[bB][01]+)$/.test(plain) || /^0[0-7]+$/.test(plain);
  // More digits are more than 64 bits; BigInt takes its time for very many.
  if (!legal || plain.length > 70) return undefined;
  const value = BigInt(/^0[0-7]+$/.test(plain) ? `0o${plain.slice(1)}` : plain.toLowerCase());
  return sign === '-' ? -value : value;
}

/** Go's `strconv.ParseFloat` of what the lexer takes for a number; nothing where it is out of range. */
export function parseFloatLiteral(text: string): number | undefined {
  const [, sign = '', digits = ''] = /^([+-]?)(.*)$/s.exec(text) ?? [];
  if (!underscoresAllowed(digits)) return undefined;
  const plain = digits.replaceAll('_', '');
  const hex = /^0[xX]([0-9a-fA-F]*)(?:\.([0-9a-fA-F]*))?[pP]([+-]?[0-9]+)$/.exec(plain);
  const value = hex === null ? decimal(plain) : hexadecimal(hex[1] ?? '', hex[2] ?? '', Number(hex[3]));
  if (value === undefined || !Number.isFinite(value)) return undefined;
  return sign === '-' ? -value : value;
}

function decimal(text: string): number | undefined {
  return /^(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$/.test(text) ? Number(text) : undefined;
}

function hexadecimal(whole: string, fraction: string, exponent: number): number | undefined {
  const digits = (whole + fraction).replace(/^0+/, '');
  if (whole + fraction === '') return undefined;
  if (digits === '') return 0;
  // 2^1074 and 2^1023 can't be made in one step.
  const power = exponent - 4 * fraction.length;
  const half = Math.trunc(power / 2);
  return Number(`0x${digits}`) * 2 ** half * 2 ** (power - half);
}

/** An underscore stands between digits, or between `0x` and a digit. */
function underscoresAllowed(digits: string): boolean {
  if (!digits.includes('_')) return true;
  const [, prefix = '', rest = ''] = /^(0[xXoObB])?(.*)$/s.exec(digits) ?? [];
  return !/(?:^|[^0-9a-fA-F])_|_(?:$|[^0-9a-fA-F])/.test(prefix === '' ? rest : `0${rest}`);
}
