import type { Budget } from '../limits.ts';
import { type Flags, pad, padWithBlanks } from './flags.ts';
import { decompose, type Digits, roundedDigits, shortestDigits } from './float-digits.ts';

/** Digits behind the point where a format says nothing; nothing for as many as are needed. */
const usualPrecision: Readonly<Record<string, number | undefined>> = { f: 6, F: 6, e: 6, E: 6 };

export const floatVerbs = 'vbgGxXfFeE';

/** A float under one of `floatVerbs`, as Go's formats write it. */
export function formatFloat(budget: Budget, flags: Flags, value: number, verb: string): string {
  const format = verb === 'v' ? 'g' : verb === 'F' ? 'f' : verb;
  const precision = flags.precision ?? usualPrecision[verb];
  // Digits of very small and very large numbers take their time, and zeros without end may be asked for.
  if (precision !== undefined) budget.spend(40);
  budget.allocate((precision ?? 0) + 32);
  const negative = value < 0 || Object.is(value, -0);
  const positive = flags.plus ? '+' : flags.space ? ' ' : '';
  const sign = negative ? '-' : positive;
  if (Number.isNaN(value)) return padWithBlanks(budget, flags, `${positive}NaN`);
  if (!Number.isFinite(value)) return padWithBlanks(budget, flags, `${sign || '+'}Inf`);
  let number = formatNumber(Math.abs(value), format, precision);
  if (flags.sharp && format !== 'b') number = withPoint(number, format, precision);
  if (sign === '') return pad(budget, flags, number);
  if (!flags.zero || flags.width === undefined || flags.width <= number.length + 1) {
    return pad(budget, flags, sign + number);
  }
  return sign + pad(budget, { ...flags, width: flags.width - 1 }, number);
}

/** Go's `strconv.FormatFloat` of a positive number. */
function formatNumber(value: number, format: string, precision: number | undefined): string {
  switch (format) {
    case 'b': {
      const { mantissa, exponent } = decompose(value);
      return `${mantissa}p${exponent < 0 ? '-' : '+'}${Math.abs(exponent)}`;
    }
    case 'x':
    case 'X':
      return format === 'x' ? hexadecimal(value, precision) : hexadecimal(value, precision).toUpperCase();
    case 'f': {
      const digits =
        precision === undefined ? shortestDigits(value) : roundedDigits(value, (point) => point + precision);
      return fixed(digits, precision ?? Math.max(digits.digits.length - digits.point, 0));
    }
    case 'e':
    case 'E': {
      const digits = precision === undefined ? shortestDigits(value) : roundedDigits(value, () => precision + 1);
      return exponential(digits, precision ?? Math.max(digits.digits.length - 1, 0), format);
    }
    default:
      return general(value, format, precision);
  }
}

function general(value: number, format: string, precision: number | undefined): string {
  const wanted = precision === 0 ? 1 : precision;
  const digits = wanted === undefined ? shortestDigits(value) : roundedDigits(value, () => wanted);
  const length = digits.digits.length;
  let threshold = wanted ?? 6;
  if (wanted !== undefined && threshold > length && length >= digits.point) threshold = length;
  const exponent = digits.point - 1;
  if (length > 0 && (exponent < -4 || exponent >= threshold)) {
    const shown = Math.min(wanted ?? length, length);
    return exponential(digits, shown - 1, format === 'G' ? 'E' : 'e');
  }
  return fixed(digits, Math.max(length - digits.point, 0));
}

function fixed({ digits, point }: Digits, precision: number): string {
  const whole = point > 0 ? digits.slice(0, point).padEnd(point, '0') : '0';
  if (precision === 0) return whole;
  const fraction = point > 0 ? digits.slice(point) : '0'.repeat(Math.min(-point, precision)) + digits;
  return `${whole}.${fraction.slice(0, precision).padEnd(precision, '0')}`;
}

function exponential({ digits, point }: Digits, precision: number, letter: string): string {
  const exponent = digits === '' ? 0 : point - 1;
  const first = digits.charAt(0) || '0';
  const fraction = precision > 0 ? `.${digits.slice(1, precision + 1).padEnd(precision, '0')}` : '';
  const power = String(Math.abs(exponent)).padStart(2, '0');
  return `${first}${fraction}${letter}${exponent < 0 ? '-' : '+'}${power}`;
}

/** `0x1.8p+01` */
function hexadecimal(value: number, precision: number | undefined): string {
  let { mantissa, exponent } = decompose(value);
  if (mantissa === 0n) {
    const zeros = precision === undefined || precision === 0 ? '' : `.${'0'.repeat(precision)}`;
    return `0x0${zeros}p+00`;
  }
  while (mantissa < 1n << 52n) {
    mantissa <<= 1n;
    exponent -= 1;
  }
  exponent += 52;
  if (precision !== undefined && precision < 13) {
    const dropped = BigInt(52 - precision * 4);
    const half = 1n << (dropped - 1n);
    const rest = mantissa & ((1n << dropped) - 1n);
    mantissa >>= dropped;
    if (rest > half || (rest === half && (mantissa & 1n) === 1n)) mantissa += 1n;
    mantissa <<= dropped;
    if (mantissa >= 1n << 53n) {
      mantissa >>= 1n;
      exponent += 1;
    }
  }
  const digits = (mantissa & ((1n << 52n) - 1n)).toString(16).padStart(13, '0');
  const fraction =
    precision === undefined ? digits.replace(/0+$/, '') : digits.slice(0, precision).padEnd(precision, '0');
  const power = String(Math.abs(exponent)).padStart(2, '0');
  return `0x1${fraction === '' ? '' : `.${fraction}`}p${exponent < 0 ? '-' : '+'}${power}`;
}

/** `%#g` and its like: always a point, and zeros up to the precision. */
function withPoint(number: string, format: string, precision: number | undefined): string {
  const [, head = '', tail = ''] =
    (format === 'x' || format === 'X' ? /^([^pP]*)(.*)$/ : /^([^eEpP]*)(.*)$/).exec(number) ?? [];
  let missing = 'gGx'.includes(format) ? (precision ?? 6) : 0;
  missing -= head.replace('.', '').replace(/^0+/, '').length;
  let text = head;
  if (!head.includes('.')) {
    if (head === '0') missing -= 1;
    text += '.';
  }
  return text + '0'.repeat(Math.max(missing, 0)) + tail;
}
