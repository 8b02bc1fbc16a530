import { isPrint } from '../letters.ts';
import type { Budget } from '../limits.ts';
import { quoteRune, runeText } from '../quote.ts';
import { type Flags, pad, padWithBlanks } from './flags.ts';

const bases: Readonly<Record<string, number>> = { d: 10, v: 10, b: 2, o: 8, O: 8, x: 16, X: 16 };

/** An integer under a verb of Go's formats, or nothing where the verb isn't for integers. */
export function formatInteger(budget: Budget, flags: Flags, value: bigint, verb: string): string | undefined {
  const base = Object.hasOwn(bases, verb) ? bases[verb] : undefined;
  if (base !== undefined) return formatDigits(budget, flags, value, base, verb);
  // Go takes the number for an unsigned one here.
  const code = value >= 0n && value <= 0x10ffffn ? Number(value) : 0xfffd;
  switch (verb) {
    case 'c':
      return pad(budget, flags, runeText(code));
    case 'q':
      return pad(budget, flags, quoteRune(code, flags.plus));
    case 'U':
      return formatUnicode(budget, flags, BigInt.asUintN(64, value));
    default:
      return undefined;
  }
}

function formatDigits(budget: Budget, flags: Flags, value: bigint, base: number, verb: string): string {
  const negative = value < 0n;
  const { width, precision, zero } = flags;
  if (precision === 0 && value === 0n) return padWithBlanks(budget, flags, '');
  let digits = (negative ? -value : value).toString(base);
  if (verb === 'X') digits = digits.toUpperCase();
  let least = 0;
  if (precision !== undefined) least = precision;
  else if (zero && width !== undefined) least = width - (negative || flags.plus || flags.space ? 1 : 0);
  if (least > digits.length) {
    budget.allocate(least);
    digits = digits.padStart(least, '0');
  }
  if (flags.sharp && base === 2) digits = `0b${digits}`;
  if (flags.sharp && base === 8 && !digits.startsWith('0')) digits = `0${digits}`;
  if (flags.sharp && base === 16) digits = `0${verb === 'X' ? 'X' : 'x'}${digits}`;
  if (verb === 'O') digits = `0o${digits}`;
  const sign = negative ? '-' : flags.plus ? '+' : flags.space ? ' ' : '';
  return padWithBlanks(budget, flags, sign + digits);
}

function formatUnicode(budget: Budget, flags: Flags, value: bigint): string {
  const least = Math.max(4, flags.precision ?? 0);
  budget.allocate(least);
  const name = `U+${value.toString(16).toUpperCase().padStart(least, '0')}`;
  const letter = value <= 0x10ffffn ? runeText(Number(value)) : '';
  const shown = flags.sharp && letter !== '' && isPrint(letter) ? ` '${letter}'` : '';
  return padWithBlanks(budget, flags, name + shown);
}
