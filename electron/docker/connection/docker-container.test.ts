import { describe, expect, it } from 'vitest';
import { dockerContainerEndpoint } from './docker-container.ts';

const hostOf = (address: string) => dockerContainerEndpoint(address, () => Promise.reject(new Error('not asked'))).host;

describe('BuildKit in a container', () => {
  it.each([
    ['docker-container://buildkitd', 'docker-container://buildkitd'],
    ['docker-container://buildx_buildkit_desk0/', 'docker-container://buildx_buildkit_desk0'],
    ['docker-container://3f4e', 'docker-container://3f4e'],
    ['docker-container://b?engine=harbour', 'docker-container://b?engine=harbour'],
  ])('%s', (address, host) => {
    expect(hostOf(address)).toBe(host);
    expect(hostOf(host)).toBe(host);
  });

  it.each([
    ['no container', 'docker-container://'],
    ['no container and an engine', 'docker-container://?engine=harbour'],
    ['an option as a container', 'docker-container://--privileged'],
    ['a container that begins with a hyphen', 'docker-container://-b'],
    ['one that begins with a dot', 'docker-container://..'],
    ['a path', 'docker-container://b/../c'],
    ['a path that is escaped', 'docker-container://b%2f..%2fc'],
    ['a blank', 'docker-container://b%20c'],
    ['a line break', 'docker-container://b\nc'],
    ['a letter of no name', 'docker-container://böe'],
    ['a name that is too long', `docker-container://${'b'.repeat(256)}`],
    ['a user', 'docker-container://me@b'],
    ['a port', 'docker-container://b:1234'],
    ['a fragment', 'docker-container://b#c'],
    ['an option as an engine', 'docker-container://b?engine=--use'],
    ['a path as an engine', 'docker-container://b?engine=../b'],
    ['an empty engine', 'docker-container://b?engine='],
    ['a second engine', 'docker-container://b?engine=one&engine=two'],
    ['another option', 'docker-container://b?context=desk'],
    ['an option of every object', 'docker-container://b?constructor=x'],
    ['one slash', 'docker-container:/b'],
  ])('is not told by %s', (_, address) => {
    expect(() => hostOf(address)).toThrow(/./);
  });
});
