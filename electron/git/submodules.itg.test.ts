// Submodules of real repositories; what hostile ones try is in hostile-submodules.itg.test.ts.
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { git, type GitRepository, makeRepository } from '../../scripts/parts/git-repository.ts';
import { type GitDaemon, type GitServer, startGitDaemon, startGitServer } from '../../scripts/parts/git-server.ts';
import { errorOf, filesIn, type GitBench, setUpGit } from './git-testing.ts';

let folder: string;
let server: GitServer;
let daemon: GitDaemon;
let bench: GitBench;
let app: GitRepository;
let deep: string;
let old: string;
let main: string;

const described = (name: string, at: string, url: string, more = '') =>
  `[submodule "${name}"]\n\tpath = "${at}"\n\turl = ${url}\n${more}`;

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'slipway-git-test-'));
  server = await startGitServer(folder);
  daemon = await startGitDaemon(server.repositories, path.join(folder, 'daemon.log'));
  bench = await setUpGit();
  const repository = (name: string) => makeRepository(path.join(server.repositories, `${name}.git`));
  const [inner, lib] = [await repository('group/inner'), await repository('group/lib')];
  deep = await inner.commit('main', { file: 'inner\n' });
  // A commit that is not the head of anything any more.
  old = await lib.commit('main', {
    '.gitmodules': described('inner', 'inner', '../inner.git'),
    inner: { submodule: deep },
    file: 'old lib\n',
  });
  await lib.commit('main', { file: 'new lib\n' });
  app = await repository('group/app');
  main = await app.commit('main', {
    '.gitmodules':
      described('the lib', 'libs/with blank', '../lib.git') + described('again', 'again', daemon.url('group/lib')),
    'libs/with blank': { submodule: old },
    again: { submodule: old },
    file: 'app\n',
  });
});
afterAll(async () => {
  await Promise.all([server.stop(), daemon.stop()]);
  await bench.remove();
  await rm(folder, { recursive: true, force: true });
});

describe('submodules', () => {
  it('come with their own, at their commit, without history', async () => {
    const { root, warnings } = await bench.checkout({ remote: server.url('open', 'group/app') }, { submodules: true });
    expect(await filesIn(root)).toMatchObject({
      file: 'app\n',
      'libs/with blank/file': 'old lib\n',
      'libs/with blank/inner/file': 'inner\n',
      'again/file': 'old lib\n',
      'again/inner/file': 'inner\n',
    });
    expect(warnings).toEqual([]);
    for (const [at, commit] of [
      ['.', main],
      ['libs/with blank', old],
      ['libs/with blank/inner', deep],
    ] as const) {
      const place = path.join(root, at);
      expect(await git(['-C', place, 'rev-parse', 'HEAD'])).toBe(commit);
      expect(await git(['-C', place, 'status', '--porcelain'])).toBe('');
      expect(await git(['-C', place, 'rev-list', '--count', 'HEAD'])).toBe('1');
    }
    // Git takes them for submodules in use.
    const status = await git(['-C', root, 'submodule', 'status', '--recursive']);
    expect(status.split('\n').map((line) => line.slice(0, 42).trim().slice(0, 41))).toEqual([old, deep, old, deep]);
    expect(bench.lines).toContain(`Submodule libs/with blank/inner: ${server.url('open', 'group/inner')}`);
  });

  it('are found in a folder that lies in one', async () => {
    const { root } = await bench.checkout(
      { remote: server.url('open', 'group/app'), folder: 'again/inner' },
      { submodules: true },
    );
    expect(await filesIn(root)).toEqual({ file: 'inner\n' });
  });

  it('stay empty folders where they weren’t asked for', async () => {
    const { root } = await bench.checkout({ remote: server.url('open', 'group/app') });
    expect(await readdir(path.join(root, 'again'))).toEqual([]);
    expect(await git(['-C', root, 'status', '--porcelain'])).toBe('');
  });

  it('that the repository leaves out are told', async () => {
    await app.commit('none', {
      '.gitmodules': described('none', 'none', '../none.git', '\tupdate = none\n'),
      none: { submodule: old },
    });
    const { warnings } = await bench.checkout(
      { remote: server.url('open', 'group/app'), ref: 'none' },
      { submodules: true },
    );
    expect(warnings).toEqual([{ kind: 'submoduleSkipped', path: 'none' }]);
  });

  it.each([
    ['whose repository is gone', '../gone.git', () => old, 'source.notFound'],
    ['whose commit is gone', '../lib.git', () => 'd'.repeat(40), 'source.commitNotFound'],
    ['whose address leads beyond the host', '../../../../x.git', () => old, 'source.submoduleRefused'],
  ])('%s end the checkout, and nothing stays', async (what, url, commit, code) => {
    const branch = what.replaceAll(/\W/g, '-');
    await app.commit(branch, { '.gitmodules': described('bad', 'bad', url), bad: { submodule: commit() } });
    const error = await errorOf(
      bench.checkout({ remote: server.url('open', 'group/app'), ref: branch }, { submodules: true }),
    );
    expect(error.code).toBe(code);
    if (code !== 'source.submoduleRefused') expect(error.cause).toMatch(/^submodule bad: /);
    await expect(readdir(bench.destination())).rejects.toThrow('ENOENT');
  });

  it('are counted, however deep they lie', async () => {
    const few = await setUpGit({ limits: { submodules: 3 } });
    const error = await errorOf(few.checkout({ remote: server.url('open', 'group/app') }, { submodules: true }));
    expect(error).toMatchObject({ code: 'source.submoduleRefused', params: { reason: 'more than 3 submodules' } });
    await few.remove();
  });

  it('are fetched once', async () => {
    const fresh = await setUpGit();
    await fresh.checkout({ remote: server.url('open', 'group/app') }, { submodules: true });
    const asked = server.requests.length;
    await fresh.checkout({ remote: server.url('open', 'group/app'), ref: main }, { submodules: true });
    expect(server.requests).toHaveLength(asked);
    await fresh.remove();
  });
});
