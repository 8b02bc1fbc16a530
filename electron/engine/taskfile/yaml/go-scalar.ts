import type { YamlScalar } from './yaml-tree.ts';

/** What gopkg.in/yaml.v2 makes of a scalar. `text` keeps what is written: a field of text takes that, whatever the type. */
export type GoScalar =
  | { readonly type: 'null' }
  | { readonly type: 'bool'; readonly value: boolean }
  | { readonly type: 'int'; readonly value: bigint }
  | { readonly type: 'float'; readonly value: number }
  | { readonly type: 'timestamp' | 'str' | 'other'; readonly value: string }
  /** A tag that the text doesn't fit: the whole file fails. */
  | { readonly type: 'misfit'; readonly found: string; readonly wanted: string };

const words = new Map<string, GoScalar>([
  ...['y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON'].map((word): [string, GoScalar] => [
    word,
    { type: 'bool', value: true },
  ]),
  ...['n', 'N', 'no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF'].map((word): [string, GoScalar] => [
    word,
    { type: 'bool', value: false },
  ]),
  ...['', '~', 'null', 'Null', 'NULL'].map((word): [string, GoScalar] => [word, { type: 'null' }]),
  ...['.nan', '.NaN', '.NAN'].map((word): [string, GoScalar] => [word, { type: 'float', value: Number.NaN }]),
  ...['', '+', '-'].flatMap((sign) =>
    ['.inf', '.Inf', '.INF'].map((word): [string, GoScalar] => [
      sign + word,
      { type: 'float', value: sign === '-' ? -Infinity : Infinity },
    ]),
  ),
]);

/**
 * The type and value of a scalar by the rules of gopkg.in/yaml.v2, which is YAML 1.1 without numbers to base 60: `yes` is
 * true, `007` is 7, `1_000` is 1000, `08` is the float 8. What is quoted is text.
 */
export function resolveScalar({ text, style, tag }: YamlScalar): GoScalar {
  if (tag === '') return style === 'plain' ? resolvePlain(text, true) : { type: 'str', value: text };
  switch (tag) {
    case '!!str':
      return { type: 'str', value: text };
    case '!!binary':
      return /^[A-Za-z0-9+/=\r\n]*$/.test(text)
        ? { type: 'str', value: Buffer.from(text, 'base64').toString('utf8') }
        : { type: 'misfit', found: 'str', wanted: 'binary' };
    case '!!bool':
    case '!!int':
    case '!!float':
    case '!!null':
    case '!!timestamp': {
      const wanted = tag.slice(2);
      const resolved = resolvePlain(text, wanted === 'timestamp');
      if (resolved.type === wanted) return resolved;
      if (resolved.type === 'int' && wanted === 'float') return { type: 'float', value: Number(resolved.value) };
      return { type: 'misfit', found: resolved.type, wanted };
    }
    default:
      return { type: 'other', value: text };
  }
}

function resolvePlain(text: string, timestamps: boolean): GoScalar {
  const known = words.get(text);
  if (known !== undefined) return known;
  const first = text[0] ?? '';
  if (first === '.') {
    // Go's ParseFloat; hexadecimal floats begin with 0x.
    const value = /^\.\d+(?:[eE][-+]?\d+)?$/.test(text) ? Number(text) : Number.NaN;
    return Number.isFinite(value) ? { type: 'float', value } : { type: 'str', value: text };
  }
  if (!/[-+0-9]/.test(first)) return { type: 'str', value: text };
  if (timestamps && isTimestamp(text)) return { type: 'timestamp', value: text };
  const plain = text.replaceAll('_', '');
  const integer = parseInteger(plain);
  if (integer !== undefined) return { type: 'int', value: integer };
  if (/^[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?$/.test(plain)) {
    const value = Number(plain);
    if (Number.isFinite(value)) return { type: 'float', value };
  }
  return { type: 'str', value: text };
}

const bases = [
  { form: /^0[xX]([0-9a-fA-F]+)$/, prefix: '0x' },
  { form: /^0[bB]([01]+)$/, prefix: '0b' },
  { form: /^0[oO]?([0-7]+)$/, prefix: '0o' },
  { form: /^(0|[1-9]\d*)$/, prefix: '' },
];

/** Go's ParseInt and ParseUint to base 0: what fits into 64 bits, undefined for the rest. */
function parseInteger(text: string): bigint | undefined {
  const sign = /^[-+]?/.exec(text)?.[0] ?? '';
  const digits = text.slice(sign.length);
  // 64 bits have at most 64 digits; leading zeros make no number here that a longer one would be.
  if (digits.length > 80) return undefined;
  for (const { form, prefix } of bases) {
    const [, number] = form.exec(digits) ?? [];
    if (number === undefined) continue;
    const value = BigInt(prefix + number) * (sign === '-' ? -1n : 1n);
    const largest = sign === '' ? 2n ** 64n - 1n : 2n ** 63n - 1n;
    return value >= -(2n ** 63n) && value <= largest ? value : undefined;
  }
  return undefined;
}

/** The forms that yaml.v2 knows: a date, or a date and a time. They are text wherever the type is free. */
function isTimestamp(text: string): boolean {
  const [, year, month, day, between, hour = '0', minute = '0', second = '0', zone] =
    /^(\d{4})-(\d{1,2})-(\d{1,2})(?:([Tt ])(\d{1,2}):(\d{1,2}):(\d{1,2})(?:\.\d+)?(Z|[-+]\d\d:\d\d)?)?$/.exec(text) ??
    [];
  if (year === undefined || month === undefined || day === undefined) return false;
  // With a T there is a zone, with a blank there is none.
  if (between !== undefined && (between === ' ') !== (zone === undefined)) return false;
  const days = new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate();
  const within = (value: string, least: number, most: number) => Number(value) >= least && Number(value) <= most;
  return (
    within(month, 1, 12) &&
    within(day, 1, days) &&
    within(hour, 0, 23) &&
    within(minute, 0, 59) &&
    within(second, 0, 59)
  );
}
