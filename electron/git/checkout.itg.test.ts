// What a context's address can name, each on a real server (git http-backend).
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { git, type GitRepository, makeRepository } from '../../scripts/parts/git-repository.ts';
import { type GitServer, startGitServer } from '../../scripts/parts/git-server.ts';
import { errorOf, filesIn, type GitBench, never, setUpGit } from './git-testing.ts';

let folder: string;
let server: GitServer;
let bench: GitBench;
let app: GitRepository;
/** Commits, by what they are called below. */
const commits: Record<string, string> = {};

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'slipway-git-test-'));
  server = await startGitServer(folder);
  bench = await setUpGit();
  app = await makeRepository(path.join(server.repositories, 'app.git'), { branch: 'trunk' });
  commits['first'] = await app.commit('trunk', { 'README.md': 'first\n', 'a/b/file': 'deep\n', 'a/file': 'x\n' });
  commits['second'] = await app.commit('trunk', { 'README.md': 'second\n', run: { program: '#!/bin/sh\n' } });
  await app.annotate('v1', commits['first']);
  await app.ref('refs/tags/light', commits['second']);
  commits['feature'] = await app.commit('feature/x', { 'README.md': 'feature\n' }, { onto: commits['first'] });
  commits['head'] = await app.commit('temporary', { 'README.md': 'head of 12\n' }, { onto: commits['first'] });
  await app.ref('refs/pull/12/head', commits['head']);
  commits['merge'] = await app.commit('temporary', { 'README.md': 'merge of 12\n' }, { onto: commits['second'] });
  await app.ref('refs/pull/12/merge', commits['merge']);
  await app.ref('refs/merge-requests/5/head', commits['head']);
  await app.git('update-ref', '-d', 'refs/heads/temporary');
  // A name that is a branch and a tag, a branch that looks like the beginning of an id, and one that looks like a whole id.
  commits['both'] = await app.commit('both', { 'README.md': 'branch both\n' }, { onto: commits['first'] });
  await app.ref('refs/tags/both', commits['second']);
  commits['hex'] = await app.commit('looks', { 'README.md': 'looks like an id\n' }, { onto: commits['first'] });
  await app.ref(`refs/heads/${commits['first'].slice(0, 7)}`, commits['hex']);
  await app.ref(`refs/heads/${commits['second']}`, commits['hex']);
  commits['odd'] = await app.commit('odd', { 'README.md': 'odd\n' }, { onto: commits['first'] });
  for (const name of ['$(touch${IFS}canary)', 'a"b;c', "it's|&`x`", '-dash', '릴리스/1.0']) {
    await app.ref(`refs/heads/${name}`, commits['odd']);
  }
});
afterAll(async () => {
  await server.stop();
  await bench.remove();
  await rm(folder, { recursive: true, force: true });
});

const short = (name: string, digits = 10) => commits[name]?.slice(0, digits) ?? '';

describe('a checkout of', () => {
  it.each<[ref: () => string | undefined, commit: string, more: { branch?: string; tag?: string }]>([
    [() => undefined, 'second', { branch: 'trunk' }],
    [() => '', 'second', { branch: 'trunk' }],
    [() => 'trunk', 'second', { branch: 'trunk' }],
    [() => 'feature/x', 'feature', { branch: 'feature/x' }],
    [() => 'refs/heads/feature/x', 'feature', { branch: 'feature/x' }],
    [() => 'v1', 'first', { tag: 'v1' }],
    [() => 'refs/tags/v1', 'first', { tag: 'v1' }],
    [() => 'light', 'second', { tag: 'light' }],
    [() => commits['first'], 'first', {}],
    [() => commits['feature']?.toUpperCase(), 'feature', {}],
    [() => short('feature'), 'feature', {}],
    [() => short('second', 8).toUpperCase(), 'second', {}],
    [() => 'pull/12/head', 'head', {}],
    [() => 'pull/12/merge', 'merge', {}],
    [() => 'refs/pull/12/merge', 'merge', {}],
    [() => 'merge-requests/5/head', 'head', {}],
    // A commit that is on no branch.
    [() => commits['merge'], 'merge', {}],
    // Names that are several things: branch, tag, beginning of an id; but a whole id is always one.
    [() => 'both', 'both', { branch: 'both' }],
    [() => 'refs/tags/both', 'second', { tag: 'both' }],
    [() => short('first', 7), 'hex', { branch: 'first' }],
    [() => commits['second'], 'second', {}],
  ])('%s is the commit %s', async (ref, name, { branch, tag }) => {
    const out = await bench.checkout({ remote: server.url('open', 'app'), ref: ref() });
    expect(out).toEqual({
      root: bench.destination(),
      commit: commits[name],
      branch: branch === 'first' ? short('first', 7) : branch,
      tag,
      warnings: [],
    });
    expect(await git(['-C', out.root, 'rev-parse', 'HEAD'])).toBe(commits[name]);
    expect(await git(['-C', out.root, 'status', '--porcelain'])).toBe('');
    expect((await filesIn(out.root))['README.md']).toBe(
      await app.git('show', `${commits[name]}:README.md`).then((text) => `${text}\n`),
    );
  });

  it.each(['$(touch${IFS}canary)', 'a"b;c', "it's|&`x`", '-dash', '릴리스/1.0'])(
    'the branch %s runs nothing',
    async (name) => {
      const given = name.startsWith('-') ? `refs/heads/${name}` : name;
      const out = await bench.checkout({ remote: server.url('open', 'app'), ref: given });
      expect(out).toMatchObject({ commit: commits['odd'], branch: name });
      expect(await git(['-C', out.root, 'symbolic-ref', '--short', 'HEAD'])).toBe(name);
      expect(await readdir(out.root)).not.toContain('canary');
    },
  );

  it.each([
    ['a', 'a', { file: 'x\n', 'b/file': 'deep\n' }],
    ['/a/b', 'a/b', { file: 'deep\n' }],
    ['a/b/', 'a/b', { file: 'deep\n' }],
    ['a/../a/b', 'a/b', { file: 'deep\n' }],
  ])('the folder %s', async (given, root, files) => {
    const out = await bench.checkout({ remote: server.url('open', 'app'), ref: 'v1', folder: given });
    expect(out).toMatchObject({ root: path.join(bench.destination(), root), commit: commits['first'], tag: 'v1' });
    expect(await filesIn(out.root)).toEqual(files);
  });

  it('keeps a .git as a clone without history has it', async () => {
    const { root } = await bench.checkout({ remote: server.url('open', 'app'), ref: 'v1' });
    await rm(bench.cacheFolder, { recursive: true }); // nothing of it is needed any more
    expect(await git(['-C', root, 'fsck', '--strict'])).toBe('');
    expect(await git(['-C', root, 'log', '--format=%H'])).toBe(commits['first']);
    expect(await git(['-C', root, 'describe'])).toBe('v1');
    expect(await git(['-C', root, 'remote', 'get-url', 'origin'])).toBe(server.url('open', 'app'));
    const { root: branch } = await bench.checkout({ remote: server.url('open', 'app') });
    expect(await git(['-C', branch, 'rev-parse', '--abbrev-ref', 'HEAD'])).toBe('trunk');
    expect(await git(['-C', branch, 'rev-parse', 'origin/trunk'])).toBe(commits['second']);
    expect(await git(['-C', branch, 'count-objects'])).toBe('0 objects, 0 kilobytes');
  });

  it('tells what git says while it fetches', async () => {
    const other = await setUpGit();
    await other.checkout({ remote: server.url('open', 'app') });
    expect(other.lines.join('\n')).toMatch(/Receiving objects: 100%/);
    await other.remove();
  });

  it('a repository with SHA-256', async () => {
    const repository = await makeRepository(path.join(server.repositories, 'long.git'), { format: 'sha256' });
    const first = await repository.commit('main', { a: '1' });
    const second = await repository.commit('main', { a: '2' });
    const out = await bench.checkout({ remote: server.url('open', 'long') });
    expect(out).toMatchObject({ commit: second, branch: 'main' });
    expect(await bench.checkout({ remote: server.url('open', 'long'), ref: first })).toMatchObject({ commit: first });
    expect(first).toHaveLength(64);
    expect(await git(['-C', out.root, 'status', '--porcelain'])).toBe('');
  });
});

describe('what is not there', () => {
  it.each([
    ['feature/y', 'feature/x'],
    ['Trunk', 'trunk'],
    ['v2', 'v1'],
    ['refs/heads/trnk', 'trunk'],
    ['pull/99/head', ''],
    ['0000000', ''],
  ])('%s has near names', async (ref, near) => {
    const error = await errorOf(bench.checkout({ remote: server.url('open', 'app'), ref }));
    expect(error).toMatchObject({
      code: 'source.refNotFound',
      params: { ref: ref === 'pull/99/head' ? `refs/${ref}` : ref },
    });
    expect(String(error.params['near'])).toContain(near);
  });

  it('a commit', async () => {
    const id = 'deadbeef'.repeat(5);
    expect(await errorOf(bench.checkout({ remote: server.url('open', 'app'), ref: id }))).toMatchObject({
      code: 'source.commitNotFound',
      params: { commit: id },
    });
  });

  it('an id that is a tag or a tree and no commit', async () => {
    for (const object of ['refs/tags/v1', 'refs/heads/trunk^{tree}']) {
      const id = await app.git('rev-parse', object);
      const error = await errorOf(bench.checkout({ remote: server.url('open', 'app'), ref: id }));
      expect(error.code).toBe('source.commitNotFound');
    }
  });

  it('a commit whose beginning fits several', async () => {
    const repository = await makeRepository(path.join(server.repositories, 'many.git'));
    const commit = (n: number) => `commit refs/heads/main\ncommitter Ada <a@b> ${n} +0000\ndata 0\n\n`;
    const stream = Array.from({ length: 1000 }, (_, n) => commit(n)).join('');
    await git([`--git-dir=${repository.folder}`, 'fast-import', '--quiet'], stream);
    const ids = (await repository.git('rev-list', 'main')).split('\n');
    const beginning = twice(ids) ?? '';
    const error = await errorOf(bench.checkout({ remote: server.url('open', 'many'), ref: beginning }));
    expect(error).toMatchObject({ code: 'source.commitNotFound', params: { commit: beginning } });
    expect(error.cause).toContain('ambiguous');
  });

  it.each([
    ['nope', 'a'],
    ['a/nope', 'a/b'],
    ['a/b/nope/further', '–'],
    ['README.md', 'a'],
    ['a/file', 'a/b'],
    ['.git', 'a'],
    ['.GIT/hooks', 'a'],
  ])('the folder %s, with those that are', async (given, folders) => {
    const error = await errorOf(bench.checkout({ remote: server.url('open', 'app'), folder: given }));
    expect(error).toMatchObject({ code: 'source.folderNotFound', params: { folder: given, folders } });
  });

  it('a commit in an empty repository', async () => {
    await makeRepository(path.join(server.repositories, 'empty.git'));
    const error = await errorOf(bench.checkout({ remote: server.url('open', 'empty') }));
    expect(error.code).toBe('source.empty');
  });

  it('the default branch', async () => {
    const repository = await makeRepository(path.join(server.repositories, 'headless.git'), { branch: 'gone' });
    await repository.commit('main', { a: '1' });
    const error = await errorOf(bench.checkout({ remote: server.url('open', 'headless') }));
    expect(error).toMatchObject({ code: 'source.empty', params: { near: 'main' } });
  });

  it('leaves nothing behind', async () => {
    await errorOf(bench.checkout({ remote: server.url('open', 'app'), folder: 'nope' }));
    await expect(readdir(bench.destination())).rejects.toThrow('ENOENT');
    await expect(bench.git.checkout({ remote: server.url('open', 'app') }, folder, options, never)).rejects.toThrow(
      'is not empty',
    );
    expect(await readdir(folder)).toContain('repositories');
  });
});

const options = {
  submodules: false,
  lfs: false,
  reach: 'local' as const,
  credential: async () => undefined,
  onProgress: () => undefined,
};

/** Four digits with which two of these begin. */
function twice(ids: readonly string[]): string | undefined {
  const seen = new Set<string>();
  return ids.map((id) => id.slice(0, 4)).find((start) => seen.size === seen.add(start).size);
}

it('lists branches and tags', async () => {
  const { branches, tags } = await bench.git.listRefs(server.url('open', 'app'), async () => undefined, never);
  expect(branches).toContainEqual({ name: 'trunk', commit: commits['second'] });
  expect(branches.some(({ name }) => name.includes('pull'))).toBe(false);
  expect(tags).toContainEqual({ name: 'v1', commit: commits['first'] });
});

it('writes the bytes of the repository, whatever the person’s own configuration would make of them', async () => {
  const repository = await makeRepository(path.join(server.repositories, 'lines.git'));
  await repository.commit('main', {
    '.gitattributes': '*.txt text\n*.bat text eol=crlf\n',
    'a.txt': 'one\ntwo\n',
    'b.bat': 'one\ntwo\n',
    'c.bin': Buffer.from([0, 13, 10, 255]),
    link: { link: 'a.txt' },
  });
  const { root } = await bench.checkout({ remote: server.url('open', 'lines') });
  expect(await readFile(path.join(root, 'a.txt'), 'utf8')).toBe('one\ntwo\n');
  expect(await readFile(path.join(root, 'b.bat'), 'utf8')).toBe('one\r\ntwo\r\n');
  expect([...(await readFile(path.join(root, 'c.bin')))]).toEqual([0, 13, 10, 255]);
  expect(await readFile(path.join(root, 'link'), 'utf8')).toBe('one\ntwo\n');
});
