import { expect, it } from 'vitest';
import { parseCpus, parseMemory } from './quantities.ts';

it.each([
  ['1', 1e9],
  ['0.5', 5e8],
  ['.5', 5e8],
  ['2.', 2e9],
  ['1.000000001', 1_000_000_001],
  ['0', 0],
])('takes %s processors', (text, nano) => {
  expect(parseCpus(text)).toBe(nano);
});

it.each([
  ['6291456', 6_291_456],
  ['512b', 512],
  ['512k', 524_288],
  ['512K', 524_288],
  ['512kb', 524_288],
  ['512KiB', 524_288],
  ['512m', 536_870_912],
  ['1.5g', 1_610_612_736],
  ['1 GB', 1_073_741_824],
  ['2t', 2_199_023_255_552],
  ['0', 0],
])('takes %s of memory', (text, bytes) => {
  expect(parseMemory(text)).toBe(bytes);
});

it.each(['', '.', 'half', '-1', '+1', '1/2', '1e3', '0.0000000001', '1.5.5', '1 ', ' 1', '1,5', '9999999999', '٥'])(
  'doesn’t make sense of %j processors',
  (text) => {
    expect(() => parseCpus(text)).toThrow(
      expect.objectContaining({
        error: expect.objectContaining({
          code: 'container.invalid',
          params: { option: 'cpus', text: `cpus: ${text}` },
        }) as unknown,
      }),
    );
  },
);

it.each(['', 'm', '-1', '512x', '512mm', '512 m b', '1e9', '1.5.5g', '0x10', '512m\n', '99999999p', 'unlimited'])(
  'doesn’t make sense of %j of memory',
  (text) => {
    expect(() => parseMemory(text)).toThrow(
      expect.objectContaining({
        error: expect.objectContaining({
          code: 'container.invalid',
          params: { option: 'memory', text: `memory: ${text}` },
        }) as unknown,
      }),
    );
  },
);
