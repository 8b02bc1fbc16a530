import { describe, expect, it } from 'vitest';
import { AppFailure, type AppError } from '@shared/model/app-error.ts';
import { parseRemote } from './location.ts';
import { readSubmodules } from './submodules.ts';

const commit = 'c'.repeat(40);
const parent = parseRemote('https://git.example/group/app.git');

/** One submodule at `path`, with these settings besides. */
function one(path: string, settings: Readonly<Record<string, string>>, name = 'lib', at = path) {
  return readSubmodules(
    new Map([[at, commit]]),
    [['path', path], ...Object.entries(settings)].map(
      ([key, value]) => [`submodule.${name}.${key}`, value ?? ''] as const,
    ),
    parent,
  );
}

function refusalOf(work: () => unknown): AppError['params'] | undefined {
  try {
    work();
  } catch (error) {
    if (error instanceof AppFailure && error.error.code === 'source.submoduleRefused') return error.error.params;
    throw error;
  }
  return undefined;
}

describe('the address of a submodule', () => {
  it.each([
    ['https://other.example/x.git', 'https://other.example/x.git'],
    ['https://user:token@other.example/x.git', 'https://other.example/x.git'],
    ['git@other.example:x.git', 'git@other.example:x.git'],
    ['../lib.git', 'https://git.example/group/lib.git'],
    ['../../other/lib.git', 'https://git.example/other/lib.git'],
    ['./lib.git', 'https://git.example/group/app.git/lib.git'],
    ['../../lib', 'https://git.example/lib'],
  ])('%s', (url, remote) => {
    expect(one('libs/one', { url })).toMatchObject([
      { name: 'lib', path: 'libs/one', commit, remote: { url: remote } },
    ]);
  });

  it.each([
    ['ssh://git@git.example:2222/group/app.git', '../lib.git', 'ssh://git@git.example:2222/group/lib.git'],
    ['git@git.example:group/app.git', '../lib.git', 'git@git.example:group/lib.git'],
    ['git@git.example:group/app.git', '../../lib.git', 'git@git.example:lib.git'],
    ['git@git.example:/srv/app.git', '../lib.git', 'git@git.example:/srv/lib.git'],
    ['https://git.example/group/app.git/', '../lib.git', 'https://git.example/group/lib.git'],
  ])('from %s, %s', (from, url, remote) => {
    const settings = [
      ['submodule.lib.path', 'lib'],
      ['submodule.lib.url', url],
    ] as const;
    expect(readSubmodules(new Map([['lib', commit]]), settings, parseRemote(from))).toMatchObject([
      { remote: { url: remote } },
    ]);
  });

  it.each([
    '-u./payload',
    '--upload-pack=touch x',
    'ext::sh -c touch% x',
    'file:///etc',
    '/etc',
    '-oProxyCommand=x:y',
    'ssh://-oProxyCommand=x/y',
    'https://h/x.git\r',
    'https://h/x%0a.git',
    '../../../../evil.example/x.git',
    '../../../evil.example/x.git',
    '',
  ])('%j is refused', (url) => {
    expect(refusalOf(() => one('lib', { url }))).toMatchObject({ submodule: 'lib' });
  });
});

describe('a submodule', () => {
  const url = 'https://other.example/x.git';
  it.each([
    ['a carriage return in its path (CVE-2025-48384)', () => one('lib\r', { url })],
    ['a carriage return that the tree lacks', () => one('lib\r', { url }, 'lib', 'lib')],
    ['a line end in its name', () => one('lib', { url }, 'a\nb')],
    ['a name that leads outside (CVE-2018-11235)', () => one('lib', { url }, '../../x')],
    ['a name that leads outside on Windows', () => one('lib', { url }, '..\\..\\x')],
    ['a name that is an option', () => one('lib', { url }, '-x')],
    ['a path that is an option (CVE-2018-17456)', () => one('-u', { url })],
    ['a path outside', () => one('../lib', { url })],
    ['an absolute path', () => one('/lib', { url })],
    ['a path through .git', () => one('.git/hooks', { url })],
    ['a path through .GIT', () => one('a/.GIT', { url })],
    ['a path through git~1', () => one('git~1/x', { url })],
    ['a path through .git with an invisible character', () => one('.g\u200cit/x', { url })],
    ['a path through .git with a stream', () => one('.git::$INDEX_ALLOCATION/x', { url })],
    ['a command for an update', () => one('lib', { url, update: '!touch x' })],
    ['no address', () => one('lib', {})],
    [
      'two descriptions',
      () =>
        readSubmodules(
          new Map([['lib', commit]]),
          [
            ['submodule.a.path', 'lib'],
            ['submodule.a.url', url],
            ['submodule.b.path', 'lib'],
            ['submodule.b.url', 'https://evil.example/x.git'],
          ],
          parent,
        ),
    ],
    ['no description', () => readSubmodules(new Map([['lib', commit]]), [], parent)],
  ])('with %s is refused', (_what, read) => {
    expect(refusalOf(read)).toBeDefined();
  });

  it('that the repository leaves out is told', () => {
    expect(one('lib', { url, update: 'none' })).toMatchObject([{ skipped: true }]);
  });

  it('that is described and not there is left alone', () => {
    const settings = [
      ['submodule.gone.path', 'gone'],
      ['submodule.gone.url', '-x'],
    ] as const;
    expect(readSubmodules(new Map(), settings, parent)).toEqual([]);
  });
});
