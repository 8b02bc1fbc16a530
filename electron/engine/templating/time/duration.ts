const units: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1_000n,
  µs: 1_000n,
  μs: 1_000n,
  ms: 1_000_000n,
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
};

const limit = 2n ** 63n;

/** Go's `time.ParseDuration` (`-1h30m`), in nanoseconds; nothing where it is none. */
export function parseDuration(text: string): bigint | undefined {
  const [, sign = '', body = ''] = /^([+-]?)(.*)$/s.exec(text) ?? [];
  if (body === '0') return 0n;
  if (!/^(?:(?:[0-9]+\.?[0-9]*|\.[0-9]+)[^0-9.]+)+$/.test(body)) return undefined;
  let sum = 0n;
  for (const [, whole = '', fraction = '', unit = ''] of body.matchAll(/([0-9]*)(?:\.([0-9]*))?([^0-9.]+)/g)) {
    const size = Object.hasOwn(units, unit) ? units[unit] : undefined;
    if (size === undefined || whole.length > 19) return undefined;
    sum += BigInt(whole) * size;
    // Go reckons with 18 digits of a fraction at most, as a float.
    const digits = fraction.slice(0, 18);
    if (digits !== '') sum += BigInt(Math.trunc(Number(digits) * (Number(size) / 10 ** digits.length)));
    if (sum > limit) return undefined;
  }
  if (sign === '-') return -sum;
  return sum < limit ? sum : undefined;
}

/** Go's `Duration.String`: `1h30m0s`, `1.5s`, `2ms`. */
export function formatDuration(nanoseconds: bigint): string {
  if (nanoseconds === 0n) return '0s';
  const sign = nanoseconds < 0n ? '-' : '';
  const size = nanoseconds < 0n ? -nanoseconds : nanoseconds;
  if (size < 1_000n) return `${sign}${size}ns`;
  if (size < 1_000_000n) return `${sign}${decimal(size, 3)}µs`;
  if (size < 1_000_000_000n) return `${sign}${decimal(size, 6)}ms`;
  const seconds = size / 1_000_000_000n;
  const hours = seconds / 3600n;
  const minutes = (seconds / 60n) % 60n;
  const rest = decimal(size - (hours * 3600n + minutes * 60n) * 1_000_000_000n, 9);
  return `${sign}${hours > 0n ? `${hours}h` : ''}${seconds >= 60n ? `${minutes}m` : ''}${rest}s`;
}

/** With so many digits behind the point, but no zeros at the end. */
function decimal(number: bigint, places: number): string {
  const digits = number.toString().padStart(places + 1, '0');
  return `${digits.slice(0, -places)}.${digits.slice(-places)}`.replace(/\.?0+$/, '');
}

/** Go's `Duration.Round` to seconds: halves go away from zero. */
export function roundToSeconds(nanoseconds: bigint): bigint {
  const second = 1_000_000_000n;
  const size = nanoseconds < 0n ? -nanoseconds : nanoseconds;
  const rounded = ((size + second / 2n) / second) * second;
  return nanoseconds < 0n ? -rounded : rounded;
}
