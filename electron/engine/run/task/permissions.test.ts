import { expect, it } from 'vitest';
import { isDockerClient, splitBind } from './permissions.ts';

it.each([
  ['docker', true],
  ['docker:28-cli', true],
  ['docker.io/library/docker:cli', true],
  ['library/docker@sha256:00', true],
  ['docker/buildx-bin', false],
  ['registry.test/docker:cli', false],
  ['mydocker', false],
])('%s is docker’s own client: %s', (image, expected) => {
  expect(isDockerClient(image)).toBe(expected);
});

it.each([
  ['/srv/data:/data', { source: '/srv/data', target: '/data', readOnly: false }],
  ['/srv/data:/data:ro', { source: '/srv/data', target: '/data', readOnly: true }],
  ['cache:/data:z,ro', { source: 'cache', target: '/data', readOnly: true }],
  ['C:\\data:/data', { source: 'C:\\data', target: '/data', readOnly: false }],
  ['/data', { source: '', target: '/data', readOnly: false }],
  ['a:/data', { source: 'a', target: '/data', readOnly: false }],
  ['C:/data:/x:ro', { source: 'C:/data', target: '/x', readOnly: true }],
])('-v %s', (text, expected) => {
  expect(splitBind(text)).toEqual(expected);
});
