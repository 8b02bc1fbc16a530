import { describe, expect, it } from 'vitest';
import { formatPlatform, parsePlatform } from '@shared/model/platform.ts';
import { readDockerfile } from './dockerfile.ts';
import { runningStages } from './stage-platforms.ts';

const platform = { target: parsePlatform('linux/arm64'), build: parsePlatform('linux/amd64') };

describe('where a build for linux/arm64 runs programs', () => {
  it.each<[title: string, text: string, target: string | undefined, args: Record<string, string>, where: string[]]>([
    ['nowhere', 'FROM a\nCOPY . /', undefined, {}, []],
    ['an empty file', '', undefined, {}, []],
    ['the one stage', 'FROM a\nCOPY . /\nRUN one\nRUN two', undefined, {}, ['linux/arm64 3']],
    [
      'cross compiled',
      'FROM --platform=$BUILDPLATFORM a AS b\nRUN make\nFROM c\nCOPY --from=b /x /x',
      undefined,
      {},
      ['linux/amd64 2'],
    ],
    ['braces', 'FROM --platform=${BUILDPLATFORM} a\nRUN make', undefined, {}, ['linux/amd64 2']],
    ['by its parts', 'FROM --platform=$BUILDOS/$BUILDARCH a\nRUN make', undefined, {}, ['linux/amd64 2']],
    ['the target named', 'FROM --platform=$TARGETPLATFORM a\nRUN make', undefined, {}, ['linux/arm64 2']],
    ['a platform of its own', 'FROM --platform=linux/arm/v7 a\nRUN make', undefined, {}, ['linux/arm/v7 2']],
    ['by an argument', 'ARG P=linux/386\nFROM --platform=$P a\nRUN make', undefined, {}, ['linux/386 3']],
    [
      'by an argument given',
      'ARG P=linux/386\nFROM --platform=$P a\nRUN make',
      undefined,
      { P: 'linux/arm' },
      ['linux/arm 3'],
    ],
    ['one that nobody knows', 'FROM --platform=linux/riscv64 a\nRUN make', undefined, {}, []],
    ['inherited', 'FROM --platform=$BUILDPLATFORM a AS b\nFROM b\nRUN make', undefined, {}, ['linux/amd64 3']],
    ['a stage that nothing needs', 'FROM a AS b\nRUN test\nFROM c\nCOPY . /', undefined, {}, []],
    ['a target before it', 'FROM a AS b\nCOPY . /\nFROM c\nRUN make', 'b', {}, []],
    [
      'read by a mount',
      'FROM a AS b\nRUN one\nFROM --platform=$BUILDPLATFORM c\nRUN --mount=from=b,target=/b two',
      undefined,
      {},
      ['linux/arm64 2', 'linux/amd64 4'],
    ],
  ])('%s', (_title, text, target, args, where) => {
    const found = runningStages(readDockerfile(text), target, new Map(Object.entries(args)), platform);
    expect(found.map((each) => `${formatPlatform(each.platform)} ${each.line}`)).toEqual(where);
  });
});
