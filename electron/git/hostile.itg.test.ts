// What a hostile address, a hostile repository and a person's own configuration would have git do (spec: reliability-security S6, S7,
// S11). Whatever would run a program here makes a canary; whatever lies outside is looked at before and after.
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Content, git, type GitRepository, makeRepository } from '../../scripts/parts/git-repository.ts';
import { type GitServer, startGitServer } from '../../scripts/parts/git-server.ts';
import { errorOf, filesIn, type GitBench, setUpGit } from './git-testing.ts';

let folder: string;
let server: GitServer;
let bench: GitBench;
/** What a program that must not run would make. */
let canary: string;
/** What lies outside of every checkout, and must stay as it is. */
let outside: string;
let before: Record<string, string>;
/** What was given to git. */
let log: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'slipway-git-test-'));
  server = await startGitServer(path.join(folder, 'server'));
  canary = path.join(folder, 'canary');
  outside = path.join(folder, 'outside');
  log = path.join(folder, 'log');
  await writeHome(path.join(outside, 'home'));
  await write(path.join(outside, 'secret'), 'secret\n');
  await write(path.join(folder, 'programs/git'), `#!/bin/sh\necho "$@" >> '${log}'\nexec /usr/bin/git "$@"\n`, 0o755);
  await write(log, '');
  before = await filesIn(outside);
  bench = await setUpGit({
    environment: hostileEnvironment(path.join(outside, 'home')),
    limits: { treeFiles: 5_000, treeBytes: 5e6 },
  });
});
afterAll(async () => {
  await server.stop();
  await bench.remove();
  await rm(folder, { recursive: true, force: true });
});
afterEach(async () => {
  await expect(stat(canary)).rejects.toThrow('ENOENT');
  expect(await filesIn(outside)).toEqual(before);
});

async function write(file: string, text: string, mode = 0o644): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, text, { mode });
}

/** A person whose configuration runs programs at every turn, and who keeps a password where curl looks for one. */
async function writeHome(home: string): Promise<void> {
  const touch = `touch ${canary}`;
  const config = [
    `[core]\n fsmonitor = ${touch}\n sshCommand = ${touch}\n hooksPath = ${home}/hooks\n askPass = ${home}/program\n attributesFile = ${home}/attributes\n gitProxy = ${touch}`,
    `[credential]\n helper = !${touch}`,
    `[filter "evil"]\n smudge = ${touch}\n process = ${touch}\n required = true`,
    `[url "ext::sh -c ${touch.replace(' ', '% ')}"]\n insteadOf = http://`,
    `[init]\n templateDir = ${home}/template`,
    `[protocol]\n allow = always`,
    `[http]\n extraHeader = X-Person: yes\n followRedirects = true`,
    `[uploadpack]\n packObjectsHook = ${touch}`,
    `[alias]\n fetch = !${touch}`,
  ].join('\n');
  await write(path.join(home, '.gitconfig'), config);
  await write(path.join(home, 'xdg/git/config'), config);
  await write(path.join(home, 'attributes'), '* filter=evil\n');
  await write(path.join(home, '.netrc'), 'default login ada password netrc-secret\n');
  const program = `#!/bin/sh\n${touch}\n`;
  await write(path.join(home, 'program'), program, 0o755);
  for (const hook of [
    'post-checkout',
    'reference-transaction',
    'post-index-change',
    'pre-auto-gc',
    'fsmonitor-watchman',
  ]) {
    await write(path.join(home, 'hooks', hook), program, 0o755);
    await write(path.join(home, 'template/hooks', hook), program, 0o755);
  }
}

function hostileEnvironment(home: string): NodeJS.ProcessEnv {
  const touch = `touch ${canary}`;
  return {
    PATH: `${path.join(folder, 'programs')}:${process.env['PATH']}`,
    HOME: home,
    XDG_CONFIG_HOME: path.join(home, 'xdg'),
    GIT_DIR: path.join(home, 'elsewhere'),
    GIT_WORK_TREE: home,
    GIT_INDEX_FILE: path.join(home, 'index'),
    GIT_OBJECT_DIRECTORY: path.join(home, 'objects'),
    GIT_ASKPASS: path.join(home, 'program'),
    SSH_ASKPASS: path.join(home, 'program'),
    GIT_SSH: path.join(home, 'program'),
    GIT_SSH_COMMAND: touch,
    GIT_PROXY_COMMAND: path.join(home, 'program'),
    GIT_EXTERNAL_DIFF: touch,
    GIT_EDITOR: touch,
    GIT_EXEC_PATH: home,
    GIT_TEMPLATE_DIR: path.join(home, 'template'),
    GIT_ALLOW_PROTOCOL: 'ext:file:http',
    GIT_SSL_NO_VERIFY: '1',
    GIT_TRACE: path.join(home, 'trace'),
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_KEY_0: 'core.fsmonitor',
    GIT_CONFIG_VALUE_0: touch,
    GIT_CONFIG_PARAMETERS: `'core.hooksPath'='${home}/hooks'`,
  };
}

describe('an address', () => {
  it.each<[field: 'remote' | 'ref' | 'folder', value: () => string]>([
    ['remote', () => `--upload-pack=touch ${canary}`],
    ['remote', () => `-u./payload`],
    ['remote', () => '-b'],
    ['remote', () => `ext::sh -c touch% ${canary}`],
    ['remote', () => `ext::sh`],
    ['remote', () => `fd::0`],
    ['remote', () => `ssh://-oProxyCommand=touch%20${canary}/x`],
    ['remote', () => `ssh://-oProxyCommand=touch$IFS${canary}/x.git`],
    ['remote', () => `-oProxyCommand=touch${canary}:x`],
    ['remote', () => `git@-oProxyCommand=x:y`],
    ['remote', () => `git@host:-oProxyCommand=x`],
    ['remote', () => `ssh://host/--upload-pack=touch`.replace('/--', '/-')],
    ['remote', () => `file://${server.repositories}/app.git`],
    ['remote', () => `${server.repositories}/app.git`],
    ['remote', () => '../../server/repositories/app.git'],
    ['remote', () => `http://ada:secret@${server.host}/open/app.git`],
    ['remote', () => `http://${server.host}/open/app.git\n--upload-pack=x`],
    ['remote', () => `http://${server.host}/open/app.git%0a%0dhost=evil`],
    ['remote', () => `http://169.254.169.254/latest/x.git`],
    ['remote', () => `http://2852039166/x.git`],
    ['remote', () => `http://[fe80::1]/x.git`],
    ['remote', () => `git://[::ffff:a9fe:a9fe]/x.git`],
    ['remote', () => 'git@169.254.169.254:x'],
    ['ref', () => `--upload-pack=touch ${canary}`],
    ['ref', () => '--upload-pack=touch'],
    ['ref', () => '-b'],
    ['ref', () => 'main\n--upload-pack=touch'],
    ['ref', () => 'main:refs/heads/evil'],
    ['ref', () => '../../../HEAD'],
    ['ref', () => `$(touch ${'x'})`],
    ['ref', () => '^main'],
    ['ref', () => 'main~1'],
    ['ref', () => 'main@{1}'],
    ['ref', () => 'refs/heads/*'],
    ['folder', () => '../../etc'],
    ['folder', () => '/../../etc/passwd'],
    ['folder', () => 'a/../../outside'],
    ['folder', () => 'a\nb'],
    ['folder', () => 'a\0b'],
  ])('whose %s is %s is refused before git hears of it', async (field, value) => {
    await writeFile(log, '');
    const location = { remote: server.url('open', 'app'), ref: 'main', [field]: value() };
    const error = await errorOf(bench.checkout(location));
    expect(['source.invalid', 'source.folderOutside']).toContain(error.code);
    expect((await readFile(log, 'utf8')).replaceAll('--version\n', '')).toBe('');
  });
});

describe('a person’s own configuration', () => {
  it('is not read: no program, no rewriting, no password', async () => {
    const repository = await hostile('plain', {
      file: 'text\n',
      '.gitattributes': '* filter=evil diff=evil merge=evil\n',
    });
    const { root } = await bench.checkout({ remote: server.url('open', 'plain') });
    expect((await filesIn(root))['file']).toBe('text\n');
    const error = await errorOf(bench.checkout({ remote: server.url('private', 'plain') }));
    expect(error.code).toBe('source.unauthorized');
    expect(server.requests.filter(({ authorization }) => authorization !== undefined)).toEqual([]);
    expect(repository.folder).toContain('plain');
  });
});

function hostile(name: string, files: Readonly<Record<string, Content>>): Promise<GitRepository> {
  return makeRepository(path.join(server.repositories, `${name}.git`)).then(async (repository) => {
    await repository.commit('main', files);
    return repository;
  });
}

const program = () => ({ program: `#!/bin/sh\ntouch ${canary}\n` });

describe('a repository', () => {
  it('with hooks, and with the inside of a repository as files, runs nothing', async () => {
    const bare = {
      HEAD: 'ref: refs/heads/main\n',
      config: `[core]\n repositoryformatversion = 0\n bare = false\n worktree = .\n fsmonitor = touch ${canary}\n hooksPath = hooks\n sshCommand = touch ${canary}\n`,
      'objects/x': '',
      'refs/x': '',
      'hooks/post-checkout': program(),
      'hooks/fsmonitor-watchman': program(),
    };
    const inside = Object.fromEntries(Object.entries(bare).map(([name, content]) => [`sub/${name}`, content]));
    await hostile('embedded', { ...bare, ...inside, '.gitconfig': bare.config, '.githooks/post-checkout': program() });
    const { root } = await bench.checkout({ remote: server.url('open', 'embedded'), folder: 'sub' });
    expect(Object.keys(await filesIn(root))).toContain('config');
  });

  it.each(['.git', '.GIT', '.Git ', 'git~1', '.g\u200cit', '.git.'])(
    'with %j in its tree is not written out',
    async (name) => {
      const repository = await hostile(`inner-${Buffer.from(name).toString('hex')}`, { file: 'x' });
      const blob = await git(
        [`--git-dir=${repository.folder}`, 'hash-object', '-w', '--stdin'],
        `[core]\nfsmonitor=touch ${canary}\n`,
      );
      const inner = await git([`--git-dir=${repository.folder}`, 'mktree', '-z'], `100644 blob ${blob}\tconfig\0`);
      const tree = await git([`--git-dir=${repository.folder}`, 'mktree', '-z'], `040000 tree ${inner}\t${name}\0`);
      await repository.ref('refs/heads/main', await repository.git('commit-tree', '-m', 'x', tree));
      const outcome = await bench
        .checkout({ remote: server.url('open', path.basename(repository.folder, '.git')) })
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
    const repository = await hostile('twice', { file: 'x' });
    const here = (args: string[], input: string | Buffer) => git([`--git-dir=${repository.folder}`, ...args], input);
    const evil = await here(['hash-object', '-w', '--stdin'], 'evil\n');
    const link = await here(['hash-object', '-w', '--stdin'], outside);
    const inner = await here(['mktree'], `100644 blob ${evil}\tevil\n`);
    const entry = (mode: string, name: string, id: string) =>
      Buffer.concat([Buffer.from(`${mode} ${name}\0`), Buffer.from(id, 'hex')]);
    for (const order of [
      [entry('120000', 'a', link), entry('40000', 'a', inner)],
      [entry('40000', 'a', inner), entry('120000', 'a', link)],
    ]) {
      const tree = await here(['hash-object', '-w', '-t', 'tree', '--stdin', '--literally'], Buffer.concat(order));
      await repository.ref('refs/heads/main', await repository.git('commit-tree', '-m', 'x', tree));
      await bench.checkout({ remote: server.url('open', 'twice') }).catch(() => undefined);
    }
    expect(Object.keys(await filesIn(outside))).toEqual(Object.keys(before));
  });

  it.each([
    ['dir', { dir: { link: '/etc' } }],
    ['dir', { dir: { link: '../..' } }],
    ['dir/etc', { dir: { link: '/' } }],
    ['a/b/up', { 'a/b/up': { link: '../../..' } }],
    ['one', { one: { link: 'two' }, two: { link: '/etc' } }],
    ['here/../one/x', { one: { link: '/etc' }, here: { link: '.' } }],
    ['up/out', { up: { link: '..' } }],
  ])('whose folder %s is a link that leads outside is refused', async (given, files) => {
    const name = `links-${given.replaceAll('/', '-')}-${Object.keys(files).length}`;
    await hostile(name, { ...files, 'real/file': 'x' });
    const error = await errorOf(bench.checkout({ remote: server.url('open', name), folder: given }));
    expect(['source.folderOutside', 'source.folderNotFound']).toContain(error.code);
    expect(error.params).not.toHaveProperty('folders', expect.stringContaining('passwd'));
    expect(error).toMatchObject({ params: { folder: path.posix.normalize(given) } });
  });

  it('whose links stay inside is fine', async () => {
    await hostile('inside', {
      'real/file': 'x',
      dir: { link: 'real' },
      'a/b': { link: '../dir' },
      git: { link: '.git' },
    });
    const { root } = await bench.checkout({ remote: server.url('open', 'inside'), folder: 'a/b' });
    expect(root).toBe(path.join(bench.destination(), 'real'));
    const error = await errorOf(bench.checkout({ remote: server.url('open', 'inside'), folder: 'git' }));
    expect(error.code).toBe('source.folderNotFound');
  });

  it('with odd names of files comes out as it is', async () => {
    const files = { '-rf': 'a', 'a\nb': 'b', 'a\tb"c': 'c', '$(touch x)': 'd', 'CON ': 'e', 'ü/é': 'f' };
    await hostile('names', files);
    const { root } = await bench.checkout({ remote: server.url('open', 'names') });
    expect(await filesIn(root)).toEqual(files);
  });

  it('of a few kilobytes that would fill the disk with files is refused', async () => {
    const repository = await hostile('bomb', { file: 'x' });
    const here = (args: string[], input: string) => git([`--git-dir=${repository.folder}`, ...args], input);
    let object = `100644 blob ${await here(['hash-object', '-w', '--stdin'], 'boom')}`;
    for (let depth = 0; depth < 10; depth++) {
      const entries = Array.from({ length: 10 }, (_, n) => `${object}\t${n}\n`).join('');
      object = `040000 tree ${await here(['mktree'], entries)}`;
    }
    await repository.ref('refs/heads/main', await repository.git('commit-tree', '-m', 'x', object.split(' ')[2] ?? ''));
    expect(await errorOf(bench.checkout({ remote: server.url('open', 'bomb') }))).toMatchObject({
      code: 'source.tooLarge',
      params: { limit: '5000 files' },
    });
  });

  it('of a few kilobytes that would fill the disk with zeros is refused', async () => {
    await hostile('zeros', { zeros: Buffer.alloc(20_000_000) });
    expect(await errorOf(bench.checkout({ remote: server.url('open', 'zeros') }))).toMatchObject({
      code: 'source.tooLarge',
      params: { limit: '5 MB' },
    });
  });
});

describe('submodules', () => {
  const described = (url: string, more = '', at = 'lib') =>
    `[submodule "lib"]\n\tpath = ${at}\n\turl = ${url}\n${more}`;
  let lib: GitRepository;
  let tip: string;
  beforeAll(async () => {
    lib = await hostile('lib', { 'hooks/post-checkout': program(), file: 'lib\n' });
    tip = await lib.git('rev-parse', 'main');
  });

  it.each<[what: string, gitmodules: () => Content, at: string]>([
    [
      'a carriage return at the end of its path (CVE-2025-48384)',
      () => described(server.url('open', 'lib'), '', '"lib\r"'),
      'lib\r',
    ],
    ['an option for an address (CVE-2018-17456)', () => described(`-u./payload`), 'lib'],
    ['an option for a path', () => described(server.url('open', 'lib'), '', '-u'), '-u'],
    ['a command for an address', () => described(`"ext::sh -c touch% ${canary}"`), 'lib'],
    [
      'a command for an update (CVE-2019-19604)',
      () => described(server.url('open', 'lib'), `\tupdate = !touch ${canary}\n`),
      'lib',
    ],
    ['an ssh option for a host (CVE-2017-1000117)', () => described(`ssh://-oProxyCommand=touch%20${canary}/x`), 'lib'],
    ['a file of this machine (CVE-2022-39253)', () => described(`file://${server.repositories}/lib.git`), 'lib'],
    ['a folder of this machine', () => described(`${server.repositories}/lib.git`), 'lib'],
    ['a line end in its address (CVE-2020-5260)', () => described('"http://127.0.0.1/x%0ahost=evil"'), 'lib'],
    ['cloud metadata for an address', () => described('http://169.254.169.254/x.git'), 'lib'],
    ['a description that is a link', () => ({ link: '../../outside/secret' }), 'lib'],
    ['a description that includes a file', () => `[include]\n\tpath = ${outside}/home/.gitconfig\n`, 'lib'],
    ['no description', () => '', 'lib'],
    ['a description that is none', () => '[submodule\n\0', 'lib'],
  ])('with %s are refused', async (what, gitmodules, at) => {
    const name = `sub-${Buffer.from(what).toString('hex').slice(0, 60)}`;
    await hostile(name, { '.gitmodules': gitmodules(), [at]: { submodule: tip }, payload: program() });
    const error = await errorOf(bench.checkout({ remote: server.url('open', name) }, { submodules: true }));
    expect(['source.submoduleRefused', 'source.invalid', 'source.failed']).toContain(error.code);
  });

  it('with hooks of their own, and through links that other file systems would follow (CVE-2024-32002), run nothing', async () => {
    await hostile('case', {
      '.gitmodules': described(server.url('open', 'lib'), '', 'A/modules/x'),
      a: { link: '.git' },
      'A/modules/x': { submodule: tip },
    });
    const { root } = await bench.checkout({ remote: server.url('open', 'case') }, { submodules: true });
    expect(await filesIn(path.join(root, 'A/modules/x'))).toMatchObject({ file: 'lib\n' });
  });

  it('from outside lead neither into this machine nor into its network', async () => {
    const port = server.host.split(':')[1];
    const proxy = http.createServer((request, response) => {
      const { host, pathname, search } = new URL(request.url ?? '');
      if (host !== 'public.invalid') return void response.writeHead(500).end();
      const { method, headers } = request;
      const onward = http.request({ host: '127.0.0.1', port, path: pathname + search, method, headers }, (answer) => {
        response.writeHead(answer.statusCode ?? 0, answer.headers);
        answer.pipe(response);
      });
      request.pipe(onward);
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    const addresses: Record<string, string> = { 'public.invalid': '203.0.113.7', 'inside.invalid': '10.1.2.3' };
    const behind = await setUpGit({
      environment: { ...process.env, http_proxy: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}` },
      lookUp: async (host) => [addresses[host] ?? '198.51.100.1'],
    });
    for (const [index, url] of [
      `http://127.0.0.1:${port}/open/lib.git`,
      `http://localhost:${port}/open/lib.git`,
      `http://2130706433:${port}/open/lib.git`,
      `http://[::1]:${port}/open/lib.git`,
      `http://inside.invalid/open/lib.git`,
      `git://inside.invalid/lib.git`,
      `git@inside.invalid:lib.git`,
    ].entries()) {
      await hostile(`inward-${index}`, { '.gitmodules': described(url), lib: { submodule: tip } });
      const asked = server.requests.filter(({ path: place }) => place.includes('/lib.git')).length;
      const error = await errorOf(
        behind.checkout({ remote: `http://public.invalid/open/inward-${index}.git` }, { submodules: true }),
      );
      expect(error, url).toMatchObject({
        code: 'source.invalid',
        params: { reason: 'public.invalid must not lead into this network' },
      });
      expect(server.requests.filter(({ path: place }) => place.includes('/lib.git'))).toHaveLength(asked);
    }
    await behind.remove();
    await new Promise((resolve) => proxy.close(resolve));
  });
});

describe('large files', () => {
  const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${'0'.repeat(64)}\nsize 5\n`;
  it.each([
    ['a command', (to: string) => `[lfs]\n\turl = "ext::sh -c touch% ${to}"\n`],
    ['files of this machine', () => `[lfs]\n\turl = file:///etc\n`],
    ['an ssh option', (to: string) => `[lfs]\n\turl = ssh://-oProxyCommand=touch%20${to}/x\n`],
    ['ssh', () => `[lfs]\n\turl = ssh://git@host/x\n`],
    ['metadata', () => `[lfs]\n\turl = http://169.254.169.254/x\n`],
    ['metadata, by the remote', () => `[remote "origin"]\n\tlfsurl = http://169.254.169.254/x\n`],
    [
      'a program for the transfer',
      (to: string) =>
        `[lfs]\n\tstandalonetransferagent = evil\n[lfs "customtransfer.evil"]\n\tpath = touch\n\targs = ${to}\n`,
    ],
  ])('that come by %s are refused', async (what, config) => {
    const name = `lfs-${what.replaceAll(/\W/g, '-')}`;
    await hostile(name, { '.gitattributes': '*.bin filter=lfs\n', '.lfsconfig': config(canary), 'a.bin': pointer });
    const error = await errorOf(bench.checkout({ remote: server.url('open', name) }, { lfs: true }));
    expect(['source.invalid', 'source.lfsFailed']).toContain(error.code);
  });
});
