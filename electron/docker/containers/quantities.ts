import { invalidOption } from './container-failure.ts';

const units: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  k: 1024,
  m: 1024 ** 2,
  g: 1024 ** 3,
  t: 1024 ** 4,
  p: 1024 ** 5,
};

/**
 * docker's `--cpus` as the engine takes it, in billionths of a processor: `0.5` is 500,000,000.
 * @throws AppFailure `container.invalid`
 */
export function parseCpus(text: string): number {
  const [, whole = '', fraction = ''] = /^(\d*)(?:\.(\d*))?$/.exec(text) ?? [];
  const nano = Number(`${whole}${fraction.padEnd(9, '0')}`);
  // docker: "value is too precise"
  if (whole + fraction === '' || fraction.length > 9 || !Number.isSafeInteger(nano)) throw invalidOption('cpus', text);
  return nano;
}

/**
 * docker's `--memory` in bytes: a number, and perhaps `b`, `k`, `m`, `g`, `t` or `p` in either case, `kb` or `KiB` for `k`
 * (go-units: RAMInBytes; all of them count by 1024).
 * @throws AppFailure `container.invalid`
 */
export function parseMemory(text: string): number {
  const [, number = '', unit = ''] = /^(\d+(?:\.\d+)?) ?(?:([kmgtp])i?b?|b)?$/i.exec(text) ?? [];
  const bytes = Math.floor(Number(number) * (units[unit.toLowerCase()] ?? Number.NaN));
  if (number === '' || !Number.isSafeInteger(bytes)) throw invalidOption('memory', text);
  return bytes;
}
