// Files in LFS, with the real git-lfs and a server that speaks its interface.
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { git, type GitRepository, makeRepository } from '../../scripts/parts/git-repository.ts';
import { basic, type GitServer, startGitServer } from '../../scripts/parts/git-server.ts';
import { putLfsObject } from '../../scripts/parts/lfs-server.ts';
import { which } from '../../scripts/setup/shell.mjs';
import { errorOf, type GitBench, setUpGit } from './git-testing.ts';

let folder: string;
let server: GitServer;
let bench: GitBench;
let app: GitRepository;
const contents = { 'big.bin': randomBytes(300_000), 'sub/other.bin': randomBytes(200_000) };

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'slipway-git-test-'));
  server = await startGitServer(folder);
  bench = await setUpGit({
    credentials: { [server.host]: { username: server.login.user, password: server.login.password } },
  });
  app = await makeRepository(path.join(server.repositories, 'app.git'));
  const pointers = await Promise.all(
    Object.entries(contents).map(async ([name, content]) => [name, await putLfsObject(server.lfs, content)] as const),
  );
  await app.commit('main', {
    ...Object.fromEntries(pointers),
    '.gitattributes': '*.bin filter=lfs diff=lfs merge=lfs -text\n',
    file: 'small\n',
  });
});
afterAll(async () => {
  await server.stop();
  await bench.remove();
  await rm(folder, { recursive: true, force: true });
});

const lfsRequests = () => server.requests.filter(({ path: place }) => place.includes('/info/lfs/'));

describe('files in LFS', () => {
  it.each(['open', 'private'])('are fetched, and not again (%s)', async (way) => {
    const location = { remote: server.url(way, 'app') };
    const { root, warnings } = await bench.checkout(location, { lfs: true });
    expect(warnings).toEqual([]);
    for (const [name, content] of Object.entries(contents)) {
      expect((await readFile(path.join(root, name))).equals(content)).toBe(true);
    }
    expect(await readFile(path.join(root, 'file'), 'utf8')).toBe('small\n');
    const asked = lfsRequests().length;
    expect(asked).toBeGreaterThan(0);
    const more = randomBytes(100_000);
    const commit = await app.commit(
      `more-${way}`,
      { 'more.bin': await putLfsObject(server.lfs, more) },
      { onto: 'main' },
    );
    const second = await bench.checkout({ ...location, ref: commit }, { lfs: true });
    expect((await readFile(path.join(second.root, 'more.bin'))).equals(more)).toBe(true);
    expect((await readFile(path.join(second.root, 'big.bin'))).equals(contents['big.bin'])).toBe(true);
    const objects = lfsRequests()
      .slice(asked)
      .filter(({ method }) => method === 'GET');
    expect(objects).toHaveLength(1);
    if (way === 'private') expect(lfsRequests().at(-1)?.authorization).toBe(basic(server.login));
    // Nothing in the checkout's own configuration runs a program.
    expect(await git(['-C', second.root, 'config', '--local', '--list'])).not.toMatch(/filter|storage|helper/);
    expect(await readdir(path.join(second.root, '.git/hooks')).catch(() => [])).toEqual([]);
  });

  it('stay pointers where nobody asked', async () => {
    const asked = lfsRequests().length;
    const { root, warnings } = await bench.checkout({ remote: server.url('open', 'app') });
    expect(await readFile(path.join(root, 'big.bin'), 'utf8')).toMatch(/^version https:\/\/git-lfs/);
    expect(warnings).toEqual([]);
    expect(lfsRequests()).toHaveLength(asked);
  });

  it('stay pointers, with a warning, where there is no git-lfs', async () => {
    const programs = path.join(folder, 'programs');
    await mkdir(programs);
    await symlink(which('git') ?? '', path.join(programs, 'git'));
    const without = await setUpGit({ environment: { PATH: programs, HOME: folder } });
    const { root, warnings } = await without.checkout({ remote: server.url('open', 'app') }, { lfs: true });
    expect(warnings).toEqual([{ kind: 'lfsMissing', paths: ['*.bin'] }]);
    expect(await readFile(path.join(root, 'big.bin'), 'utf8')).toMatch(/^version https:\/\/git-lfs/);
    // Where nothing is in LFS, nobody misses it.
    await app.commit('plain', { '.gitattributes': null, 'big.bin': null, 'sub/other.bin': null }, { onto: 'main' });
    const plain = await without.checkout({ remote: server.url('open', 'app'), ref: 'plain' }, { lfs: true });
    expect(plain.warnings).toEqual([]);
    await without.remove();
  });

  it('that the server lacks end the checkout with its words', async () => {
    const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${'1'.repeat(64)}\nsize 5\n`;
    await app.commit('lost', { 'lost.bin': pointer }, { onto: 'main' });
    const error = await errorOf(bench.checkout({ remote: server.url('open', 'app'), ref: 'lost' }, { lfs: true }));
    expect(error).toMatchObject({ code: 'source.lfsFailed', params: { host: server.host } });
    expect(error.cause).toContain('no such object');
  });

  it('come from the server that the repository names, with no credential where that is another', async () => {
    const other = await startGitServer(path.join(folder, 'other'));
    const content = randomBytes(1000);
    const pointer = await putLfsObject(other.lfs, content);
    const config = (way: string) => `[lfs]\n\turl = ${other.url(way, 'app')}/info/lfs\n`;
    await app.commit(
      'elsewhere',
      { '.lfsconfig': config('open'), 'sub/other.bin': null, 'big.bin': pointer },
      { onto: 'main' },
    );
    const { root } = await bench.checkout({ remote: server.url('open', 'app'), ref: 'elsewhere' }, { lfs: true });
    expect((await readFile(path.join(root, 'big.bin'))).equals(content)).toBe(true);
    await app.commit(
      'locked',
      {
        '.lfsconfig': config('private'),
        'sub/other.bin': null,
        'big.bin': await putLfsObject(other.lfs, randomBytes(999)),
      },
      { onto: 'main' },
    );
    const error = await errorOf(bench.checkout({ remote: server.url('private', 'app'), ref: 'locked' }, { lfs: true }));
    expect(error.code).toBe('source.lfsFailed');
    expect(other.requests.filter(({ authorization }) => authorization !== undefined)).toEqual([]);
    await other.stop();
  });

  it('of more bytes than are allowed end the checkout', async () => {
    const small = await setUpGit({ limits: { fetchBytes: 50_000 } });
    const error = await errorOf(small.checkout({ remote: server.url('open', 'app') }, { lfs: true }));
    expect(error).toMatchObject({ code: 'source.tooLarge', params: { limit: '50000 B' } });
    await small.remove();
  });

  it.each<[what: string, disguise: (pointer: string) => string]>([
    ['that lie about the size', (pointer) => pointer.replace(/size \d+/, 'size 1')],
    [
      'of an old spelling',
      (pointer) => pointer.replace('https://git-lfs.github.com/spec/v1', 'http://git-media.io/v/2'),
    ],
    ['with a sign', (pointer) => pointer.replace('size ', 'size +')],
  ])('that pointers make many of are counted, pointers %s, too', async (what, disguise) => {
    const pointer = disguise(await putLfsObject(server.lfs, randomBytes(50_000)));
    const files = Object.fromEntries(Array.from({ length: 300 }, (_, n) => [`many/${n}.bin`, pointer]));
    const branch = what.replaceAll(' ', '-');
    await app.commit(branch, files, { onto: 'main' });
    const small = await setUpGit({ limits: { treeBytes: 5_000_000 } });
    const error = await errorOf(small.checkout({ remote: server.url('open', 'app'), ref: branch }, { lfs: true }));
    expect(error).toMatchObject({ code: 'source.tooLarge', params: { limit: '5 MB' } });
    await small.remove();
  });

  it('that pointers make many of are counted before they are written', async () => {
    const pointer = await putLfsObject(server.lfs, randomBytes(10_000));
    const files = Object.fromEntries(Array.from({ length: 500 }, (_, n) => [`many/${n}.bin`, pointer]));
    await app.commit('many', files, { onto: 'main' });
    const small = await setUpGit({ limits: { treeBytes: 5_000_000 } });
    const asked = lfsRequests().length;
    const error = await errorOf(small.checkout({ remote: server.url('open', 'app'), ref: 'many' }, { lfs: true }));
    expect(error).toMatchObject({ code: 'source.tooLarge', params: { limit: '5 MB' } });
    expect(lfsRequests()).toHaveLength(asked);
    await small.remove();
  });
});
