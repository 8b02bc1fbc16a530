// Where a credential goes, and where it never is (spec: reliability-security K4).
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { git, type GitRepository, makeRepository } from '../../scripts/parts/git-repository.ts';
import { basic, type GitServer, startGitServer } from '../../scripts/parts/git-server.ts';
import { openCredentialSocket } from './credential-socket.ts';
import { errorOf, filesIn, type GitBench, setUpGit, startGitProxy } from './git-testing.ts';

let folder: string;
let server: GitServer;
let bench: GitBench;
let app: GitRepository;
let commit: string;
let secret: { username: string; password: string };

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'slipway-git-test-'));
  server = await startGitServer(folder);
  secret = { username: server.login.user, password: server.login.password };
  app = await makeRepository(path.join(server.repositories, 'app.git'));
  const lib = await makeRepository(path.join(server.repositories, 'lib.git'));
  const tip = await lib.commit('main', { file: 'lib\n' });
  commit = await app.commit('main', {
    '.gitmodules': '[submodule "lib"]\n\tpath = lib\n\turl = ../lib.git\n',
    lib: { submodule: tip },
    file: 'private\n',
  });
  bench = await setUpGit({ credentials: { [server.host]: secret } });
});
afterAll(async () => {
  await server.stop();
  await bench.remove();
  await rm(folder, { recursive: true, force: true });
});

describe('a credential', () => {
  it('is asked for when a server wants one, once, by its host', async () => {
    await bench.checkout({ remote: server.url('open', 'app') });
    expect(bench.asked).toEqual([]);
    expect(await bench.checkout({ remote: server.url('private', 'app') })).toMatchObject({ commit, branch: 'main' });
    expect(bench.asked).toEqual([server.host]);
    expect(server.requests.at(-1)?.authorization).toBe(basic(server.login));
  });

  it('is in no argument, no environment, no file, no line and no address', async () => {
    const forms = [secret.password, encodeURIComponent(secret.password), basic(server.login).slice('Basic '.length)];
    const seen: string[] = [];
    let watching = true;
    const watcher = (async () => {
      while (watching) seen.push(...(await processesOf(process.pid)));
    })();
    const credential = async () => {
      seen.push(...(await processesOf(process.pid))); // while all that asks for it is there
      return secret;
    };
    const { root } = await bench.checkout({ remote: server.url('private', 'app') }, { submodules: true, credential });
    watching = false;
    await watcher;
    expect(seen.some((text) => text.includes('remote-http'))).toBe(true); // it did look
    expect(seen.some((text) => text.includes('credential-cache'))).toBe(true);
    const said = [...seen, ...bench.lines, ...Object.values(await everyFile(bench.folder))].join('\n');
    for (const form of forms) expect(said).not.toContain(form);
    expect(await git(['-C', root, 'remote', 'get-url', 'origin'])).toBe(server.url('private', 'app'));
    expect(await filesIn(root)).toMatchObject({ 'lib/file': 'lib\n' });
  });

  it('that is wrong is told from none', async () => {
    const wrong = await setUpGit({ credentials: { [server.host]: { username: 'ada', password: 'expired-token' } } });
    const error = await errorOf(wrong.checkout({ remote: server.url('private', 'app') }));
    expect(error).toMatchObject({ code: 'source.tokenRefused', params: { host: server.host } });
    expect(JSON.stringify(error)).not.toContain('expired-token');
    const none = await setUpGit();
    expect(await errorOf(none.checkout({ remote: server.url('private', 'app') }))).toMatchObject({
      code: 'source.unauthorized',
      params: { host: server.host },
    });
    await Promise.all([wrong.remove(), none.remove()]);
  });

  it('with a line end in it is not sent', async () => {
    const split = await setUpGit({ credentials: { [server.host]: { username: 'a', password: 'b\nhost=evil' } } });
    const error = await errorOf(split.checkout({ remote: server.url('private', 'app') }));
    expect(error).toMatchObject({ code: 'source.tokenRefused', cause: 'it is not one line' });
    await split.remove();
  });

  it('that can’t be read ends the checkout with the reason', async () => {
    const locked = bench.checkout(
      { remote: server.url('private', 'app') },
      { credential: () => Promise.reject(new Error('locked')) },
    );
    await expect(locked).rejects.toThrow('locked');
  });

  it('is for its own host: a submodule’s host gets its own, and over http none that it didn’t ask for itself', async () => {
    const other = await startGitServer(path.join(folder, 'other'));
    const lib = await makeRepository(path.join(other.repositories, 'lib.git'));
    const tip = await lib.commit('main', { file: 'x' });
    const parent = await makeRepository(path.join(server.repositories, 'parent.git'));
    await parent.commit('main', {
      '.gitmodules': `[submodule "lib"]\n\tpath = lib\n\turl = ${other.url('private', 'lib')}\n`,
      lib: { submodule: tip },
    });
    const both = await setUpGit({ credentials: { [server.host]: secret, [other.host]: secret } });
    const error = await errorOf(both.checkout({ remote: server.url('private', 'parent') }, { submodules: true }));
    // Plain http, and named by a repository instead of a person.
    expect(error).toMatchObject({ code: 'source.unauthorized', params: { host: other.host } });
    expect(error.cause).toMatch(/^submodule lib: /);
    expect(both.asked).toEqual([server.host]);
    expect(other.requests.filter(({ authorization }) => authorization !== undefined)).toEqual([]);
    await both.remove();
    await other.stop();
  });
});

describe('a submodule that is private', () => {
  const described = (url: string) => `[submodule "lib"]\n\tpath = lib\n\turl = ${url}\n`;
  let tip: string;
  let fresh: GitBench;
  beforeAll(async () => {
    const lib = await makeRepository(path.join(server.repositories, 'own-lib.git'));
    tip = await lib.commit('main', { file: 'private lib\n' });
    const names = async (name: string, url: string, commit: string) => {
      const repository = await makeRepository(path.join(server.repositories, `${name}.git`));
      return repository.commit('main', { '.gitmodules': described(url), lib: { submodule: commit } });
    };
    const named = await names('names-it', server.url('private', 'own-lib'), tip);
    await names('names-it-by-ssh', `ssh://git@${server.host.split(':')[0]}:1/own-lib.git`, tip);
    await names('names-who-names-it', server.url('open', 'names-it'), named);
    fresh = await setUpGit({ credentials: { [server.host]: secret } });
  });
  afterAll(() => fresh.remove());

  const checkout = (way: string, name: string, ref?: string) =>
    fresh.checkout({ remote: server.url(way, name), ...(ref === undefined ? {} : { ref }) }, { submodules: true });

  // The third: what a person's own repository names is open to anybody, and so is what that names in turn.
  it.each([
    ['a repository that anybody may read', 'open', 'names-it'],
    ['such a repository over ssh', 'open', 'names-it-by-ssh'],
    ['such a repository that a private one names', 'private', 'names-who-names-it'],
  ])('is not opened with a token or a key for %s', async (_, way, name) => {
    const before = server.requests.length;
    const error = await errorOf(checkout(way, name));
    expect(error).toMatchObject({
      code: 'source.withheld',
      params: { remote: expect.stringContaining('own-lib') as string },
    });
    expect(error.cause).toMatch(/^submodule /);
    const sent = server.requests.slice(before).filter(({ authorization }) => authorization !== undefined);
    expect(sent.filter(({ path: place }) => place.includes('own-lib'))).toEqual([]);
    await expect(readdir(fresh.destination())).rejects.toThrow('ENOENT');
  });

  it('comes with a private repository, and from the cache to nobody else', async () => {
    const { root, commit: named } = await checkout('private', 'names-it');
    expect(await filesIn(root)).toMatchObject({ 'lib/file': 'private lib\n' });
    const asked = server.requests.length;
    // All of it by its id from the cache: that it is private is known there.
    await checkout('private', 'names-it', named);
    expect(server.requests).toHaveLength(asked);
    expect(await errorOf(checkout('open', 'names-it'))).toMatchObject({ code: 'source.withheld' });
  });

  it('is not handed out of the cache to a file from elsewhere', async () => {
    // A server of this machine would be refused anyway: by name this one is somewhere else.
    const proxy = await startGitProxy(server);
    const elsewhere = await setUpGit({
      cacheFolder: fresh.cacheFolder,
      environment: { ...process.env, http_proxy: proxy.url },
      lookUp: async () => ['140.82.112.3'],
    });
    const remote = 'http://public.invalid/private/own-lib.git';
    const known = await elsewhere.checkout({ remote, ref: tip }, { credential: async () => secret });
    expect(known.commit).toBe(tip);
    const none = { reach: 'public' as const, credential: async () => undefined };
    expect(await errorOf(elsewhere.checkout({ remote, ref: tip }, none))).toMatchObject({
      code: 'source.withheld',
      params: { remote },
    });
    // Nor is it fetched for one, and no token is what it lacks.
    expect(await errorOf(elsewhere.checkout({ remote }, none))).toMatchObject({ code: 'source.withheld' });
    await elsewhere.remove();
    await proxy.stop();
  });
});

describe.each(['unix', 'loopback'] as const)('the credential socket (%s)', (way) => {
  const fill = async (
    input: string,
    socket: { settings: readonly (readonly [string, string])[]; env: NodeJS.ProcessEnv },
  ) => {
    const flags = socket.settings.flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    return git([...flags, '-c', 'core.askPass=', 'credential', 'fill'], input, {
      ...socket.env,
      GIT_TERMINAL_PROMPT: '0',
    });
  };

  it('answers git', async () => {
    const requests: unknown[] = [];
    const socket = await openCredentialSocket(async (request) => {
      requests.push(request);
      return { username: 'ada', password: 'p=ss \'w"ord\\' };
    }, way);
    const filled = await fill('protocol=https\nhost=git.example:8443\n\n', socket);
    expect(filled.split('\n')).toEqual(expect.arrayContaining(['username=ada', 'password=p=ss \'w"ord\\']));
    expect(requests).toEqual([{ protocol: 'https', host: 'git.example:8443' }]);
    await socket.close();
  });

  it('says nothing where there is none, and to strangers', async () => {
    const socket = await openCredentialSocket(async () => undefined, way);
    await expect(fill('protocol=https\nhost=git.example\n\n', socket)).rejects.toThrow('could not read Username');
    await socket.close();
    const secretive = await openCredentialSocket(async () => ({ username: 'ada', password: 'x' }), way);
    if (way === 'loopback') {
      const stranger = { ...secretive, env: { SLIPWAY_GIT_WORD: 'guess' } };
      await expect(fill('protocol=https\nhost=git.example\n\n', stranger)).rejects.toThrow('could not read Username');
    }
    await secretive.close();
  });
});

/** Arguments and environment of all processes that this one started, at the moment. */
async function processesOf(pid: number): Promise<readonly string[]> {
  const parents = new Map<string, string>();
  const numbers = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  for (const number of numbers) {
    const stat = await readFile(`/proc/${number}/stat`, 'utf8').catch(() => '');
    parents.set(number, stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1] ?? '');
  }
  const ours = (number: string): boolean => {
    const parent = parents.get(number);
    return parent !== undefined && (parent === String(pid) || ours(parent));
  };
  const texts = numbers
    .filter(ours)
    .flatMap((number) =>
      ['cmdline', 'environ'].map((file) => readFile(`/proc/${number}/${file}`, 'utf8').catch(() => '')),
    );
  return Promise.all(texts);
}

async function everyFile(root: string): Promise<Record<string, string>> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
  return Object.fromEntries(
    await Promise.all(files.map(async (file) => [file, await readFile(file, 'latin1')] as const)),
  );
}
