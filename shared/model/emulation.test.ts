import { describe, expect, it } from 'vitest';
import { canSetUpEmulation, missingPlatforms, platformSupport, runnablePlatforms } from './emulation.ts';
import { parsePlatform } from './platform.ts';

/** What BuildKit tells without and with QEMU on such machines. */
const bare = {
  os: 'linux',
  architecture: 'amd64',
  builder: 'graphdriver',
  platforms: ['linux/amd64', 'linux/amd64/v2'],
} as const;
const whole = { ...bare, platforms: [...bare.platforms, 'linux/arm64', 'linux/arm/v7', 'linux/arm/v6'] };
const apple = { ...bare, architecture: 'aarch64', platforms: ['linux/arm64', 'linux/arm/v7', 'linux/amd64'] };
const podman = { ...bare, builder: 'tar', platforms: ['linux/amd64'] } as const;
const windows = { ...bare, os: 'windows', platforms: ['windows/amd64'] };

describe('how an engine runs programs of a platform', () => {
  it.each([
    ['linux/amd64', bare, 'own'],
    ['linux/386', bare, 'own'],
    ['linux/arm64', bare, 'missing'],
    ['linux/arm/v7', bare, 'missing'],
    ['windows/amd64', bare, 'otherSystem'],
    ['linux/arm64/v8', whole, 'emulated'],
    ['linux/arm', whole, 'emulated'],
    ['linux/arm/v8', whole, 'emulated'],
    ['linux/arm64', apple, 'own'],
    ['linux/arm/v6', apple, 'own'],
    ['linux/amd64', apple, 'emulated'],
    ['linux/386', apple, 'missing'],
    ['linux/amd64', podman, 'own'],
    ['linux/arm64', podman, 'unknown'],
    ['windows/amd64', podman, 'otherSystem'],
    ['windows/amd64', windows, 'own'],
    ['linux/amd64', windows, 'otherSystem'],
    ['linux/arm', { ...apple, platforms: ['linux/arm64'] }, 'missing'],
    ['linux/amd64', { ...windows, platforms: ['windows/amd64', 'linux/amd64'] }, 'emulated'],
  ] as const)('%s', (platform, info, support) => {
    expect(platformSupport(info, parsePlatform(platform))).toBe(support);
  });

  it('tells which could be there', () => {
    expect(missingPlatforms(bare)).toEqual(['linux/arm64', 'linux/arm/v7', 'linux/arm/v6']);
    expect(missingPlatforms(whole)).toEqual([]);
    expect(missingPlatforms(windows)).toEqual([]);
  });

  it.each([
    [bare, ['linux/amd64', 'linux/amd64/v2', 'linux/386']],
    [podman, ['linux/amd64', 'linux/386']],
    [apple, ['linux/arm64', 'linux/arm/v7', 'linux/amd64']],
    [windows, ['windows/amd64']],
  ])('is listed with what its processor runs anyway: %j', (info, platforms) => {
    expect(runnablePlatforms(info)).toEqual(platforms);
  });

  it.each([
    ['where something is missing', bare, true],
    ['where an engine doesn’t say', podman, true],
    ['not where all is there', whole, false],
    ['not on another system', windows, false],
    ['not where no containers run', { ...bare, builder: 'buildkit' } as const, false],
  ])('can be set up %s', (_, info, can) => {
    expect(canSetUpEmulation(info)).toBe(can);
  });

  it('is told of a processor that nobody knows', () => {
    expect(platformSupport({ ...bare, architecture: 'constructor' }, parsePlatform('linux/arm64'))).toBe('missing');
  });
});
