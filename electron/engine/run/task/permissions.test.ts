import { expect, it } from 'vitest';
import { isDockerClient, isDockerSocket, isHostPath, splitBind } from './permissions.ts';

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
  ['c:\\data:d:\\data:ro', { source: 'c:\\data', target: 'd:\\data', readOnly: true }],
  ['cache:c:\\data', { source: 'cache', target: 'c:\\data', readOnly: false }],
  ['c:\\data', { source: '', target: 'c:\\data', readOnly: false }],
  [
    '\\\\.\\pipe\\docker_engine:\\\\.\\pipe\\docker_engine',
    { source: '\\\\.\\pipe\\docker_engine', target: '\\\\.\\pipe\\docker_engine', readOnly: false },
  ],
  ['C:/data:/x:ro', { source: 'C:/data', target: '/x', readOnly: true }],
])('-v %s', (text, expected) => {
  expect(splitBind(text)).toEqual(expected);
});

it.each([
  ['/var/run/docker.sock', true, true],
  ['\\\\.\\pipe\\docker_engine', true, true],
  ['//./PIPE/docker_engine', true, true],
  ['/var/run/docker.sock.d', false, true],
  ['c:\\data', false, true],
  ['~/data', false, true],
  ['./data', false, true],
  ['cache', false, false],
])('a source of %j is the engine’s own: %s; of its machine: %s', (source, socket, host) => {
  expect([isDockerSocket(source), isHostPath(source)]).toEqual([socket, host]);
});
