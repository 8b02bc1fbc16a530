// Tokens of git hosts from the command line, on a real git server that asks for one.
import { randomBytes } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { makeRepository } from '../../scripts/parts/git-repository.ts';
import { basic, type GitServer, startGitServer } from '../../scripts/parts/git-server.ts';
import { putLfsObject } from '../../scripts/parts/lfs-server.ts';
import { type CommandLine, commandLine } from './cli-testing.ts';

const parts = inject('parts');
const image = parts.busybox.open;
const [system] = parts.engines;

let slipway: CommandLine;
let server: GitServer;
let other: GitServer;
const large = randomBytes(50_000);

beforeAll(async () => {
  slipway = await commandLine({ DOCKER_HOST: system.host, SLIPWAY_PASSPHRASE: 'correct horse battery' });
  server = await startGitServer(path.join(slipway.work, 'server'));
  other = await startGitServer(path.join(slipway.work, 'other'));
  const lib = await makeRepository(path.join(server.repositories, 'lib.git'));
  const tip = await lib.commit('main', { word: 'of the submodule\n' });
  const shop = await makeRepository(path.join(server.repositories, 'shop.git'));
  await shop.commit('main', {
    Dockerfile: `FROM ${image}\nCOPY . /src\nRUN cat /src/lib/word && wc -c /src/large.bin\n`,
    '.gitmodules': '[submodule "lib"]\n\tpath = lib\n\turl = ../lib.git\n',
    lib: { submodule: tip },
    '.gitattributes': '*.bin filter=lfs diff=lfs merge=lfs -text\n',
    'large.bin': await putLfsObject(server.lfs, large),
    'acb.yaml': `version: v1.1.0\nsteps:\n  - cmd: ${image} cat lib/word\n`,
  });
  const copy = await makeRepository(path.join(other.repositories, 'shop.git'));
  await copy.commit('main', { Dockerfile: 'FROM scratch\n' });
  const stranger = await makeRepository(path.join(server.repositories, 'stranger.git'));
  await stranger.commit('main', {
    'acb.yaml': `version: v1.1.0\nsteps:\n  - build: -t x ${server.url('private', 'shop')}\n`,
  });
});
afterAll(async () => {
  await Promise.all([server.stop(), other.stop()]);
  await slipway.remove();
});

const login = (place: string, token: string, ...more: string[]) =>
  slipway.run(['git', 'login', place, '--token-stdin', ...more], { stdin: `${token}\n` });

describe('a token of a git host', () => {
  it('is kept, listed without itself, used for its host, and forgotten', async () => {
    const { user, password } = server.login;
    const repository = server.url('private', 'shop');
    const missing = await slipway.run(['build', repository, '-t', 'git-token:1']);
    expect(missing.stderr).toContain(`$ slipway git login ${server.host}`);
    expect(missing.code).toBe(1);

    const kept = await login(`http://${server.host}`, password, '-u', user);
    expect(kept.code).toBe(0);
    expect(await login(server.host, 'for the whole host, shorter than the path')).toMatchObject({ code: 0 });
    expect(await login(`http://${server.host}/private`, password, '-u', user)).toMatchObject({ code: 0 });
    const listed = await slipway.run(['git', 'list']);
    expect(listed.stdout.trim().split('\n').sort()).toEqual([
      `${server.host}\tdummy`,
      `http://${server.host}\t${user}`,
      `http://${server.host}/private\t${user}`,
    ]);

    const tested = await slipway.run(['git', 'test', repository, '--json']);
    expect(tested.events()).toEqual([{ branches: 1, tags: 0, place: `http://${server.host}/private` }]);

    // The repository, its submodule and what it has in LFS, all on the host.
    const built = await slipway.run(['build', repository, '-t', 'git-token:1', '--json']);
    expect(built.code).toBe(0);
    expect(built.stdout).toContain('of the submodule');
    expect(built.stdout).toContain(`${large.length} /src/large.bin`);
    expect(server.requests.filter(({ path: place }) => place.includes('/info/lfs/')).at(-1)?.authorization).toBe(
      basic(server.login),
    );
    const ran = await slipway.run(['run', repository]);
    expect(ran.stderr).toContain('of the submodule');

    // Nowhere in what is kept, shown or listed.
    const forms = [password, encodeURIComponent(password), basic(server.login).slice('Basic '.length)];
    const said = [kept, listed, tested, built, ran].map(({ stdout, stderr }) => stdout + stderr).join('\n');
    const files = await textsBelow(slipway.home);
    for (const form of forms) expect(`${said}${files}`).not.toContain(form);

    for (const place of [`http://${server.host}/private`, `http://${server.host}`, server.host])
      expect(await slipway.run(['git', 'logout', place])).toMatchObject({ code: 0 });
    expect((await slipway.run(['git', 'list'])).stdout).toBe('');
    expect((await slipway.run(['git', 'logout', server.host])).code).toBe(2);
  });

  it('goes to no other host, wherever its own one leads', async () => {
    const { user, password } = server.login;
    expect(await login(server.host, password, '-u', user)).toMatchObject({ code: 0 });
    server.redirectTo = `${other.url('private', 'shop')}/info/refs?service=git-upload-pack`;
    const { stderr, code } = await slipway.run(['build', server.url('redirect/to', 'shop'), '-t', 'git-token:2']);
    expect(code).toBe(1);
    expect(stderr).toContain(other.host);
    // A token for the other host would not be sent there either, so none is offered.
    expect(stderr).not.toContain('slipway git login');
    expect(other.requests.length).toBeGreaterThan(0);
    expect(other.requests.filter(({ authorization }) => authorization !== undefined)).toEqual([]);
    await slipway.run(['git', 'logout', server.host]);
  });

  it('opens nothing that a stranger’s file names', async () => {
    const { user, password } = server.login;
    expect(await login(server.host, password, '-u', user)).toMatchObject({ code: 0 });
    const before = server.requests.filter(({ authorization }) => authorization !== undefined).length;
    const { code } = await slipway.run(['run', server.url('open', 'stranger')]);
    expect(code).toBe(1);
    expect(server.requests.filter(({ authorization }) => authorization !== undefined)).toHaveLength(before);
    await slipway.run(['git', 'logout', server.host]);
  });

  it.each<[what: string, way: string, token: string | undefined, told: RegExp, hinted: boolean]>([
    ['none', 'private', undefined, /asks for a token/, true],
    ['a wrong one', 'private', 'expired', /not accepted/, true],
    ['one without the right', 'status/403', 'any', /may not read/, true],
    ['one, and there is no such repository', 'status/404', 'any', /no such repository/, true],
    ['one, and the host fails', 'status/503', 'any', /503/, false],
  ])('%s: said as what it is', async (_, way, token, told, hinted) => {
    if (token !== undefined) await login(server.host, token);
    const { stderr, code } = await slipway.run(['build', server.url(way, 'shop'), '-t', 'git-token:3']);
    expect(stderr).toMatch(told);
    expect(stderr.includes(`slipway git login ${server.host}`)).toBe(hinted);
    expect(code).toBe(1);
    if (token !== undefined) await slipway.run(['git', 'logout', server.host]);
  });

  it.each([
    ['ssh://git@host', 'token'],
    ['https://user:hunter22@host', 'token'],
    ['host', ''],
    ['host', 'two\nlines'],
  ])('for %j with %j is refused', async (place, token) => {
    const { stderr, code } = await login(place, token);
    expect(code).not.toBe(0);
    expect(stderr).not.toContain('hunter22');
    expect((await slipway.run(['git', 'list'])).stdout).toBe('');
  });
});

/** All files as text, whatever they hold. */
async function textsBelow(folder: string): Promise<string> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
  return (await Promise.all(files.map((file) => readFile(file, 'latin1')))).join('\n');
}
