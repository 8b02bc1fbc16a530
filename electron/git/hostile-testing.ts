// For the tests of hostile addresses and repositories: a person whose configuration runs programs at every turn, and a canary.
import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { type Content, type GitRepository, makeRepository } from '../../scripts/parts/git-repository.ts';
import { type GitServer, startGitServer } from '../../scripts/parts/git-server.ts';
import { which } from '../../scripts/setup/shell.mjs';
import { filesIn, type GitBench, setUpGit } from './git-testing.ts';

export interface HostileBench {
  readonly server: GitServer;
  readonly bench: GitBench;
  /** What a program that must not run would make. */
  readonly canary: string;
  /** A folder that lies outside of every checkout, with the person's home. */
  readonly outside: string;
  /** Every command that git was given, a line each. */
  readonly log: string;
  /** Whether a program ran, and what of the outside is no longer as it was. */
  harm(): Promise<{ readonly ran: boolean; readonly changed: readonly string[] }>;
  /** A repository with one commit. */
  repository(name: string, files: Readonly<Record<string, Content>>): Promise<GitRepository>;
  /** A program that makes the canary. */
  program(): Content;
  stop(): Promise<void>;
}

/** What {@link HostileBench.harm} answers when all is well. */
export const unharmed = { ran: false, changed: [] };

/** Set up before the tests of the file that calls this, and gone after them. To be read within them alone. */
export function hostileBench(): Omit<HostileBench, 'stop'> {
  let made: HostileBench | undefined;
  beforeAll(async () => {
    made = await setUp();
  });
  afterAll(() => made?.stop());
  const there = (): HostileBench => {
    if (made === undefined) throw new Error('no test has begun');
    return made;
  };
  return {
    get server() {
      return there().server;
    },
    get bench() {
      return there().bench;
    },
    get canary() {
      return there().canary;
    },
    get outside() {
      return there().outside;
    },
    get log() {
      return there().log;
    },
    harm: () => there().harm(),
    repository: (name, files) => there().repository(name, files),
    program: () => there().program(),
  };
}

async function setUp(): Promise<HostileBench> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'slipway-git-test-'));
  const server = await startGitServer(path.join(folder, 'server'));
  const [canary, outside, log] = ['canary', 'outside', 'log'].map((name) => path.join(folder, name)) as [
    string,
    string,
    string,
  ];
  const [home, programs] = [path.join(outside, 'home'), path.join(folder, 'programs')];
  await writeHome(home, `touch ${canary}`);
  await write(path.join(outside, 'secret'), 'secret\n');
  await write(path.join(programs, 'git'), `#!/bin/sh\necho "$@" >> '${log}'\nexec ${which('git')} "$@"\n`, 0o755);
  await write(log, '');
  const before = await filesIn(outside);
  const bench = await setUpGit({
    environment: hostileEnvironment(home, programs, `touch ${canary}`),
    limits: { treeFiles: 5_000, treeBytes: 5e6 },
  });
  return {
    server,
    bench,
    canary,
    outside,
    log,
    async harm() {
      const now = await filesIn(outside);
      const names = [...new Set([...Object.keys(before), ...Object.keys(now)])];
      const ran = await stat(canary).then(
        () => true,
        () => false,
      );
      return { ran, changed: names.filter((name) => now[name] !== before[name]) };
    },
    async repository(name, files) {
      const repository = await makeRepository(path.join(server.repositories, `${name}.git`));
      await repository.commit('main', files);
      return repository;
    },
    program: () => ({ program: `#!/bin/sh\ntouch ${canary}\n` }),
    async stop() {
      await server.stop();
      await bench.remove();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function write(file: string, text: string, mode = 0o644): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, text, { mode });
}

/** A person whose configuration runs programs at every turn, and who keeps a password where curl looks for one. */
async function writeHome(home: string, touch: string): Promise<void> {
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

function hostileEnvironment(home: string, programs: string, touch: string): NodeJS.ProcessEnv {
  return {
    PATH: `${programs}:${process.env['PATH']}`,
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
