import { describe, expect, it } from 'vitest';
import { AppFailure } from '@shared/model/app-error.ts';
import { parseFolder, parseRef, parseRemote } from './location.ts';

function codeOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof AppFailure) return error.error.code;
    throw error;
  }
  return 'none';
}

describe('remotes', () => {
  it.each([
    ['https://github.com/a/b.git', 'https', 'https://github.com/a/b.git', 'github.com'],
    ['HTTPS://GitHub.com/a/b.git', 'https', 'https://github.com/a/b.git', 'github.com'],
    [
      'https://dev.azure.com/o/my%20project/_git/r',
      'https',
      'https://dev.azure.com/o/my%20project/_git/r',
      'dev.azure.com',
    ],
    ['https://git.example:443/a', 'https', 'https://git.example/a', 'git.example'],
    ['https://git.example:8443/a', 'https', 'https://git.example:8443/a', 'git.example:8443'],
    ['http://127.0.0.1:3000/a/b', 'http', 'http://127.0.0.1:3000/a/b', '127.0.0.1:3000'],
    ['http://[::1]:3000/a', 'http', 'http://[::1]:3000/a', '[::1]:3000'],
    ['https://git_server/a.git/', 'https', 'https://git_server/a.git/', 'git_server'],
    ['https://h/a/../b.git', 'https', 'https://h/b.git', 'h'],
    ['https://h/저장소.git', 'https', 'https://h/%EC%A0%80%EC%9E%A5%EC%86%8C.git', 'h'],
    ['ssh://git@Work:2222/a/b.git', 'ssh', 'ssh://git@Work:2222/a/b.git', 'work:2222'],
    ['ssh://host/~ada/b.git', 'ssh', 'ssh://host/~ada/b.git', 'host'],
    ['git://127.0.0.1:9418/a', 'git', 'git://127.0.0.1/a', '127.0.0.1'],
    ['git@github.com:a/b', 'ssh', 'git@github.com:a/b', 'github.com'],
    ['git@ssh.dev.azure.com:v3/o/p/r', 'ssh', 'git@ssh.dev.azure.com:v3/o/p/r', 'ssh.dev.azure.com'],
    // However an address is spelled, it is the one that curl connects to.
    ['http://2852039166/a', 'http', 'http://169.254.169.254/a', '169.254.169.254'],
    ['http://0x7f.1/a', 'http', 'http://127.0.0.1/a', '127.0.0.1'],
    ['git://0177.0.0.1/a', 'git', 'git://127.0.0.1/a', '127.0.0.1'],
  ])('%s', (text, scheme, url, host) => {
    expect(parseRemote(text)).toMatchObject({ scheme, url, host });
  });

  it.each([
    '',
    '-b',
    '--upload-pack=touch x',
    '-uhttps://h/x.git',
    'ext::sh -c touch% x',
    'ext::sh',
    'fd::17',
    'file:///etc/passwd',
    'file://localhost/x.git',
    'FILE:///x',
    '/srv/x.git',
    '../x.git',
    'C:\\src\\x.git',
    '\\\\server\\share\\x.git',
    'ftp://h/x.git',
    'http::https://h/x.git',
    'transport::address',
    'ssh://-oProxyCommand=touch%20x/y',
    'ssh://-oProxyCommand=x/y',
    'ssh://git@-oProxyCommand=x/y',
    'ssh://-l@h/y',
    'ssh://git:password@h/y.git',
    'ssh://h/-oProxyCommand',
    '-oProxyCommand=x:y',
    'git@-oProxyCommand=x:y',
    '-l@h:y',
    'git@h:-y',
    'git@h:',
    'git@h::x',
    'https://token@h/x.git',
    'https://user:token@h/x.git',
    'https://h/x.git\n',
    'https://h/x\ry',
    'https://h/a b.git',
    'https://h/x%0ahost=other.test/y.git',
    'https://h/x%00.git',
    'https://h%0a/x.git',
    'https://h\\@other/x.git',
    'https://h/x.git?service=y',
    'https://h/x.git#ref',
    'https://h:0/x.git',
    'https://h:99999/x.git',
    'https:///x.git',
    'https://h',
    'https://h/',
    'https://-h/x.git',
    'https://h\u202e/x.git',
    'https://h/x\u200b.git',
    `https://h/${'x'.repeat(3000)}`,
  ])('refuses %j', (text) => {
    expect(codeOf(() => parseRemote(text))).toBe('source.invalid');
  });

  it.each(['https://user:hunter2@h/x.git', 'https://user:wi/hunter2@h/x.git'])(
    'are quoted without a password',
    (text) => {
      const quoted = (() => {
        try {
          return parseRemote(text);
        } catch (error) {
          return error;
        }
      })();
      expect(JSON.stringify(quoted)).not.toContain('hunter2');
      expect(quoted).toMatchObject({ error: { params: { text: 'https://***@h/x.git' } } });
    },
  );
});

describe('refs', () => {
  const id = '0123456789abcdef0123456789abcdef01234567';
  it.each([
    [undefined, { kind: 'default' }],
    ['', { kind: 'default' }],
    ['HEAD', { kind: 'default' }],
    ['main', { kind: 'name', name: 'main' }],
    ['feature/x', { kind: 'name', name: 'feature/x' }],
    ['$(touch${IFS}x)', { kind: 'name', name: '$(touch${IFS}x)' }],
    ['a"b;c', { kind: 'name', name: 'a"b;c' }],
    // A plus would be a force in a refspec; behind refs/heads/ it is a letter.
    ['+a', { kind: 'name', name: '+a' }],
    ["`x`'|&", { kind: 'name', name: "`x`'|&" }],
    ['릴리스/1.0', { kind: 'name', name: '릴리스/1.0' }],
    ['refs/heads/main', { kind: 'branch', name: 'main' }],
    ['refs/tags/v1', { kind: 'tag', name: 'v1' }],
    ['refs/changes/34/1234/1', { kind: 'ref', ref: 'refs/changes/34/1234/1' }],
    ['pull/12/head', { kind: 'ref', ref: 'refs/pull/12/head' }],
    ['pull/12/merge', { kind: 'ref', ref: 'refs/pull/12/merge' }],
    ['refs/pull/12/merge', { kind: 'ref', ref: 'refs/pull/12/merge' }],
    ['merge-requests/5/head', { kind: 'ref', ref: 'refs/merge-requests/5/head' }],
    ['pull-requests/5/from', { kind: 'ref', ref: 'refs/pull-requests/5/from' }],
    ['pull/x/head', { kind: 'name', name: 'pull/x/head' }],
    [id, { kind: 'commit', id }],
    [id.toUpperCase(), { kind: 'commit', id }],
    ['0123456', { kind: 'name', name: '0123456' }],
  ])('%j', (text, wanted) => {
    expect(parseRef(text)).toEqual(wanted);
  });

  it.each([
    '-b',
    '--upload-pack=touch x',
    '--upload-pack=touch',
    '-f',
    'a b',
    'a\nb',
    'a\0b',
    'a\x7fb',
    'a..b',
    '../x',
    'a//b',
    '/a',
    'a/',
    'a/.b',
    '.a',
    'a.lock',
    'a.lock/b',
    'a.',
    'a~1',
    'a^',
    'a:b',
    '$(touch x)',
    'a?',
    'a*',
    'a[b',
    'a\\b',
    'a@{1}',
    '@',
    'refs/heads/-b c',
    'a\u2028b',
    'x'.repeat(2000),
  ])('refuses %j', (text) => {
    expect(codeOf(() => parseRef(text))).toBe('source.invalid');
  });
});

describe('folders', () => {
  it.each([
    [undefined, []],
    ['', []],
    ['/', []],
    ['.', []],
    ['sub', ['sub']],
    ['/sub', ['sub']],
    ['sub/', ['sub']],
    ['a/b', ['a', 'b']],
    ['d1/d2/', ['d1', 'd2']],
    ['./a//b/./c', ['a', 'b', 'c']],
    ['a/../b', ['b']],
    ['b:c', ['b:c']],
    ['-f', ['-f']],
    ['a b', ['a b']],
  ])('%j', (text, parts) => {
    expect(parseFolder(text)).toEqual(parts);
  });

  it.each([
    ['../x', 'source.folderOutside'],
    ['..', 'source.folderOutside'],
    ['/../../etc', 'source.folderOutside'],
    ['a/../../etc', 'source.folderOutside'],
    ['../../etc/passwd', 'source.folderOutside'],
    ['a\nb', 'source.invalid'],
    ['a\0b', 'source.invalid'],
    ['x/'.repeat(3000), 'source.invalid'],
  ])('refuses %j', (text, code) => {
    expect(codeOf(() => parseFolder(text))).toBe(code);
  });
});
