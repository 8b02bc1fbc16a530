import { AppFailure } from '@shared/model/app-error.ts';
import { describe, expect, it } from 'vitest';
import { creationFailure, startFailure } from './container-failure.ts';

/** As dockerode tells an engine's refusal. */
const refusal = (statusCode: number, words: string) =>
  Object.assign(new Error(`(HTTP code ${statusCode}) server error - ${words} `), { statusCode });

/** Words of engines 20.10 to 28.5, and of Docker Desktop. */
describe('what a container didn’t start for', () => {
  it.each([
    [
      400,
      'OCI runtime create failed: container_linux.go:380: starting container process caused: exec: "nope": executable file not found in $PATH: unknown',
      { exitCode: 127, command: 'nope' },
    ],
    [
      400,
      'failed to create task for container: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: exec: "/no/such": stat /no/such: no such file or directory: unknown',
      { exitCode: 127, command: '/no/such' },
    ],
    [
      400,
      'OCI runtime create failed: container_linux.go:380: starting container process caused: exec: "/etc/passwd": permission denied: unknown',
      { exitCode: 126, command: '/etc/passwd' },
    ],
    [400, 'runc create failed: exec: "/etc": is a directory: unknown', { exitCode: 126, command: '/etc' }],
    [
      500,
      'driver failed programming external connectivity on endpoint x (abc): Bind for 0.0.0.0:8080 failed: port is already allocated',
      { exitCode: 125, port: 8080 },
    ],
    [
      500,
      'driver failed programming external connectivity on endpoint x (abc): Error starting userland proxy: listen tcp4 127.0.0.1:8081: bind: address already in use',
      { exitCode: 125, port: 8081 },
    ],
    [
      500,
      'driver failed programming external connectivity on endpoint x (abc): failed to bind host port for 127.0.0.1:8082:172.17.0.2:80/tcp: address already in use',
      { exitCode: 125, port: 8082 },
    ],
    [500, 'failed to bind host port 0.0.0.0:8083/tcp: address already in use', { exitCode: 125, port: 8083 }],
    [500, 'failed to bind host port [::]:8084/tcp: address already in use', { exitCode: 125, port: 8084 }],
    [500, 'Bind for :::8085 failed: port is already allocated', { exitCode: 125, port: 8085 }],
    [500, 'error while creating mount source path', { exitCode: 125 }],
    [404, 'No such container: abc', { exitCode: 125 }],
  ])('%i %s', (status, words, params) => {
    const failure = startFailure(refusal(status, words));
    expect(failure).toBeInstanceOf(AppFailure);
    expect((failure as AppFailure).error).toEqual({
      code: 'container.startFailed',
      params,
      cause: words,
      fixes: [{ kind: 'editInputs' }],
    });
  });

  it('isn’t told for a full disk, nor for a lost engine', () => {
    for (const error of [
      refusal(500, 'write /x: no space left on device'),
      Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' }),
      new Error('something else'),
      'a string',
    ]) {
      expect(startFailure(error)).toBe(error);
    }
  });
});

describe('what a container wasn’t made for', () => {
  it.each([
    [404, 'No such image: x:1', 'image.notFound'],
    [
      404,
      'image with reference x was found but does not match the specified platform: wanted linux/arm64, actual: linux/amd64',
      'image.notFound',
    ],
    [404, 'image with reference x was found but does not provide the specified platform (linux/386)', 'image.notFound'],
    [404, 'plugin "nfs" not found', 'container.invalid'],
    [400, 'invalid mount config for type "bind": bind source path does not exist: /x', 'container.invalid'],
    [500, `Invalid isolation: "hyperv" - linux only supports 'default'`, 'container.invalid'],
    [409, 'Conflict. The container name "/x" is already in use', 'container.invalid'],
  ])('%i %s', (status, words, code) => {
    expect(creationFailure(refusal(status, words), 'x:1')).toMatchObject({ error: { code, cause: words } });
  });

  it('isn’t told for what the engine can’t help', () => {
    for (const error of [refusal(500, 'no space left on device'), new Error('socket hang up'), undefined])
      expect(creationFailure(error, 'x:1')).toBe(error);
  });
});
