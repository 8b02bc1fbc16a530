// What a hostile repository would have git do (spec: reliability-security S6, S7). Its submodules are in hostile-submodules.itg.test.ts.
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { git } from '../../scripts/parts/git-repository.ts';
import { errorOf, filesIn, setUpGit } from './git-testing.ts';
import { hostileBench, unharmed } from './hostile-testing.ts';

const given = hostileBench();

describe('a repository', () => {
  it('with hooks, and with the inside of a repository as files, runs nothing', async () => {
    const bare = {
      HEAD: 'ref: refs/heads/main\n',
      config: `[core]\n repositoryformatversion = 0\n bare = false\n worktree = .\n fsmonitor = touch ${given.canary}\n hooksPath = hooks\n sshCommand = touch ${given.canary}\n`,
      'objects/x': '',
      'refs/x': '',
      'hooks/post-checkout': given.program(),
      'hooks/fsmonitor-watchman': given.program(),
    };
    const inside = Object.fromEntries(Object.entries(bare).map(([name, content]) => [`sub/${name}`, content]));
    await given.repository('embedded', {
      ...bare,
      ...inside,
      '.gitconfig': bare.config,
      '.githooks/post-checkout': given.program(),
    });
    const { root } = await given.bench.checkout({ remote: given.server.url('open', 'embedded'), folder: 'sub' });
    expect(Object.keys(await filesIn(root))).toContain('config');
    expect(await given.harm()).toEqual(unharmed);
  });

  it.each(['.git', '.GIT', '.Git ', 'git~1', '.g\u200cit', '.git.'])(
    'with %j in its tree is not written out',
    async (name) => {
      const repository = await given.repository(`inner-${Buffer.from(name).toString('hex')}`, { file: 'x' });
      const blob = await git(
        [`--git-dir=${repository.folder}`, 'hash-object', '-w', '--stdin'],
        `[core]\nfsmonitor=touch ${given.canary}\n`,
      );
      const inner = await git([`--git-dir=${repository.folder}`, 'mktree', '-z'], `100644 blob ${blob}\tconfig\0`);
      const tree = await git([`--git-dir=${repository.folder}`, 'mktree', '-z'], `040000 tree ${inner}\t${name}\0`);
      await repository.ref('refs/heads/main', await repository.git('commit-tree', '-m', 'x', tree));
      const outcome = await given.bench
        .checkout({ remote: given.server.url('open', path.basename(repository.folder, '.git')) })
        .then(
          () => 'written',
          (error: unknown) => error,
        );
      // What only looks like it to other file systems may be written here; the real one never.
      if (outcome === 'written') expect(name).not.toMatch(/^\.git$/i);
      else expect(outcome).toMatchObject({ error: { code: 'source.failed' } });
    },
  );

  it('whose tree has a link and a folder of one name writes nothing through the link', async () => {
    const repository = await given.repository('twice', { file: 'x' });
    const here = (args: string[], input: string | Buffer) => git([`--git-dir=${repository.folder}`, ...args], input);
    const evil = await here(['hash-object', '-w', '--stdin'], 'evil\n');
    const link = await here(['hash-object', '-w', '--stdin'], given.outside);
    const inner = await here(['mktree'], `100644 blob ${evil}\tevil\n`);
    const entry = (mode: string, name: string, id: string) =>
      Buffer.concat([Buffer.from(`${mode} ${name}\0`), Buffer.from(id, 'hex')]);
    for (const order of [
      [entry('120000', 'a', link), entry('40000', 'a', inner)],
      [entry('40000', 'a', inner), entry('120000', 'a', link)],
    ]) {
      const tree = await here(['hash-object', '-w', '-t', 'tree', '--stdin', '--literally'], Buffer.concat(order));
      await repository.ref('refs/heads/main', await repository.git('commit-tree', '-m', 'x', tree));
      await given.bench.checkout({ remote: given.server.url('open', 'twice') }).catch(() => undefined);
    }
    expect(await given.harm()).toEqual(unharmed);
  });

  it.each([
    ['dir', { dir: { link: '/etc' } }],
    ['dir', { dir: { link: '../..' } }],
    ['dir/etc', { dir: { link: '/' } }],
    ['a/b/up', { 'a/b/up': { link: '../../..' } }],
    ['one', { one: { link: 'two' }, two: { link: '/etc' } }],
    ['here/../one/x', { one: { link: '/etc' }, here: { link: '.' } }],
    ['up/out', { up: { link: '..' } }],
  ])('whose folder %s is a link that leads outside is refused', async (at, files) => {
    const name = `links-${at.replaceAll('/', '-')}-${Object.keys(files).length}`;
    await given.repository(name, { ...files, 'real/file': 'x' });
    const error = await errorOf(given.bench.checkout({ remote: given.server.url('open', name), folder: at }));
    expect(['source.folderOutside', 'source.folderNotFound']).toContain(error.code);
    expect(error.params).not.toHaveProperty('folders', expect.stringContaining('passwd'));
    expect(error).toMatchObject({ params: { folder: path.posix.normalize(at) } });
    expect(await given.harm()).toEqual(unharmed);
  });

  it('whose links stay inside is fine', async () => {
    await given.repository('inside', {
      'real/file': 'x',
      dir: { link: 'real' },
      'a/b': { link: '../dir' },
      git: { link: '.git' },
    });
    const { root } = await given.bench.checkout({ remote: given.server.url('open', 'inside'), folder: 'a/b' });
    expect(root).toBe(path.join(given.bench.destination(), 'real'));
    const error = await errorOf(given.bench.checkout({ remote: given.server.url('open', 'inside'), folder: 'git' }));
    expect(error.code).toBe('source.folderNotFound');
    expect(await given.harm()).toEqual(unharmed);
  });

  it('with odd names of files comes out as it is', async () => {
    const files = { '-rf': 'a', 'a\nb': 'b', 'a\tb"c': 'c', '$(touch x)': 'd', 'CON ': 'e', 'ü/é': 'f' };
    await given.repository('names', files);
    const { root } = await given.bench.checkout({ remote: given.server.url('open', 'names') });
    expect(await filesIn(root)).toEqual(files);
    expect(await given.harm()).toEqual(unharmed);
  });

  it('of a few kilobytes that would fill the disk with files is refused', async () => {
    const repository = await given.repository('bomb', { file: 'x' });
    const here = (args: string[], input: string) => git([`--git-dir=${repository.folder}`, ...args], input);
    let object = `100644 blob ${await here(['hash-object', '-w', '--stdin'], 'boom')}`;
    for (let depth = 0; depth < 10; depth++) {
      const entries = Array.from({ length: 10 }, (_, n) => `${object}\t${n}\n`).join('');
      object = `040000 tree ${await here(['mktree'], entries)}`;
    }
    await repository.ref('refs/heads/main', await repository.git('commit-tree', '-m', 'x', object.split(' ')[2] ?? ''));
    expect(await errorOf(given.bench.checkout({ remote: given.server.url('open', 'bomb') }))).toMatchObject({
      code: 'source.tooLarge',
      params: { limit: '5000 files' },
    });
    expect(await given.harm()).toEqual(unharmed);
  });

  it('of a few kilobytes that would fill the disk with zeros is refused', async () => {
    await given.repository('zeros', { zeros: Buffer.alloc(20_000_000) });
    expect(await errorOf(given.bench.checkout({ remote: given.server.url('open', 'zeros') }))).toMatchObject({
      code: 'source.tooLarge',
      params: { limit: '5 MB' },
    });
    expect(await given.harm()).toEqual(unharmed);
  });

  it.each(['.gitattributes', '.gitmodules', 'sub/.gitattributes', '.lfsconfig'])(
    'with a %s that would fill our memory is refused',
    async (name) => {
      const repository = `talkative-${name.replaceAll(/\W/g, '')}`;
      await given.repository(repository, { [name]: Buffer.alloc(17_000_000, '\n') });
      const bench = await setUpGit();
      const asked = { lfs: true, submodules: true };
      expect(await errorOf(bench.checkout({ remote: given.server.url('open', repository) }, asked))).toMatchObject({
        code: 'source.tooLarge',
        params: { limit: '16 MB' },
      });
      await bench.remove();
    },
  );

  it('with a path that no disk takes is refused before it is read whole', async () => {
    const repository = await given.repository('long', { file: 'x' });
    const here = (args: string[], input: string) => git([`--git-dir=${repository.folder}`, ...args], input);
    const blob = await here(['hash-object', '-w', '--stdin'], 'x');
    const tree = await here(['mktree', '-z'], `100644 blob ${blob}\t${'x'.repeat(300_000)}\0`);
    await repository.ref('refs/heads/main', await repository.git('commit-tree', '-m', 'x', tree));
    expect(await errorOf(given.bench.checkout({ remote: given.server.url('open', 'long') }))).toMatchObject({
      code: 'source.tooLarge',
      params: { limit: '65536 B' },
    });
  });
});
