import { describe, expect, it } from 'vitest';
import { baseImages } from './base-images.ts';
import { readDockerfile } from './dockerfile.ts';
import { expandVariables } from './variables.ts';

const none = new Map<string, string>();

describe('base images of a Dockerfile', () => {
  it.each<
    [
      title: string,
      text: string,
      target: string | undefined,
      args: Record<string, string>,
      runtime: string | undefined,
      buildtime: string[],
    ]
  >([
    ['one stage', 'FROM node:20', undefined, {}, 'node:20', []],
    ['scratch has no base', 'FROM scratch\nCOPY a /a', undefined, {}, undefined, []],
    ['a builder', 'FROM golang:1.21 AS b\nFROM alpine\nCOPY --from=b /x /x', undefined, {}, 'alpine', ['golang:1.21']],
    ['a stage that nothing needs', 'FROM golang AS b\nFROM alpine', undefined, {}, 'alpine', []],
    ['a chain of stages', 'FROM node AS base\nFROM base AS deps\nFROM deps', undefined, {}, 'node', []],
    ['a target', 'FROM node AS test\nFROM alpine', 'test', {}, 'node', []],
    ['a target in another case', 'FROM node AS Test\nFROM alpine', 'tEST', {}, 'node', []],
    ['a target by number', 'FROM node\nFROM alpine', '0', {}, 'node', []],
    ['an argument with a default', 'ARG V=3\nFROM alpine:${V}', undefined, {}, 'alpine:3', []],
    ['an argument given', 'ARG V=3\nFROM alpine:$V', undefined, { V: '4' }, 'alpine:4', []],
    ['a default in place', 'ARG V\nFROM alpine:${V:-5}', undefined, {}, 'alpine:5', []],
    ['several arguments in one line', 'ARG A=a B=b\nFROM $A:$B', undefined, {}, 'a:b', []],
    [
      'an argument inside a stage is not seen by FROM',
      'FROM node\nARG V=3\nFROM alpine:$V',
      undefined,
      {},
      'alpine:',
      [],
    ],
    [
      'a platform',
      'FROM --platform=$BUILDPLATFORM golang AS b\nFROM --platform=linux/arm64 alpine\nCOPY --from=b a b',
      undefined,
      {},
      'alpine',
      ['golang'],
    ],
    [
      'COPY from an image',
      'FROM alpine\nCOPY --from=busybox:1 /bin/busybox /b',
      undefined,
      {},
      'alpine',
      ['busybox:1'],
    ],
    ['COPY from a stage by number', 'FROM golang\nFROM alpine\nCOPY --from=0 a b', undefined, {}, 'alpine', ['golang']],
    [
      'RUN that mounts an image',
      'FROM alpine\nRUN --mount=from=tools:1,target=/t make',
      undefined,
      {},
      'alpine',
      ['tools:1'],
    ],
    ['a heredoc that looks like FROM', 'FROM alpine\nRUN <<EOF\nFROM fake\nEOF', undefined, {}, 'alpine', []],
    ['another escape character', '# escape=`\nFROM alpine', undefined, {}, 'alpine', []],
    ['a byte order mark', '\uFEFFFROM alpine', undefined, {}, 'alpine', []],
    ['a digest', 'FROM alpine@sha256:abc', undefined, {}, 'alpine@sha256:abc', []],
    ['nothing', '', undefined, {}, undefined, []],
  ])('%s', (_title, text, target, args, runtime, buildtime) => {
    expect(baseImages(readDockerfile(text), target, new Map(Object.entries(args)))).toMatchObject({
      runtime,
      buildtime,
    });
  });
});

describe('the outline that fills the form', () => {
  it('tells stages, arguments, secrets and ports', () => {
    const { outline } = readDockerfile(
      [
        'ARG VERSION=1',
        'FROM node:$VERSION AS build',
        'ARG VERSION',
        'ARG MODE',
        'RUN --mount=type=secret,id=npm --mount=type=ssh make',
        'RUN --mount=type=secret,target=/run/secrets/other make',
        'FROM scratch',
        'EXPOSE 80 90/udp',
      ].join('\n'),
    );
    expect(outline).toEqual({
      stages: [
        { index: 0, name: 'build', from: 'node:$VERSION', line: 2 },
        { index: 1, from: 'scratch', line: 7 },
      ],
      args: [
        { name: 'VERSION', default: '1', line: 1 },
        { name: 'MODE', line: 4 },
      ],
      secretIds: ['npm', 'other'],
      sshIds: ['default'],
      exposed: ['80', '90/udp'],
    });
  });

  it.each(['FROM', 'RUN echo', 'ARG', 'COPY --from', '\\', 'FROM a AS', '<<EOF'])(
    'survives broken text: %j',
    (text) => {
      expect(() => baseImages(readDockerfile(text), undefined, none)).not.toThrow();
    },
  );
});

describe('variables in FROM', () => {
  const values = new Map([['A', 'a']]);
  it.each([
    ['$A', 'a'],
    ['${A}', 'a'],
    ['${B:-d}', 'd'],
    ['${A:-d}', 'a'],
    ['${A:+o}', 'o'],
    ['${B:+o}', ''],
    [String.raw`\$A`, '$A'],
    ['$B', ''],
    ['${B:-$A}', 'a'],
  ])('%s becomes %j', (text, expected) => {
    expect(expandVariables(text, values)).toBe(expected);
  });
});
