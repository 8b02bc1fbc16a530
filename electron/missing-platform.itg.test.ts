import { randomUUID } from 'node:crypto';
import { describe, expect, inject, it } from 'vitest';
import { type Architecture, publishImage } from '../scripts/parts/images.ts';
import { parsePlatform } from '@shared/model/platform.ts';
import { buildingAt } from './building-testing.ts';

const parts = inject('parts');
const { private: registry } = parts.registries;

/** What an image is made for, what of it is wanted, and what the error says of both. */
const cases: readonly (readonly [
  architectures: readonly [Architecture, ...Architecture[]],
  wanted: readonly string[],
  from: string,
  lacking: string,
  there: string,
])[] = [
  [['amd64', 'arm64'], ['linux/arm/v7'], '', 'linux/arm/v7', 'linux/amd64, linux/arm64/v8'],
  [['amd64', 'arm64'], ['linux/amd64', 'linux/arm/v7'], '', 'linux/arm/v7', 'linux/amd64, linux/arm64/v8'],
  [['arm', 'arm64'], [], '', 'linux/amd64', 'linux/arm/v7, linux/arm64/v8'],
  [['amd64', 'arm64'], [], '--platform=linux/s390x ', 'linux/s390x', 'linux/amd64, linux/arm64/v8'],
];

describe.each(parts.engines)('an image that isn’t made for the platform, on Docker Engine $name', (engine) => {
  const { folder, build, quickRun } = buildingAt(engine, registry);
  const publish = (architectures: readonly Architecture[]) =>
    publishImage(registry, { repository: `lacking/${randomUUID()}`, tag: '1', architectures });

  it.each(cases)(
    'made for %j, ends a build for %j that is FROM %s',
    async (architectures, wanted, from, lacking, there) => {
      const { ref } = await publish(architectures);
      const context = await folder(randomUUID(), { Dockerfile: `FROM scratch AS one\nFROM ${from}${ref}\nCOPY . /\n` });
      const run = await build({ context, push: false, platforms: wanted.map((name) => parsePlatform(name)) });
      expect(run).toMatchObject({
        status: 'Failed',
        error: {
          code: 'image.noPlatform',
          params: { image: ref, registry: registry.host, platform: lacking, available: there },
          where: { file: 'Dockerfile', line: 2 },
        },
      });
    },
  );

  it.each([
    [['arm', 'arm64'], '', 'linux/amd64', 'linux/arm/v7, linux/arm64/v8'],
    [['amd64', 'arm64'], '--platform linux/arm/v7 ', 'linux/arm/v7', 'linux/amd64, linux/arm64/v8'],
    [['amd64'], '--platform linux/arm/v7 ', 'linux/arm/v7', 'linux/amd64'],
    // As ACR writes it.
    [['amd64'], '--platform Linux/ARM/V7 ', 'linux/arm/v7', 'linux/amd64'],
    [['arm64'], '--platform linux/x86 ', 'linux/386', 'linux/arm64/v8'],
    [['arm64'], '--platform Linux ', 'linux/amd64', 'linux/arm64/v8'],
  ] as const)('made for %j, ends a command', async (architectures, option, platform, available) => {
    const { ref } = await publish(architectures);
    const run = await quickRun(await folder('nothing', {}), `steps:\n  - cmd: ${option}${ref} true\n`);
    expect(run).toMatchObject({
      status: 'Failed',
      error: { code: 'image.noPlatform', params: { image: ref, registry: registry.host, platform, available } },
    });
  });
});
