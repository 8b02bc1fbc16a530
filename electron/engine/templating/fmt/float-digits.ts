/** A positive number in decimal: 0.d₁d₂d₃… times ten to the power of `point`. No zeros at the end; zero has no digits. */
export interface Digits {
  readonly digits: string;
  readonly point: number;
}

/** As few digits as tell the number from all others. */
export function shortestDigits(value: number): Digits {
  if (value === 0) return { digits: '', point: 0 };
  const [mantissa = '', exponent = '0'] = value.toExponential().split('e');
  return { digits: mantissa.replace('.', '').replace(/0+$/, ''), point: Number(exponent) + 1 };
}

/**
 * The first so many digits, rounded from all that the number has; halves go to the even digit, as in Go. (JavaScript's
 * `toFixed` rounds them up.) `count` says how many for a given point.
 */
export function roundedDigits(value: number, count: (point: number) => number): Digits {
  const { digits, point } = exactDigits(value);
  const kept = count(point);
  if (kept >= digits.length) return { digits, point };
  if (kept < 0) return { digits: '', point: 0 };
  const next = digits.charCodeAt(kept) - 48;
  const tie = next === 5 && kept + 1 === digits.length;
  const odd = kept > 0 && digits.charCodeAt(kept - 1) % 2 === 1;
  const up = next > 5 || (next === 5 && (!tie || odd));
  const head = digits.slice(0, kept);
  if (!up) return trimmed(head, point);
  const raised = (BigInt(head === '' ? '0' : head) + 1n).toString().padStart(kept, '0');
  return trimmed(raised, raised.length > kept ? point + 1 : point);
}

function trimmed(digits: string, point: number): Digits {
  const kept = digits.replace(/0+$/, '');
  return { digits: kept, point: kept === '' ? 0 : point };
}

/** Sign aside: `mantissa` times two to the power of `exponent`. */
export function decompose(value: number): { readonly mantissa: bigint; readonly exponent: number } {
  const bits = new DataView(new ArrayBuffer(8));
  bits.setFloat64(0, value);
  const raw = bits.getBigUint64(0);
  const biased = Number((raw >> 52n) & 0x7ffn);
  const fraction = raw & 0xf_ffff_ffff_ffffn;
  return biased === 0
    ? { mantissa: fraction, exponent: -1074 }
    : { mantissa: fraction | (1n << 52n), exponent: biased - 1075 };
}

/** All digits: at most 767. */
function exactDigits(value: number): Digits {
  if (value === 0) return { digits: '', point: 0 };
  const { mantissa, exponent } = decompose(value);
  const whole = exponent >= 0 ? mantissa << BigInt(exponent) : mantissa * 5n ** BigInt(-exponent);
  const text = whole.toString();
  return trimmed(text, text.length - (exponent >= 0 ? 0 : -exponent));
}
