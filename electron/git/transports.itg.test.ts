// The ways to a repository, and what each says when it goes wrong.
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import http from 'node:http';
import net, { type AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import tls from 'node:tls';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { git, type GitRepository, makeRepository } from '../../scripts/parts/git-repository.ts';
import { type GitDaemon, type GitServer, startGitDaemon, startGitServer } from '../../scripts/parts/git-server.ts';
import { type SshServer, startSshServer } from '../../scripts/parts/ssh-server.ts';
import { errorOf, filesIn, type GitBench, never, setUpGit } from './git-testing.ts';

let folder: string;
let server: GitServer;
let daemon: GitDaemon;
let ssh: SshServer;
let bench: GitBench;
let app: GitRepository;
let first: string;
let second: string;

const withPath = (programs: string) => ({ ...process.env, PATH: `${programs}:${process.env['PATH']}` });

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'slipway-git-test-'));
  server = await startGitServer(folder);
  daemon = await startGitDaemon(server.repositories, path.join(folder, 'daemon.log'));
  ssh = await startSshServer(path.join(folder, 'ssh'), server.repositories);
  const credentials = { [server.host]: { username: server.login.user, password: server.login.password } };
  bench = await setUpGit({ environment: withPath(ssh.programs), credentials });
  app = await makeRepository(path.join(server.repositories, 'app.git'));
  first = await app.commit('main', { file: 'first\n' });
  second = await app.commit('main', { file: 'second\n' });
  const large = await makeRepository(path.join(server.repositories, 'large.git'));
  await large.commit('main', { noise: randomBytes(200_000) });
  await app.annotate('v1', first);
  await app.commit('other', { file: 'other\n' });
  await app.git('update-server-info');
  await app.git('repack', '-adq');
  await app.git('update-server-info');
});
afterAll(async () => {
  await Promise.all([server.stop(), daemon.stop(), ssh.stop()]);
  await bench.remove();
  await rm(folder, { recursive: true, force: true });
});

describe('a repository over', () => {
  it.each<[way: string, remote: () => string]>([
    ['http with the second protocol', () => server.url('open', 'app')],
    ['http with the first protocol', () => server.url('first', 'app')],
    ['http with a password', () => server.url('private', 'app')],
    ['http as Azure DevOps shapes it', () => server.url('devops', 'app')],
    ['http as plain files', () => server.url('files', 'app')],
    ['http, redirected', () => server.url('redirect/open', 'app')],
    ['http, redirected to where a password is asked for', () => server.url('redirect/private', 'app')],
    ['git’s own daemon', () => daemon.url('app')],
    ['ssh', () => `ssh://git@127.0.0.1:${ssh.port}/app.git`],
  ])('%s: default branch, branch, tag, ids', async (_way, remote) => {
    expect(await bench.checkout({ remote: remote() })).toMatchObject({ commit: second, branch: 'main' });
    expect(await filesIn(bench.destination())).toEqual({ file: 'second\n' });
    expect(await bench.checkout({ remote: remote(), ref: 'other' })).toMatchObject({ branch: 'other' });
    expect(await bench.checkout({ remote: remote(), ref: 'v1' })).toMatchObject({ commit: first, tag: 'v1' });
    expect(await bench.checkout({ remote: remote(), ref: first.slice(0, 8) })).toMatchObject({ commit: first });
    expect(await bench.checkout({ remote: remote(), ref: first })).toMatchObject({ commit: first });
    expect(await git(['-C', bench.destination(), 'status', '--porcelain'])).toBe('');
    expect(await errorOf(bench.checkout({ remote: remote(), ref: 'fisrt' }))).toMatchObject({
      code: 'source.refNotFound',
    });
    expect(await errorOf(bench.checkout({ remote: remote(), ref: 'deadbeef'.repeat(5) }))).toMatchObject({
      code: 'source.commitNotFound',
    });
  });

  it.each([
    ['refuses all but its refs', []],
    ['gives what a ref leads to', ['uploadpack.allowReachableSHA1InWant']],
    ['gives anything', ['uploadpack.allowAnySHA1InWant']],
    ['gives the tips of hidden refs', ['uploadpack.allowTipSHA1InWant']],
    ['can leave files out', ['uploadpack.allowFilter', 'uploadpack.allowAnySHA1InWant']],
  ])('the first protocol, whose server %s: a whole id and its beginning', async (_what, settings) => {
    for (const setting of settings) await app.git('config', setting, 'true');
    const fresh = await setUpGit();
    const remote = server.url('first', 'app');
    expect(await fresh.checkout({ remote, ref: first.slice(0, 8) })).toMatchObject({ commit: first });
    expect(await fresh.checkout({ remote, ref: first })).toMatchObject({ commit: first });
    expect(await filesIn(fresh.destination())).toEqual({ file: 'first\n' });
    for (const setting of settings) await app.git('config', '--unset', setting);
    await fresh.remove();
  });

  it('ssh takes user@host:path too', async () => {
    await bench.checkout({ remote: `ssh://git@127.0.0.1:${ssh.port}/app.git` });
    expect(ssh.commands.at(-1)).toBe("git-upload-pack '/app.git'");
    // Port 22 of this machine: whatever is there, ssh was asked for it.
    const error = await errorOf(bench.checkout({ remote: 'git@nowhere.invalid:app.git' }));
    expect(error).toMatchObject({ code: 'source.hostUnknown', params: { host: 'nowhere.invalid' } });
  });
});

describe('what goes wrong:', () => {
  it.each<[what: string, remote: () => string, code: string]>([
    [
      '401 and no token',
      () => server.url('private', 'app').replace(server.host, `localhost:${server.host.split(':')[1]}`),
      'source.unauthorized',
    ],
    ['401 for a token', () => server.url('status/401', 'app'), 'source.tokenRefused'],
    ['403', () => server.url('status/403', 'app'), 'source.forbidden'],
    ['404', () => server.url('status/404', 'app'), 'source.notFound'],
    ['410', () => server.url('status/410', 'app'), 'source.notFound'],
    ['no such repository', () => server.url('open', 'none'), 'source.notFound'],
    ['429', () => server.url('limited', 'app'), 'source.serverFailed'],
    ['500', () => server.url('status/500', 'app'), 'source.serverFailed'],
    ['503', () => server.url('status/503', 'app'), 'source.serverFailed'],
    ['a web page', () => server.url('page', 'app'), 'source.notARepository'],
    ['an answer that breaks off', () => server.url('cut', 'large'), 'source.unreachable'],
    ['nobody there', () => 'http://127.0.0.1:1/app.git', 'source.unreachable'],
    ['no such host', () => 'http://nowhere.invalid/app.git', 'source.hostUnknown'],
    ['no TLS where TLS is asked for', () => server.url('open', 'app').replace('http:', 'https:'), 'source.untrusted'],
    ['no repository at git’s daemon', () => daemon.url('none'), 'source.notFound'],
    ['nobody at git’s port', () => 'git://127.0.0.1:1/app.git', 'source.unreachable'],
    ['no such host for git’s daemon', () => 'git://nowhere.invalid/app.git', 'source.hostUnknown'],
    ['nobody at ssh’s port', () => 'ssh://git@127.0.0.1:1/app.git', 'source.unreachable'],
    ['no repository over ssh', () => `ssh://git@127.0.0.1:${ssh.port}/none.git`, 'source.notARepository'],
  ])('%s', async (_what, remote, code) => {
    const error = await errorOf(bench.checkout({ remote: remote() }));
    expect(error).toMatchObject({ code, params: { host: expect.any(String) as unknown } });
    expect(error.cause).not.toBe('');
  });

  it('an ssh host that nobody has compared, and a key that isn’t there', async () => {
    const remote = `ssh://git@127.0.0.1:${ssh.port}/app.git`;
    const stranger = await setUpGit({ environment: withPath(ssh.programsOfStranger) });
    expect((await errorOf(stranger.checkout({ remote }))).code).toBe('source.untrusted');
    const keyless = await setUpGit({ environment: withPath(ssh.programsWithoutKey) });
    expect((await errorOf(keyless.checkout({ remote }))).code).toBe('source.tokenRefused');
    await Promise.all([stranger.remove(), keyless.remove()]);
  });

  it('no git', async () => {
    const without = await setUpGit({ environment: { PATH: folder } });
    expect(await errorOf(without.checkout({ remote: server.url('open', 'app') }))).toMatchObject({
      code: 'source.gitNotFound',
      fixes: [{ kind: 'copyCommand' }, { kind: 'retry' }],
    });
    await without.remove();
  });

  it.each([
    ['http', () => server.url('silent', 'app')],
    ['git', () => `git://127.0.0.1:${(mute.address() as AddressInfo).port}/app.git`],
  ])('a server that is silent (%s)', async (_scheme, remote) => {
    const impatient = await setUpGit({ limits: { silenceMs: 200 } });
    expect(await errorOf(impatient.checkout({ remote: remote() }))).toMatchObject({
      code: 'source.timeout',
      params: { seconds: 0.2 },
    });
    await impatient.remove();
  });

  it('more bytes than are allowed', async () => {
    const small = await setUpGit({ limits: { fetchBytes: 10_000 } });
    const remote = server.url('open', 'large');
    expect(await errorOf(small.checkout({ remote }))).toMatchObject({
      code: 'source.tooLarge',
      params: { limit: '10000 B' },
    });
    // Nothing of it stays: the next time it is as large.
    expect(await errorOf(small.checkout({ remote }))).toMatchObject({ code: 'source.tooLarge' });
    await small.remove();
  });

  it('no server that speaks git first and hands out plain files then', async () => {
    const turning = await makeRepository(path.join(server.repositories, 'turning.git'));
    const commit = await turning.commit('main', { file: '1' });
    await turning.git('config', 'uploadpack.allowFilter', 'true');
    const fresh = await setUpGit();
    const remote = server.url('turning', 'turning');
    expect(await fresh.checkout({ remote, ref: commit.slice(0, 8) })).toMatchObject({ commit });
    const next = await turning.commit('main', { file: '2' });
    await turning.git('update-server-info');
    server.gitRequests = 4; // a branch and a tag are asked for before
    expect(await fresh.checkout({ remote, ref: next.slice(0, 8) })).toMatchObject({ commit: next });
    await fresh.remove();
  });

  it('a checkout is given up, and no process of it is left', async () => {
    const controller = new AbortController();
    const before = server.requests.length;
    const going = errorless(bench.checkout({ remote: server.url('silent', 'app') }, {}, controller.signal));
    await expect.poll(() => server.requests.length, { timeout: 20_000 }).toBeGreaterThan(before);
    controller.abort(new Error('enough'));
    expect(await going).toMatchObject({ message: 'enough' });
    expect(await processesNaming(server.url('silent', 'app'))).toEqual([]);
  });
});

const mute = net.createServer((socket) => socket.on('error', () => undefined));
beforeAll(() => new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve)));
afterAll(() => mute.close());

describe('a redirect', () => {
  it.each<[to: () => string, code: string]>([
    [() => 'http://169.254.169.254/app.git/info/refs?service=git-upload-pack', 'source.invalid'],
    [() => 'http://[::ffff:169.254.169.254]/app.git/info/refs?service=git-upload-pack', 'source.invalid'],
    [() => 'file:///etc/info/refs', 'source.invalid'],
    [() => 'ftp://127.0.0.1/app.git/info/refs', 'source.invalid'],
    [() => `${server.url('page', 'app')}`, 'source.notARepository'],
    [() => `http://${server.host}/redirect/to/app.git/info/refs?service=git-upload-pack`, 'source.notARepository'],
    [() => `http://${server.host}/_signin?reply_to=x`, 'source.unauthorized'],
    [() => 'nonsense', 'source.notARepository'],
    [() => '', 'source.notARepository'],
  ])('to %s is not followed', async (to, code) => {
    server.redirectTo = to();
    const error = await errorOf(bench.checkout({ remote: server.url('redirect/to', 'app') }));
    expect(error.code).toBe(code);
  });

  it('to a repository whose name is that of a sign-in page is followed', async () => {
    const repository = await makeRepository(path.join(server.repositories, 'login-service.git'));
    const commit = await repository.commit('main', { file: 'moved\n' });
    server.redirectTo = `${server.url('open', 'login-service')}/info/refs?service=git-upload-pack`;
    const before = bench.lines.length;
    expect(await bench.checkout({ remote: server.url('redirect/to', 'app') })).toMatchObject({ commit });
    // Advice to whoever types commands is nobody's here.
    expect(bench.lines.slice(before).filter((line) => line.startsWith('warning:'))).toEqual([]);
  });

  it('to another host gets no credential', async () => {
    const other = await startGitServer(path.join(folder, 'other'));
    const repository = await makeRepository(path.join(other.repositories, 'app.git'));
    const commit = await repository.commit('main', { file: 'elsewhere\n' });
    server.redirectTo = `${other.url('open', 'app')}/info/refs?service=git-upload-pack`;
    expect(await bench.checkout({ remote: server.url('redirect/to', 'app') })).toMatchObject({ commit });
    server.redirectTo = `${other.url('private', 'app')}/info/refs?service=git-upload-pack`;
    const error = await errorOf(bench.checkout({ remote: server.url('redirect/to', 'app') }));
    expect(error).toMatchObject({ code: 'source.unauthorized', params: { host: other.host } });
    expect(other.requests.filter(({ authorization }) => authorization !== undefined)).toEqual([]);
    await other.stop();
  });
});

it('goes through the proxy that the environment names', async () => {
  const through: string[] = [];
  const proxy = http.createServer((request, response) => {
    through.push(request.url ?? '');
    const { pathname, search } = new URL(request.url ?? '');
    const onward = http.request(
      {
        host: '127.0.0.1',
        port: server.host.split(':')[1],
        path: pathname + search,
        method: request.method,
        headers: request.headers,
      },
      (answer) => {
        response.writeHead(answer.statusCode ?? 0, answer.headers);
        answer.pipe(response);
      },
    );
    request.pipe(onward);
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const behind = await setUpGit({
    environment: { ...process.env, http_proxy: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}` },
  });
  expect(await behind.checkout({ remote: 'http://git.invalid/open/app.git' })).toMatchObject({ commit: second });
  expect(through[0]).toMatch('http://git.invalid/open/app.git/info/refs');
  await behind.remove();
  await new Promise((resolve) => proxy.close(resolve));
});

it('looks a host up once, and connects to what was found then', async () => {
  const port = server.host.split(':')[1];
  const looked: string[] = [];
  const lookUp = async (host: string) => {
    looked.push(host);
    return host === 'inside.invalid' ? ['169.254.169.254'] : ['127.0.0.1'];
  };
  const pinning = await setUpGit({ lookUp });
  expect(await pinning.checkout({ remote: `http://repo.invalid:${port}/open/app.git` })).toMatchObject({
    commit: second,
  });
  expect(looked).toEqual(['repo.invalid']);
  const error = await errorOf(pinning.checkout({ remote: 'http://inside.invalid/x.git' }));
  expect(error.code).toBe('source.invalid');
  await pinning.remove();
});

describe('over TLS', () => {
  let certificate: string;
  let secure: tls.Server;
  let address: string;
  beforeAll(async () => {
    const [key, cert] = [path.join(folder, 'key.pem'), path.join(folder, 'cert.pem')];
    const made = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', cert, '-days', '2'];
    const named = ['-subj', '/CN=quay', '-addext', 'subjectAltName=IP:127.0.0.1'];
    await promisify(execFile)('openssl', [...made, ...named]);
    certificate = cert;
    secure = tls.createServer({ key: await readFile(key), cert: await readFile(cert) }, (socket) => {
      const onward = net.connect(Number(server.host.split(':')[1]), '127.0.0.1');
      socket.pipe(onward).pipe(socket);
      for (const end of [socket, onward]) end.on('error', () => undefined);
    });
    await new Promise<void>((resolve) => secure.listen(0, '127.0.0.1', resolve));
    address = `https://127.0.0.1:${(secure.address() as AddressInfo).port}`;
  });
  afterAll(() => secure.close());

  it('a certificate that nobody vouches for is refused, and one that the environment names is taken', async () => {
    const remote = `${address}/private/app.git`;
    const error = await errorOf(bench.checkout({ remote }));
    expect(error).toMatchObject({ code: 'source.untrusted', params: { host: new URL(address).host } });
    const credentials = { [new URL(address).host]: { username: server.login.user, password: server.login.password } };
    const trusting = await setUpGit({ environment: { ...process.env, GIT_SSL_CAINFO: certificate }, credentials });
    expect(await trusting.checkout({ remote })).toMatchObject({ commit: second });
    await trusting.remove();
  });

  it('a redirect to plain http is not followed, and one from there is', async () => {
    const trusting = await setUpGit({ environment: { ...process.env, GIT_SSL_CAINFO: certificate } });
    server.redirectTo = `${server.url('open', 'app')}/info/refs?service=git-upload-pack`;
    const error = await errorOf(trusting.checkout({ remote: `${address}/redirect/to/app.git` }));
    expect(error.code).toBe('source.notARepository');
    server.redirectTo = `${address}/open/app.git/info/refs?service=git-upload-pack`;
    expect(await trusting.checkout({ remote: server.url('redirect/to', 'app') })).toMatchObject({ commit: second });
    await trusting.remove();
  });
});

async function errorless(work: Promise<unknown>): Promise<unknown> {
  return work.catch((error: unknown) => error);
}

async function processesNaming(text: string): Promise<readonly string[]> {
  const numbers = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const lines = await Promise.all(numbers.map((number) => readFile(`/proc/${number}/cmdline`, 'utf8').catch(() => '')));
  return lines.filter((line) => line.includes(text));
}

it('is asked for refs without a checkout', async () => {
  const refs = await bench.git.listRefs(daemon.url('app'), async () => undefined, never);
  expect(refs.branches.map(({ name }) => name)).toEqual(['main', 'other']);
});
