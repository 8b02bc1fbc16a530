import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { makeRepository } from '../../scripts/parts/git-repository.ts';
import { type GitServer, startGitServer } from '../../scripts/parts/git-server.ts';
import { tar } from '../../scripts/parts/tar.ts';
import { type ScriptedServer, startServer } from '../http/server-testing.ts';
import { digestOf, pushArtifact } from '../sources/artifact-testing.ts';
import { type CommandLine, commandLine } from './cli-testing.ts';

const parts = inject('parts');
const image = parts.busybox.open;
const [system] = parts.engines;

describe.each(parts.engines)('source from git on Docker Engine $name', (engine) => {
  let slipway: CommandLine;
  let server: GitServer;
  let commits: { readonly first: string; readonly main: string; readonly sub: string };

  beforeAll(async () => {
    slipway = await commandLine({ DOCKER_HOST: engine.host });
    server = await startGitServer(path.join(slipway.work, 'server'));
    const shop = await makeRepository(path.join(server.repositories, 'shop.git'));
    const dockerfile = (word: string) => `FROM ${image}\nCOPY . /src\nRUN cat /src/word && echo built ${word}\n`;
    const first = await shop.commit('main', { Dockerfile: dockerfile('first'), word: 'one\n' });
    await shop.ref('refs/tags/v1', first);
    const sub = await shop.commit(
      'work',
      {
        'web/Dockerfile': dockerfile('web'),
        'web/word': 'sub\n',
        'web/tasks/acb.yaml': `version: v1.1.0\nsteps:\n  - cmd: ${image} sh -c 'cat word; echo {{.Values.greeting}}'\n`,
        'web/tasks/values.yaml': 'greeting: from the values of the folder\n',
        'values.yaml': 'greeting: from the values of the root\n',
      },
      { onto: first },
    );
    const main = await shop.commit('main', {
      Dockerfile: dockerfile('main'),
      word: 'two\n',
      'acb.yaml': `version: v1.1.0\nsteps:\n  - cmd: ${image} sh -c 'cat word; echo $Commit on $Branch'\n`,
      escape: { link: '/etc/passwd' },
      'out.Dockerfile': { link: '/etc/passwd' },
    });
    commits = { first, main, sub };
  });
  afterAll(async () => {
    await server.stop();
    await slipway.remove();
  });

  it.each<[fragment: string, source: () => object, printed: RegExp, tag: (commit: string) => string]>([
    ['', () => ({ commit: commits.main, branch: 'main' }), /built main/, (commit) => `git:bmain-${commit}`],
    ['#v1', () => ({ commit: commits.first, tag: 'v1' }), /built first/, (commit) => `git:b-${commit}`],
    ['#work:web', () => ({ commit: commits.sub, branch: 'work', folder: 'web' }), /built web/, (c) => `git:bwork-${c}`],
  ])('builds %j, and records what it was', async (fragment, source, printed, tag) => {
    const context = `${server.url('open', 'shop')}${fragment}`;
    const { stderr, code } = await slipway.run(['build', context, '-t', 'git:b{{.Run.Branch}}-$Commit']);
    expect(stderr).toMatch(printed);
    const { runId } = /Run (?<runId>ca\w+) succeeded/.exec(stderr)?.groups ?? {};
    const run = await slipway.show(runId ?? '');
    const expected = source() as { readonly commit: string };
    expect(run.source).toEqual({ kind: 'git', remote: server.url('open', 'shop'), ...expected });
    expect(run.images).toEqual([tag(expected.commit)]);
    expect(run.dependencies[0]?.git).toEqual({ 'git-head-revision': expected.commit });
    expect(code).toBe(0);
    // What was fetched for the run is gone with it.
    expect(await readdir(path.join(slipway.home, 'runs', run.runId, 'contexts')).catch(() => [])).toEqual([]);
  });

  it('runs the task file of a repository, with the repository as its workspace', async () => {
    const { stderr, code } = await slipway.run(['run', server.url('open', 'shop'), '-f', 'acb.yaml']);
    expect(stderr).toContain(`two\n${commits.main} on main`);
    expect(code).toBe(0);
  });

  it('takes a folder of it as the workspace, and the files that are named from there', async () => {
    const inside = ['-f', 'tasks/acb.yaml', '--values', 'tasks/values.yaml'];
    const { stderr, code } = await slipway.run(['run', `${server.url('open', 'shop')}#work:web`, ...inside]);
    expect(stderr).toContain('sub\nfrom the values of the folder\n');
    expect(code).toBe(0);
  });

  it('signs in with what stands in the address, and keeps it to itself', async () => {
    const { user, password } = server.login;
    const address = new URL(server.url('private', 'shop'));
    address.username = user;
    address.password = password;
    const { stderr, stdout, code } = await slipway.run(['build', address.href, '-t', 'git-private:1', '--json']);
    expect(code).toBe(0);
    const runId = /"runId":"(ca\w+)"/.exec(stdout)?.[1] ?? '';
    expect((await slipway.show(runId)).request).toMatchObject({ build: { context: server.url('private', 'shop') } });
    const forms = [password, encodeURIComponent(password), address.password];
    const log = await readFile(path.join(slipway.home, 'runs', runId, 'logs/run.log'), 'utf8');
    for (const form of forms) expect(`${stderr}${stdout}${log}`).not.toContain(form);
  });

  it('builds a step of a task from a repository', async () => {
    const context = await slipway.folder('remote-step', {
      'acb.yaml': `version: v1.1.0\nsteps:\n  - build: -t git-step:$ID ${server.url('open', 'shop')}#v1\n`,
    });
    const { stderr, code } = await slipway.run(['run', context]);
    expect(stderr).toContain('built first');
    expect(code).toBe(0);
  });

  it.each<[what: string, args: () => readonly string[], told: RegExp, code: number]>([
    [
      'a branch that is not there, with names that are near',
      () => ['build', `${server.url('open', 'shop')}#mian`],
      /mian[^]*main/,
      1,
    ],
    ['a repository that wants a token', () => ['build', server.url('private', 'shop')], /401|token|sign/i, 1],
    ['a repository that is not there', () => ['build', server.url('open', 'nothing')], /nothing/, 1],
    ['a folder that is not there', () => ['build', `${server.url('open', 'shop')}#:nope`], /nope/, 1],
    [
      'a Dockerfile that leads out',
      () => ['build', server.url('open', 'shop'), '-f', 'out.Dockerfile'],
      /out\.Docker/,
      1,
    ],
    ['a task file that leads out', () => ['run', server.url('open', 'shop'), '-f', 'escape'], /escape/, 2],
    ['a task file above', () => ['run', server.url('open', 'shop'), '-f', '../../../etc/passwd'], /etc\/passwd/, 2],
    ['a scheme of nobody', () => ['build', 'ftp://h/x.tar'], /ftp/, 2],
    ['no source at all', () => ['build', '/dev/null'], /source/, 2],
  ])('refuses %s', async (_, args, told, code) => {
    const ended = await slipway.run(args());
    expect(ended.stderr).toMatch(told);
    expect(ended.stderr).not.toContain('root:x:0');
    expect(ended.code).toBe(code);
  });

  it('leaves nothing of a fetch that was killed', async () => {
    const build = slipway.start(['build', server.url('silent', 'shop'), '--json']);
    const runId = /"runId":"(ca\w+)"/.exec(await build.line(/run\.created/))?.[1] ?? '';
    const contexts = path.join(slipway.home, 'runs', runId, 'contexts');
    await expect.poll(() => readdir(contexts).catch(() => []), { timeout: 30_000 }).not.toEqual([]);
    build.signal('SIGKILL');
    await build.ended;
    expect(await slipway.show(runId)).toMatchObject({ status: 'Error', error: { code: 'run.interrupted' } });
    await expect(readdir(contexts)).rejects.toThrow('ENOENT');
  });

  it('leads a stranger’s file nowhere into this network', async () => {
    const repository = await makeRepository(path.join(server.repositories, 'stranger.git'));
    await repository.commit('main', {
      'acb.yaml': `version: v1.1.0\nsteps:\n  - build: -t x ${server.url('open', 'shop')}\n`,
    });
    const { stderr, code } = await slipway.run(['run', server.url('open', 'stranger'), '-f', 'acb.yaml']);
    expect(stderr).toContain('must not lead into this network');
    expect(code).toBe(1);
  });
});

describe.each(parts.engines)('a Dockerfile from standard input on Docker Engine $name', (engine) => {
  let slipway: CommandLine;
  let server: GitServer;
  let files: ScriptedServer;
  const repository = `cli-input/${process.pid}-${engine.name}`.replaceAll(/[^a-z0-9/-]/g, '-');
  const reference = `${parts.registries.open.host}/${repository}:v1`;
  beforeAll(async () => {
    slipway = await commandLine({ DOCKER_HOST: engine.host });
    // Their own Dockerfiles are not asked for.
    const packed = gzipSync(
      tar([
        { name: 'word', content: 'of the archive\n' },
        { name: 'Dockerfile', content: 'FROM nothing' },
      ]),
    );
    files = await startServer((_, response) => void response.end(packed));
    await pushArtifact(parts.registries.open, repository, 'v1', [
      { title: 'word', content: 'of the artifact\n' },
      { title: 'Dockerfile', content: 'FROM nothing' },
    ]);
    server = await startGitServer(path.join(slipway.work, 'server'));
    const shop = await makeRepository(path.join(server.repositories, 'shop.git'));
    await shop.commit('main', {
      word: 'of the repository\n',
      Dockerfile: `FROM ${image}\nRUN echo nobody asked for this\n`,
      'bad.Dockerfile': `FROM ${image}\n# the one that fails\nRUN exit 7\n`,
    });
  });
  afterAll(async () => {
    await Promise.all([server.stop(), files.stop()]);
    await slipway.remove();
  });

  it.each<[what: string, context: () => Promise<string>, lines: string, printed: string]>([
    ['none', async () => '/dev/null', 'RUN echo "without $((20 + 3)) files"', 'without 23 files'],
    ['none as Windows writes it', async () => 'NUL', 'RUN echo "without $((20 + 4)) files"', 'without 24 files'],
    [
      'a folder',
      () => slipway.folder('of input', { word: 'of the folder\n', Dockerfile: 'FROM nothing' }),
      'COPY word /\nRUN cat /word',
      'of the folder',
    ],
    ['a repository', async () => server.url('open', 'shop'), 'COPY word /\nRUN cat /word', 'of the repository'],
    ['an archive', async () => `${files.url}/ctx.tgz`, 'COPY word /\nRUN cat /word', 'of the archive'],
    ['an artifact', async () => `oci://${reference}`, 'COPY word /\nRUN cat /word', 'of the artifact'],
  ])('builds %s, and again', async (_, context, lines, printed) => {
    const stdin = `FROM ${image}\n${lines}\n`;
    const { stderr, code } = await slipway.run(['build', '-f', '-', await context(), '-t', 'input:$ID'], { stdin });
    expect(stderr).toContain(printed);
    expect(code).toBe(0);
    const runId = /Run (ca\w+) succeeded/.exec(stderr)?.[1] ?? '';
    expect((await slipway.show(runId)).request).toMatchObject({ build: { inlineDockerfile: { text: stdin } } });
    const again = await slipway.run(['runs', 'rerun', runId]);
    // What it prints was printed: the engine has it.
    expect(again.stderr).toContain('load build definition from Dockerfile (from standard input)');
    expect(again.code).toBe(0);
    expect(await readdir(path.join(slipway.home, 'runs', runId, 'contexts')).catch(() => [])).toEqual([]);
  });

  it('names it where it fails', async () => {
    const stdin = `FROM ${image}\n\nRUN exit 3\n`;
    const { stderr, code } = await slipway.run(['build', '-f', '-', '/dev/null'], { stdin });
    expect(stderr).toContain('error: Dockerfile (from standard input):3');
    expect(code).toBe(1);
  });

  it('keeps that of a repository which fails, for its lines to be shown', async () => {
    const failed = await slipway.run(['build', server.url('open', 'shop'), '-f', 'bad.Dockerfile', '--json']);
    expect(failed.code).toBe(1);
    const runId = /"runId":"(ca\w+)"/.exec(failed.stdout)?.[1] ?? '';
    const folder = path.join(slipway.home, 'runs', runId);
    expect(await readFile(path.join(folder, 'failed.Dockerfile'), 'utf8')).toContain('# the one that fails');
    expect(await readdir(path.join(folder, 'contexts')).catch(() => [])).toEqual([]);
  });

  it.each([
    ['nothing', ''],
    ['more than is kept', `FROM scratch\n${'#'.repeat(262_144)}`],
  ])('refuses %s', async (_, stdin) => {
    const { stderr, code } = await slipway.run(['build', '-f', '-', '/dev/null'], { stdin });
    expect(stderr).toContain('standard input');
    expect(code).toBe(2);
  });
});

describe('source that is downloaded', () => {
  let slipway: CommandLine;
  const files = (word: string) => [
    { name: 'Dockerfile', content: `FROM ${image}\nCOPY . /src\nRUN cat /src/word\n` },
    { name: 'word', content: word },
    { name: 'acb.yaml', content: `version: v1.1.0\nsteps:\n  - cmd: ${image} cat word\n` },
  ];
  const packed = gzipSync(tar(files('from afar')));

  beforeAll(async () => {
    slipway = await commandLine({ DOCKER_HOST: system.host, SLIPWAY_PASSPHRASE: 'a passphrase for tests' });
  });
  afterAll(() => slipway.remove());

  it('builds a tarball, and keeps the signature of its address out of the log', async () => {
    const server = await startServer((request, response) => {
      if (request.url === '/ctx.tgz?sas=s3cret-signature') response.end(packed);
      else response.writeHead(404).end();
    });
    try {
      const address = `${server.url}/ctx.tgz?sas=s3cret-signature`;
      const { stderr, code } = await slipway.run(['build', address, '-t', 'tarball:$ID']);
      expect(stderr).toContain('from afar');
      expect(stderr).not.toContain('s3cret');
      expect(code).toBe(0);
      const runId = /Run (ca\w+) succeeded/.exec(stderr)?.[1] ?? '';
      const { source, request } = await slipway.show(runId);
      expect(request).toMatchObject({ build: { context: `${server.url}/ctx.tgz` } });
      for (const name of await readdir(slipway.home))
        if (name.startsWith('slipway.db'))
          expect(await readFile(path.join(slipway.home, name), 'latin1')).not.toContain('s3cret');
      // Sealed, it is there when the run is run again.
      const again = await slipway.run(['runs', 'rerun', runId]);
      expect(again.stderr).not.toContain('s3cret');
      expect(again.code).toBe(0);
      expect(source).toEqual({
        kind: 'archive',
        url: expect.stringContaining('/ctx.tgz') as unknown,
        digest: digestOf(packed),
      });
      const ran = await slipway.run(['run', address, '-f', 'acb.yaml']);
      expect(ran.stderr).toContain('from afar');
      expect(`${ran.stderr}${ran.stdout}`).not.toContain('s3cret');
      expect(ran.code).toBe(0);
      const step = await slipway.folder('tarball-step', {
        'acb.yaml': `version: v1.1.0\nsteps:\n  - build: -t tarball-step:$ID ${address}\n`,
      });
      const stepped = await slipway.run(['run', step]);
      expect(stepped.stderr).toContain('cat /src/word');
      expect(stepped.code).toBe(0);
      const gone = await slipway.run(['build', `${server.url}/none.tgz`, '-t', 'tarball:none']);
      expect(gone.stderr).toContain('404');
      expect(gone.code).toBe(1);
    } finally {
      await server.stop();
    }
  });

  it('builds an OCI artifact', async () => {
    const { open } = parts.registries;
    const repository = `cli-sources/${process.pid}`;
    await pushArtifact(
      open,
      repository,
      'v1',
      files('from a registry').map(({ name, content }) => ({ title: name, content })),
    );
    const reference = `${open.host}/${repository}:v1`;
    const { stderr, code } = await slipway.run(['build', `oci://${reference}`, '-t', 'artifact:$ID']);
    expect(stderr).toContain('from a registry');
    expect(code).toBe(0);
    const { source } = await slipway.show(/Run (ca\w+) succeeded/.exec(stderr)?.[1] ?? '');
    expect(source).toMatchObject({ kind: 'artifact', reference });
    const ran = await slipway.run(['run', `oci://${reference}`, '-f', 'acb.yaml']);
    expect(ran.stderr).toContain('from a registry');
    expect(ran.code).toBe(0);
    const step = await slipway.folder('artifact-step', {
      'acb.yaml': `version: v1.1.0\nsteps:\n  - build: -t artifact-step:$ID oci://${reference}\n`,
    });
    const stepped = await slipway.run(['run', step]);
    expect(stepped.stderr).toContain('cat /src/word');
    expect(stepped.code).toBe(0);
  });
});
