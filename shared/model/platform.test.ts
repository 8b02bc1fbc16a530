import { describe, expect, it } from 'vitest';
import { toAppError } from './app-error.ts';
import { distinctPlatforms, formatPlatform, parsePlatform } from './platform.ts';

describe('a platform', () => {
  it.each([
    ['linux', 'linux/amd64'],
    ['Linux/amd64', 'linux/amd64'],
    ['linux/386', 'linux/386'],
    ['linux/x86', 'linux/386'],
    ['linux/i386', 'linux/386'],
    ['linux/x86_64', 'linux/amd64'],
    ['linux/aarch64', 'linux/arm64'],
    ['Linux/arm', 'linux/arm'],
    ['linux/arm/v6', 'linux/arm/v6'],
    ['linux/ARM/V7', 'linux/arm/v7'],
    ['linux/arm/v8', 'linux/arm/v8'],
    ['linux/arm64', 'linux/arm64'],
    ['Linux/arm64/v8', 'linux/arm64/v8'],
    ['windows', 'windows/amd64'],
    [' Windows/amd64 ', 'windows/amd64'],
  ])('%j is %s', (text, platform) => {
    expect(formatPlatform(parsePlatform(text))).toBe(platform);
  });

  it.each([
    ['', '', '–', 'linux, windows'],
    ['darwin/arm64', 'darwin', '–', 'linux, windows'],
    ['amd64', 'amd64', '–', 'linux, windows'],
    ['linux/', '', 'linux', 'amd64, 386, arm, arm64'],
    ['linux/riscv64', 'riscv64', 'linux', 'amd64, 386, arm, arm64'],
    ['windows/arm64', 'arm64', 'windows', 'amd64'],
    ['windows/386', '386', 'windows', 'amd64'],
    ['linux/arm/v9', 'v9', 'linux/arm', 'v6, v7, v8'],
    ['linux/arm/', '', 'linux/arm', 'v6, v7, v8'],
    ['linux/arm64/v7', 'v7', 'linux/arm64', 'v8'],
    ['linux/amd64/v2', 'v2', 'linux/amd64', '–'],
    ['linux/386/v7', 'v7', 'linux/386', '–'],
    ['windows/amd64/v8', 'v8', 'windows/amd64', '–'],
    ['linux/arm/v7/x/y', 'x/y', 'linux/arm/v7', '–'],
    ['linux\\arm64', 'linux\\arm64', '–', 'linux, windows'],
    ['linux/constructor', 'constructor', 'linux', 'amd64, 386, arm, arm64'],
  ])('is not %j, and it is told what was understood', (text, part, understood, known) => {
    expect(failureOf(() => parsePlatform(text))).toMatchObject({
      code: 'platform.invalid',
      params: { text, part, understood, known },
      fixes: [{ kind: 'editInputs' }],
    });
  });
});

describe('platforms', () => {
  it.each([
    ['linux/amd64 linux/amd64', 'linux/amd64'],
    ['linux/arm64 linux/arm64/v8', 'linux/arm64'],
    ['linux/arm/v7 linux/arm', 'linux/arm/v7'],
    ['linux/arm/v6 linux/arm/v7 linux/386 linux/arm/v6', 'linux/arm/v6 linux/arm/v7 linux/386'],
  ])('are each there once: %s', (given, expected) => {
    const distinct = distinctPlatforms(given.split(' ').map(parsePlatform));
    expect(distinct.map(formatPlatform).join(' ')).toBe(expected);
  });
});

function failureOf(work: () => unknown) {
  try {
    work();
  } catch (error) {
    return toAppError(error);
  }
  return undefined;
}
