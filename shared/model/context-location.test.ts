import { expect, it } from 'vitest';
import { AppFailure } from './app-error.ts';
import {
  formatContext,
  nameOfContext,
  parseContext,
  probablyGit,
  withCredential,
  withoutCredential,
} from './context-location.ts';
import type { ContextLocation, WrittenContext } from './context-location.ts';

const git = (remote: string, ref?: string, folder?: string): ContextLocation => ({
  kind: 'git',
  remote,
  ...(ref === undefined ? {} : { ref }),
  ...(folder === undefined ? {} : { folder }),
});
const archive = (url: string): ContextLocation => ({ kind: 'archive', url });
const folder = (path: string): ContextLocation => ({ kind: 'folder', path });
const artifact = (reference: string): ContextLocation => ({ kind: 'artifact', reference });
const none: ContextLocation = { kind: 'none' };
const sha256 = `sha256:${'a'.repeat(64)}`;

it.each<[text: string, location: ContextLocation]>([
  ['https://github.com/a/b.git', git('https://github.com/a/b.git')],
  ['https://github.com/a/b.git#br', git('https://github.com/a/b.git', 'br')],
  ['https://github.com/a/b.git#:d', git('https://github.com/a/b.git', undefined, 'd')],
  ['https://gitlab.com/a/b.git#v1:sub', git('https://gitlab.com/a/b.git', 'v1', 'sub')],
  ['https://h/b.git#br:d1/d2/', git('https://h/b.git', 'br', 'd1/d2/')],
  ['https://h/b.git#a:b:c', git('https://h/b.git', 'a', 'b:c')],
  ['https://h/b.git#test:', git('https://h/b.git', 'test')],
  ['https://h/b.git#pull/12/head', git('https://h/b.git', 'pull/12/head')],
  ['https://h/b.git#refs/pull/12/merge:web', git('https://h/b.git', 'refs/pull/12/merge', 'web')],
  ['https://h/b.git#refs/heads/feature/한글', git('https://h/b.git', 'refs/heads/feature/한글')],
  ['https://h/b.git#0a1b2c3', git('https://h/b.git', '0a1b2c3')],
  ['git@github.com:a/b.git#br:d', git('git@github.com:a/b.git', 'br', 'd')],
  ['git@github.com:a/b', git('git@github.com:a/b')],
  ['git://h/x', git('git://h/x')],
  ['github.com/a/b', git('https://github.com/a/b')],
  ['github.com/a/b#br', git('https://github.com/a/b', 'br')],
  ['https://dev.azure.com/o/p/_git/r#b:d', git('https://dev.azure.com/o/p/_git/r', 'b', 'd')],
  ['https://DEV.azure.com/o/p/_GIT/r', git('https://dev.azure.com/o/p/_GIT/r')],
  ['https://o.visualstudio.com/p/_git/r/', git('https://o.visualstudio.com/p/_git/r/')],
  ['https://dev.azure.com/o/p/_git/r?version=GBmain', archive('https://dev.azure.com/o/p/_git/r?version=GBmain')],
  ['https://dev.azure.com/o/p', archive('https://dev.azure.com/o/p')],
  ['https://github.com/a/b', archive('https://github.com/a/b')],
  ['http://x/y.GIT', archive('http://x/y.GIT')],
  ['https://h/x.git?y', archive('https://h/x.git?y')],
  ['https://h/ctx.tgz?sas=1', archive('https://h/ctx.tgz?sas=1')],
  ['http://remoteserver/myapp.tar.gz#part', archive('http://remoteserver/myapp.tar.gz')],
  ['oci://r.io/a:b', artifact('r.io/a:b')],
  ['OCI://r.io/a:b', artifact('r.io/a:b')],
  [`oci://r.io/a@${sha256}`, artifact(`r.io/a@${sha256}`)],
  ['/dev/null', none],
  ['/DEV/null', none],
  ['nul', none],
  ['.', folder('.')],
  ['/home/user/my projects/앱', folder('/home/user/my projects/앱')],
  ['C:\\src', folder('C:\\src')],
  ['myreg.azurecr.io/a:b', folder('myreg.azurecr.io/a:b')],
  [' https://o.visualstudio.com/p/_git/r', folder(' https://o.visualstudio.com/p/_git/r')],
])('reads %s', (text, location) => {
  expect(parseContext(text)).toEqual({ location });
});

// Where ACR takes a repository for a download or a folder (spec: contexts 2, "superset").
it.each<[text: string, location: ContextLocation]>([
  ['HTTPS://github.com/a/b.git', git('https://github.com/a/b.git')],
  ['https://github.com/a/b.git/', git('https://github.com/a/b.git')],
  ['https://github.com/a/b.git/#br', git('https://github.com/a/b.git', 'br')],
  ['https://github.com/a/b.git#', git('https://github.com/a/b.git')],
  ['ssh://git@h:2222/x.git', git('ssh://git@h:2222/x.git')],
  ['deploy@h.example:team/x.git#v1', git('deploy@h.example:team/x.git', 'v1')],
  ['http://dev.azure.com/o/p/_git/r', git('http://dev.azure.com/o/p/_git/r')],
])('reads %s as a repository, which ACR does not', (text, location) => {
  expect(parseContext(text)).toEqual({ location });
});

it.each<[text: string, written: WrittenContext]>([
  [
    'https://PAT@dev.azure.com/o/p/_git/r#b',
    {
      location: git('https://dev.azure.com/o/p/_git/r', 'b'),
      credential: { username: 'dummy', password: 'PAT' },
    },
  ],
  [
    'https://user:p%40ss@h/x.git',
    { location: git('https://h/x.git'), credential: { username: 'user', password: 'p@ss' } },
  ],
  [
    'https://user:100%25%2Fsecret%@h/x.git',
    { location: git('https://h/x.git'), credential: { username: 'user', password: '100%/secret%' } },
  ],
  [
    'https://u:secret@h/x.tgz',
    { location: archive('https://h/x.tgz'), credential: { username: 'u', password: 'secret' } },
  ],
  ['ssh://git:secret@h/x.git', { location: git('ssh://git@h/x.git') }],
])('keeps the credential of %s apart from the place', (text, written) => {
  expect(parseContext(text)).toEqual(written);
  expect(formatContext(written.location)).not.toMatch(/secret|PAT|ss@/);
});

it.each<[text: string, code: string, params: Record<string, string>]>([
  ['', 'context.required', {}],
  ['  ', 'context.required', {}],
  ['file:///x', 'context.unknownScheme', { scheme: 'file' }],
  ['ftp://h/x.tar', 'context.unknownScheme', { scheme: 'ftp' }],
  ['ext::sh -c touch% /tmp/x://', 'context.invalid', {}],
  ['oci://r.io/a', 'context.noVersion', { reference: 'r.io/a' }],
  ['oci://R.io/A:b', 'image.invalidReference', {}],
  ['https://h/app.zip', 'context.notAnArchive', { url: 'https://h/app.zip' }],
  ['https://', 'context.invalid', { part: 'https://' }],
  ['https://u:secret@/x y', 'context.invalid', { part: 'https:///x y' }],
  ['https://h/x.git#--upload-pack=touch x', 'context.invalid', { understood: 'git https://h/x.git' }],
  ['https://h/x.git#-b', 'context.invalid', { part: '-b' }],
  ['https://h/x.git#a..b', 'context.invalid', { part: 'a..b' }],
  ['https://h/x.git#a\nb', 'context.invalid', { part: 'a\nb' }],
  ['https://h/x.git#:../../etc', 'context.invalid', { part: '../../etc' }],
  ['https://h/x.git#:a\\..\\b', 'context.invalid', { part: 'a\\..\\b' }],
  ['ssh://-oProxyCommand=touch%20x/y.git', 'context.invalid', {}],
  ['ssh://-oProxyCommand=x@h/y.git', 'context.invalid', {}],
  ['git@-oProxyCommand=x:y', 'context.invalid', {}],
])('refuses %j', (text, code, params) => {
  let thrown: unknown;
  try {
    const { location } = parseContext(text);
    // What is only a strange name of a folder is found missing when it is looked for.
    if (location.kind === 'folder') return expect(code).toBe('context.invalid');
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toBeInstanceOf(AppFailure);
  expect(thrown).toMatchObject({ error: { code, params } });
  return expect(JSON.stringify((thrown as AppFailure).error)).not.toContain('secret');
});

it.each<[text: string]>([
  ['https://github.com/a/b.git'],
  ['https://github.com/a/b.git#v1:sub'],
  ['https://github.com/a/b.git#:sub'],
  ['git@github.com:a/b.git#br'],
  ['https://h/x.tgz?sas=1'],
  ['oci://r.io/a:b'],
  ['/dev/null'],
  ['/home/a'],
])('writes %s as it was read', (text) => {
  expect(formatContext(parseContext(text).location)).toBe(text);
});

it.each<[text: string, name: string]>([
  ['/dev/null', ''],
  ['/home/a/shop/', 'shop'],
  ['C:\\src\\shop', 'shop'],
  ['https://github.com/a/shop.git#v1', 'shop'],
  ['git@github.com:shop.git', 'shop'],
  ['https://github.com/a/shop.git#v1:services/web', 'web'],
  ['https://h/shop.tar.gz?sas=a/b', 'shop'],
  ['https://h/shop.tgz', 'shop'],
  ['oci://r.io:5000/team/shop:v1.2', 'shop'],
  [`oci://r.io/shop@${sha256}`, 'shop'],
])('calls %s %j', (text, name) => {
  expect(nameOfContext(parseContext(text).location)).toBe(name);
});

it.each<
  [text: string, context: string, credential?: { username: string; password: string } | undefined, query?: string]
>([
  ['/home/a', '/home/a'],
  ['https://h/x.git/#v1', 'https://h/x.git/#v1'],
  ['https://u:p@h/x.git/#v1', 'https://h/x.git#v1', { username: 'u', password: 'p' }],
  ['https://u:p@h/x y', 'https://h/x y'],
  ['https://u:p/w@h/x.git', 'https://h/x.git'],
  ['ssh://git@h/x.git/#v1', 'ssh://git@h/x.git/#v1'],
  ['ssh://git:s3cret@h/x.git#v1', 'ssh://git@h/x.git#v1'],
  ['git://s3cret@h/x.git', 'git://h/x.git'],
  ['https://h/ctx.tgz?sv=1&sig=s3cret', 'https://h/ctx.tgz', undefined, '?sv=1&sig=s3cret'],
  ['https://u:p@h/ctx.tgz?sig=x', 'https://h/ctx.tgz', { username: 'u', password: 'p' }, '?sig=x'],
])('keeps of %s what is no secret, and can put it back', (text, context, credential, query) => {
  const kept = withoutCredential(text);
  expect(kept).toEqual({
    context,
    ...(credential === undefined ? {} : { credential }),
    ...(query === undefined ? {} : { query }),
  });
  if (kept.credential !== undefined || kept.query !== undefined)
    expect(parseContext(withCredential(context, kept))).toEqual(parseContext(text));
});

it.each<[url: string, meant: string | undefined]>([
  ['https://github.com/a/b', 'https://github.com/a/b.git'],
  ['https://github.com/a/b/', 'https://github.com/a/b.git'],
  ['http://x/y.GIT', 'http://x/y.git'],
  ['https://h/x.git?y', 'https://h/x.git'],
  ['https://dev.azure.com/o/p/_git/r?version=GBmain', 'https://dev.azure.com/o/p/_git/r#main'],
  ['https://h/a/b/app.tar.gz', undefined],
  ['https://h/a/app.tgz', undefined],
  ['https://h/', undefined],
])('takes %s for %s when it is no archive', (url, meant) => {
  expect(probablyGit(url)).toBe(meant);
});
