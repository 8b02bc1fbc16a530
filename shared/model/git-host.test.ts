import { AppFailure } from './app-error.ts';
import { describe, expect, it } from 'vitest';
import { formatGitPlace, parseGitPlace, placeCovering, placeOfRemote, tokenUserOf } from './git-host.ts';

describe('a place for tokens', () => {
  it.each([
    ['github.com', 'github.com'],
    [' GitHub.com/ ', 'github.com'],
    ['https://github.com/Azure-Samples/', 'github.com/Azure-Samples'],
    ['https://github.com:443', 'github.com'],
    ['git.example:8443/team//app.git', 'git.example:8443/team/app'],
    ['http://git.lan:80/x/../team', 'http://git.lan/team'],
    ['[::1]:3000', '[::1]:3000'],
    ['dev.azure.com/org/project', 'dev.azure.com/org/project'],
  ])('reads %j', (text, written) => {
    expect(formatGitPlace(parseGitPlace(text))).toBe(written);
    expect(parseGitPlace(written)).toEqual(parseGitPlace(text));
  });

  it.each([
    '',
    ' ',
    'ssh://git@github.com',
    'git@github.com:a/b',
    'https://user:hunter22@github.com',
    'hunter22@github.com',
    'github.com?x=1',
    'github.com#x',
    'git hub.com',
    'github.com\nhost=evil',
    'a\\b',
    '/srv/git',
  ])('makes nothing of %j', (text) => {
    let thrown: unknown;
    try {
      parseGitPlace(text);
    } catch (error) {
      thrown = error;
    }
    expect(thrown instanceof AppFailure && thrown.error.code).toBe('source.invalid');
    expect(JSON.stringify(thrown instanceof AppFailure && thrown.error)).not.toContain('hunter22');
  });

  it.each<[remote: string, places: readonly string[], covering: string | undefined]>([
    ['https://github.com/a/b.git', ['github.com'], 'github.com'],
    ['https://github.com/a/b.git', ['github.com', 'github.com/a', 'github.com/a/c'], 'github.com/a'],
    ['https://github.com/A/b.git', ['github.com/a/B', 'github.com'], 'github.com/a/B'],
    ['https://github.com/ab/c.git', ['github.com/a'], undefined],
    ['https://github.com/a/../c/d.git', ['github.com/a'], undefined],
    ['https://github.com/a/%2e%2e/c/d.git', ['github.com/a'], undefined],
    ['https://github.com.evil.test/a/b.git', ['github.com'], undefined],
    ['https://evil.test/github.com/a.git', ['github.com'], undefined],
    ['https://sub.github.com/a/b.git', ['github.com'], undefined],
    ['https://github.com:8443/a/b.git', ['github.com'], undefined],
    ['https://github.com:443/a/b.git', ['github.com'], 'github.com'],
    // Nobody's token goes over plain http who didn't say so, and none that was for that goes elsewhere.
    ['http://github.com/a/b.git', ['github.com'], undefined],
    ['http://git.lan/a/b.git', ['git.lan', 'http://git.lan'], 'http://git.lan'],
    ['https://git.lan/a/b.git', ['http://git.lan'], undefined],
    ['http://127.0.0.1:3000/a/b.git', ['127.0.0.1:3000'], '127.0.0.1:3000'],
    ['http://localhost:3000/a/b.git', ['localhost:3000'], 'localhost:3000'],
    ['http://localhost.evil.test:3000/a/b.git', ['localhost.evil.test:3000'], undefined],
    ['http://127.0.0.1.evil.test/a/b.git', ['127.0.0.1.evil.test'], undefined],
    ['git@github.com:a/b.git', ['github.com'], undefined],
    ['ssh://git@github.com/a/b.git', ['github.com'], undefined],
    ['git://github.com/a/b.git', ['github.com'], undefined],
    ['https://github.com/a/b.git', ['what is this', ''], undefined],
  ])('%s of %j', (remote, places, covering) => {
    expect(placeCovering(remote, places)).toBe(covering);
    expect(placeCovering(remote, places.toReversed())).toBe(covering);
  });

  it('of a repository is its whole host', () => {
    expect(placeOfRemote('https://git.example:8443/a/b.git')).toBe('git.example:8443');
    expect(placeOfRemote('http://git.lan/a/b.git')).toBe('http://git.lan');
    expect(placeOfRemote('http://127.0.0.1:3000/a/b.git')).toBe('127.0.0.1:3000');
    expect(placeOfRemote('git@github.com:a/b.git')).toBeUndefined();
  });

  it.each([
    ['github.com', 'x-access-token'],
    ['github.corp.example/team', 'x-access-token'],
    ['gitlab.com', 'oauth2'],
    ['gitlab.example:8443', 'oauth2'],
    ['bitbucket.org', 'x-token-auth'],
    ['dev.azure.com/org', 'dummy'],
    ['notgithub.example', 'dummy'],
  ])('%s knows tokens by the user %s', (place, username) => {
    expect(tokenUserOf(parseGitPlace(place))).toBe(username);
  });
});
