// What is kept between checkouts: how little travels the second time, that nobody gets in each other's way, and that whatever becomes of
// it is only ever a reason to fetch again.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, truncate, utimes, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { git, type GitRepository, makeRepository } from '../../scripts/parts/git-repository.ts';
import { type GitServer, startGitServer } from '../../scripts/parts/git-server.ts';
import { bundleTypeScript } from '../../scripts/run-ts.mjs';
import { withFileLock } from '../store/secrets/file-lock.ts';
import { filesIn, type GitBench, setUpGit } from './git-testing.ts';

let folder: string;
let server: GitServer;

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'slipway-git-test-'));
  server = await startGitServer(folder);
});
afterAll(async () => {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

/** A repository of 1 MB that no packing makes smaller. */
async function sizeable(name: string): Promise<GitRepository> {
  const repository = await makeRepository(path.join(server.repositories, `${name}.git`));
  const files = Array.from({ length: 20 }, (_, n) => [`data/${n}`, randomBytes(50_000)] as const);
  await repository.commit('main', { ...Object.fromEntries(files), note: 'first\n' });
  return repository;
}

/** Bytes that the server sent while this went on. */
async function sentBy(work: () => Promise<unknown>): Promise<number> {
  const from = server.requests.length;
  await work();
  return server.requests.slice(from).reduce((sum, { sent }) => sum + sent, 0);
}

describe('the second checkout', () => {
  it.each<[what: string, ref: string | undefined, way: string]>([
    ['of the default branch', undefined, 'open'],
    ['of a branch', 'main', 'open'],
    ['of a branch, with the first protocol', 'main', 'first'],
    ['of a tag that moved', 'latest', 'open'],
  ])('%s fetches what is new', async (what, ref, way) => {
    const bench = await setUpGit();
    const name = `second-${what.replaceAll(/\W/g, '-')}`;
    const repository = await sizeable(name);
    const location = { remote: server.url(way, name), ref };
    await repository.annotate('latest', 'main');
    expect(await sentBy(() => bench.checkout(location))).toBeGreaterThan(1_000_000);
    // Nothing new: a greeting and the refs.
    expect(await sentBy(() => bench.checkout(location))).toBeLessThan(3_000);
    const commit = await repository.commit('main', { note: 'second\n' });
    await repository.git('tag', '-f', '-a', '-m', 'x', 'latest', 'main');
    expect(await sentBy(() => bench.checkout(location))).toBeLessThan(4_000);
    expect(await git(['-C', bench.destination(), 'rev-parse', 'HEAD'])).toBe(commit);
    expect(await git(['-C', bench.destination(), 'status', '--porcelain'])).toBe('');
    expect(await git(['-C', bench.destination(), 'fsck'])).toBe('');
    expect((await filesIn(bench.destination()))['note']).toBe('second\n');
    await bench.remove();
  });

  it('of a commit’s id asks nobody', async () => {
    const bench = await setUpGit();
    const repository = await sizeable('by-id');
    const location = { remote: server.url('open', 'by-id'), ref: await repository.git('rev-parse', 'main') };
    await bench.checkout(location);
    const asked = server.requests.length;
    await bench.checkout(location);
    expect(server.requests).toHaveLength(asked);
    await bench.remove();
  });

  it('after history was rewritten, and a branch took the place of others', async () => {
    const bench = await setUpGit();
    const repository = await sizeable('rewritten');
    await repository.ref('refs/heads/a', 'main');
    await bench.checkout({ remote: server.url('open', 'rewritten'), ref: 'a' });
    await repository.git('update-ref', '-d', 'refs/heads/a');
    const tree = await repository.git('rev-parse', 'main^{tree}');
    const orphan = await repository.git('commit-tree', '-m', 'anew', tree);
    await repository.ref('refs/heads/a/b', orphan);
    await repository.ref('refs/heads/main', orphan);
    expect(await bench.checkout({ remote: server.url('open', 'rewritten'), ref: 'a/b' })).toMatchObject({
      commit: orphan,
    });
    const sent = await sentBy(() => bench.checkout({ remote: server.url('open', 'rewritten') }));
    expect(sent).toBeLessThan(3_000);
    await bench.remove();
  });
});

it('the beginning of an id brings commits and no files, where the server can leave them out', async () => {
  const bench = await setUpGit();
  const repository = await sizeable('filtered');
  const first = await repository.git('rev-parse', 'main');
  await repository.commit('main', { note: 'x', 'data/more': randomBytes(500_000) });
  await repository.git('config', 'uploadpack.allowFilter', 'true');
  const sent = await sentBy(() => bench.checkout({ remote: server.url('open', 'filtered'), ref: first.slice(0, 9) }));
  expect(sent).toBeGreaterThan(1_000_000);
  expect(sent).toBeLessThan(1_030_000); // without what the second commit brought
  expect(await git(['-C', bench.destination(), 'fsck'])).toBe('');
  await bench.remove();
});

describe('checkouts of one remote at once', () => {
  it('in one process fetch what there is once', async () => {
    const bench = await setUpGit();
    await sizeable('shared');
    const location = { remote: server.url('open', 'shared') };
    const sent = await sentBy(async () => {
      const outs = await Promise.all(Array.from({ length: 6 }, () => bench.checkout(location)));
      expect(new Set(outs.map(({ root }) => root)).size).toBe(6);
      for (const { root } of outs) expect(await git(['-C', root, 'status', '--porcelain'])).toBe('');
    });
    expect(sent).toBeLessThan(1_100_000);
    await bench.remove();
  });

  it('in several processes, too', async () => {
    const bench = await setUpGit();
    await sizeable('processes');
    const script = await bundleTypeScript(path.join(import.meta.dirname, 'checkout-process-testing.ts'));
    const sent = await sentBy(async () => {
      const outs = ['one', 'two', 'three'].map((name) => path.join(bench.folder, name));
      await Promise.all(outs.map((out) => run(script, [bench.cacheFolder, server.url('open', 'processes'), out])));
      for (const out of outs) expect(await git(['-C', out, 'status', '--porcelain'])).toBe('');
    });
    expect(sent).toBeLessThan(1_100_000);
    await bench.remove();
  });

  it('one that is given up leaves the others alone', async () => {
    const bench = await setUpGit();
    await sizeable('given-up');
    const controller = new AbortController();
    const location = { remote: server.url('open', 'given-up') };
    const given = bench.checkout(location, {}, controller.signal).catch((error: unknown) => error);
    const kept = [bench.checkout(location), bench.checkout(location)];
    controller.abort(new Error('enough'));
    expect(await given).toMatchObject({ message: 'enough' });
    expect(await Promise.all(kept)).toMatchObject([{ branch: 'main' }, { branch: 'main' }]);
    await bench.remove();
  });
});

describe('a cache that', () => {
  let bench: GitBench;
  let repository: GitRepository;
  beforeAll(async () => {
    bench = await setUpGit();
    repository = await sizeable('damaged');
  });
  afterAll(() => bench.remove());

  it.each<[what: string, damage: (whole: string) => Promise<void>]>([
    ['has half a pack', async (whole) => halve(await packOf(whole, '.pack'))],
    ['has half an index', async (whole) => halve(await packOf(whole, '.idx'))],
    ['has a pack with other bytes', async (whole) => scribble(await packOf(whole, '.pack'))],
    ['has no pack', async (whole) => rm(await packOf(whole, '.pack'))],
    ['has no objects', async (whole) => rm(path.join(whole, 'objects'), { recursive: true })],
    ['has no HEAD', async (whole) => rm(path.join(whole, 'HEAD'))],
    ['has another HEAD', async (whole) => writeFile(path.join(whole, 'HEAD'), 'nonsense')],
    ['has no configuration', async (whole) => rm(path.join(whole, 'config'))],
    ['has another configuration', async (whole) => writeFile(path.join(whole, 'config'), '[core\n')],
    [
      'has refs to nothing',
      async (whole) => writeFile(path.join(whole, 'packed-refs'), `${'d'.repeat(40)} refs/commits/${'d'.repeat(40)}\n`),
    ],
    ['lost where its history ends', async (whole) => writeFile(path.join(whole, 'shallow'), '')],
    ['has a lock that nobody holds', async (whole) => writeFile(path.join(whole, 'shallow.lock'), '')],
    [
      'has a pack that was never finished',
      async (whole) => writeFile(path.join(whole, 'objects/pack/tmp_pack_x'), 'x'),
    ],
    ['is a file', async (whole) => rm(whole, { recursive: true }).then(() => writeFile(whole, 'x'))],
    ['is gone', async (whole) => rm(path.dirname(whole), { recursive: true })],
  ])('%s costs another fetch at most', async (_what, damage) => {
    const location = { remote: server.url('open', 'damaged') };
    await bench.checkout(location);
    const commit = await repository.commit('main', { note: randomBytes(8).toString('hex') });
    await damage(path.join(bench.cacheFolder, 'remotes', await onlyKey(bench), 'whole.git'));
    expect(await bench.checkout(location)).toMatchObject({ commit });
    expect(await git(['-C', bench.destination(), 'fsck'])).toBe('');
    expect(await git(['-C', bench.destination(), 'status', '--porcelain'])).toBe('');
    expect(await bench.checkout({ ...location, ref: commit })).toMatchObject({ commit });
  });
});

it('packs of many fetches are made one, and the next fetch is as small as any', async () => {
  const bench = await setUpGit({ limits: { cachePacks: 4 } });
  const repository = await sizeable('packs');
  const location = { remote: server.url('open', 'packs') };
  const packs: number[] = [];
  let [oldest, whole] = ['', ''];
  for (let round = 0; round < 12; round++) {
    const commit = await repository.commit('main', { note: `round ${round}\n`, [`data/${round}`]: randomBytes(1_000) });
    if (round === 0) oldest = commit;
    const sent = await sentBy(async () => expect(await bench.checkout(location)).toMatchObject({ commit }));
    if (round > 0) expect(sent).toBeLessThan(6_000);
    whole = path.join(bench.cacheFolder, 'remotes', await onlyKey(bench), 'whole.git');
    packs.push((await readdir(path.join(whole, 'objects/pack'))).filter((name) => name.endsWith('.pack')).length);
  }
  expect(Math.max(...packs)).toBe(4);
  expect(await git([`--git-dir=${whole}`, 'fsck', '--no-dangling'])).toBe('');
  // What was dropped is fetched once more.
  expect(await bench.checkout({ ...location, ref: oldest })).toMatchObject({ commit: oldest });
  expect(await git(['-C', bench.destination(), 'status', '--porcelain'])).toBe('');
  await bench.remove();
});

async function onlyKey(bench: GitBench): Promise<string> {
  const entries = await readdir(path.join(bench.cacheFolder, 'remotes'), { withFileTypes: true });
  return entries.find((entry) => entry.isDirectory())?.name ?? '';
}

describe('when the cache is full', () => {
  it('what was used longest ago goes, and what is in use stays', async () => {
    const bench = await setUpGit({ limits: { cacheBytes: 2_500_000 } });
    const remotes = path.join(bench.cacheFolder, 'remotes');
    await mkdir(remotes, { recursive: true });
    const keys = async () =>
      (await readdir(remotes, { withFileTypes: true })).filter((entry) => entry.isDirectory()).map(({ name }) => name);
    const keyOf = async (name: string) => {
      const known = await keys();
      await bench.checkout({ remote: server.url('open', name) });
      return (await keys()).find((key) => !known.includes(key)) ?? '';
    };
    for (const name of ['old', 'used', 'new']) await sizeable(`full-${name}`);
    const old = await keyOf('full-old');
    const used = await keyOf('full-used');
    for (const [key, at] of [
      [old, 1_000],
      [used, 2_000],
    ] as const)
      await utimes(path.join(remotes, key, 'used'), at, at);
    const fresh = await keyOf('full-new');
    expect((await keys()).sort()).toEqual([used, fresh].sort());

    await utimes(path.join(remotes, used, 'used'), 1_000, 1_000);
    await withFileLock(path.join(remotes, `${used}.lock`), async () => {
      await bench.checkout({ remote: server.url('open', 'full-old') });
    });
    expect((await keys()).sort()).toEqual([used, old].sort());
    await bench.remove();
  });

  it('nothing of one that is larger than all is kept', async () => {
    const bench = await setUpGit({ limits: { cacheBytes: 100_000 } });
    await sizeable('larger');
    const { root } = await bench.checkout({ remote: server.url('open', 'larger') });
    expect((await readdir(path.join(bench.cacheFolder, 'remotes'))).filter((name) => !name.endsWith('.lock'))).toEqual(
      [],
    );
    expect(await git(['-C', root, 'fsck'])).toBe('');
    await bench.remove();
  });
});

it('keeps what was fetched from other people', async () => {
  const bench = await setUpGit();
  await sizeable('modes');
  await bench.checkout({ remote: server.url('open', 'modes') });
  expect((await stat(path.join(bench.cacheFolder, 'remotes'))).mode & 0o777).toBe(0o700);
  await bench.remove();
});

async function packOf(whole: string, ending: string): Promise<string> {
  const packs = path.join(whole, 'objects/pack');
  const sizes = await Promise.all(
    (await readdir(packs))
      .filter((name) => name.endsWith(ending))
      .map(async (name) => ({ name, size: (await stat(path.join(packs, name))).size })),
  );
  return path.join(packs, sizes.sort((one, other) => other.size - one.size)[0]?.name ?? '');
}

async function halve(file: string): Promise<void> {
  await truncate(file, Math.floor((await stat(file)).size / 2));
}

async function scribble(file: string): Promise<void> {
  const bytes = await readFile(file);
  bytes.fill(7, bytes.length >> 2, (bytes.length >> 2) + 100_000);
  await rm(file);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, bytes);
}

function run(script: string, args: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [script, ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
    let words = '';
    child.stderr.on('data', (data: Buffer) => (words += data.toString()));
    child.on('error', reject);
    child.on('close', (code) => (code === 0 ? resolve() : reject(new Error(words))));
  });
}
