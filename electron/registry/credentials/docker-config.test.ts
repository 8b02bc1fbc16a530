import { AppFailure } from '@shared/model/app-error.ts';
import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { chainCredentials } from './chain.ts';
import { dockerConfigCredentials } from './docker-config.ts';

const signal = new AbortController().signal;
const base64 = (text: string) => Buffer.from(text).toString('base64');
const source = () => dockerConfigCredentials({ DOCKER_CONFIG: folder });

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'slipway-docker-config-'));
  return async () => {
    vi.unstubAllEnvs();
    await rm(folder, { recursive: true, force: true });
  };
});

async function configure(config: unknown): Promise<string> {
  const file = path.join(folder, 'config.json');
  await writeFile(file, typeof config === 'string' ? config : JSON.stringify(config));
  return file;
}

/** A real helper program, first on the PATH: `script` has the action in $1 and what came by stdin in $server. */
async function installHelper(name: string, script: string): Promise<{ calls(): Promise<string[]> }> {
  const bin = path.join(folder, 'bin');
  await mkdir(bin, { recursive: true });
  const program = path.join(bin, `docker-credential-${name}`);
  const log = path.join(folder, `${name}.calls`);
  await writeFile(program, `#!/bin/sh\nserver=$(cat)\necho "$# $1 $server" >> '${log}'\n${script}\n`);
  await chmod(program, 0o755);
  vi.stubEnv('PATH', `${bin}${path.delimiter}${process.env['PATH'] ?? ''}`);
  return { calls: async () => (await readFile(log, 'utf8')).trim().split('\n') };
}

const failureOf = async (work: Promise<unknown>) => {
  const failure: unknown = await work.then(() => undefined).catch((error: unknown) => error);
  if (!(failure instanceof AppFailure)) throw new Error(`no AppFailure but ${String(failure)}`);
  return failure.error;
};

describe('the docker configuration', () => {
  it('that is not there has no credentials', async () => {
    expect(await source().forHost('reg.example', signal)).toBeUndefined();
    expect(await source().hosts(signal)).toEqual([]);
  });

  it.each([
    ['reg.example', 'reg.example'],
    ['reg.example:5000', 'reg.example:5000'],
    ['https://reg.example', 'reg.example'],
    ['https://reg.example:5000/v1/', 'reg.example:5000'],
    ['https://index.docker.io/v1/', 'docker.io'],
    ['docker.io', 'docker.io'],
    ['[::1]:5000', '[::1]:5000'],
  ])('key %s is for %s', async (key, host) => {
    await configure({ auths: { [key]: { auth: base64('me:pass:word') } } });
    expect(await source().forHost(host, signal)).toEqual({ username: 'me', password: 'pass:word' });
    expect(await source().list(signal)).toMatchObject([
      { host, username: 'me', kind: 'password', source: 'dockerConfig' },
    ]);
  });

  it.each([
    'reg.example',
    'reg.example:5001',
    'reg.example:50000',
    'x.reg.example:5000',
    'docker.io',
    'reg.example:5000.evil.example',
  ])('gives a credential for reg.example:5000 to no other: %s', async (host) => {
    await configure({ auths: { 'reg.example:5000': { auth: base64('me:pw') } } });
    expect(await source().forHost(host, signal)).toBeUndefined();
  });

  it.each([
    [
      { username: 'me', password: 'pw' },
      { username: 'me', password: 'pw' },
    ],
    [{ auth: base64('me:pw\0\0') }, { username: 'me', password: 'pw' }],
    [
      { auth: base64('me:pw'), identitytoken: 't' },
      { username: 'me', password: '', identityToken: 't' },
    ],
    [{ registrytoken: 'r' }, { username: '<token>', password: '', registryToken: 'r' }],
    [
      { auth: base64('me:pw'), identitytoken: 't', registrytoken: 'r' },
      { username: 'me', password: '', registryToken: 'r' },
    ],
    [{}, undefined],
    [{ auth: '' }, undefined],
  ])('reads the entry %j', async (entry, credential) => {
    await configure({ auths: { 'reg.example': entry } });
    expect(await source().forHost('reg.example', signal)).toEqual(credential);
  });

  it.each([
    ['password', { auth: base64('me:pw') }],
    ['identityToken', { identitytoken: 't' }],
    ['registryToken', { registrytoken: 'r' }],
  ])('tells that a credential is of the kind %s', async (kind, entry) => {
    await configure({ auths: { 'reg.example': entry } });
    expect(await source().list(signal)).toMatchObject([{ host: 'reg.example', kind }]);
  });

  it.each([
    ['no JSON', '{"auths": {"reg.example": {"auth": "c2VjcmV0"'],
    ['another shape', '{"auths": {"reg.example": "c2VjcmV0"}}'],
    ['an auth without a colon', '{"auths": {"reg.example": {"auth": "c2VjcmV0"}}}'],
  ])('with %s is named, not quoted; other sources still serve', async (_what, text) => {
    const file = await configure(text);
    const error = await failureOf(source().forHost('reg.example', signal));
    expect(error).toMatchObject({ code: 'registry.credentialsUnreadable', params: { source: file } });
    expect(JSON.stringify(error)).not.toMatch(/c2VjcmV0|secret/);

    const other = { forHost: async () => ({ username: 'o', password: 'p' }), hosts: async () => ['reg.example'] };
    const chain = chainCredentials([source(), other]);
    expect(await chain.forHost('reg.example', signal)).toEqual({ username: 'o', password: 'p' });
    expect(await chain.hosts(signal)).toEqual(['reg.example']);
    const empty = { forHost: async () => undefined, hosts: async () => [] };
    expect((await failureOf(chainCredentials([empty, source()]).forHost('reg.example', signal))).code).toBe(error.code);
  });

  it('is only ever read', async () => {
    const file = await configure({ auths: { 'reg.example': { auth: base64('me:pw') } } });
    await chmod(file, 0o400);
    const before = [await readFile(file, 'utf8'), (await stat(file)).mtimeMs];
    await source().forHost('reg.example', signal);
    await source().list(signal);
    expect([await readFile(file, 'utf8'), (await stat(file)).mtimeMs]).toEqual(before);
  });
});

describe('credential helpers', () => {
  const answers = `case "$1" in
    get) echo '{"ServerURL":"x","Username":"me","Secret":"helper-secret"}' ;;
    list) echo '{"https://index.docker.io/v1/":"hubber","reg.example:5000":"me"}' ;;
  esac`;

  it('are asked for the one host, by stdin', async () => {
    await configure({ credsStore: 'test-store' });
    const helper = await installHelper('test-store', answers);
    expect(await source().forHost('reg.example:5000', signal)).toEqual({ username: 'me', password: 'helper-secret' });
    await source().forHost('docker.io', signal);
    expect(await helper.calls()).toEqual(['1 get reg.example:5000', '1 get https://index.docker.io/v1/']);
  });

  it('never see the passphrase of our own store', async () => {
    await configure({ credsStore: 'test-store' });
    vi.stubEnv('SLIPWAY_PASSPHRASE', 'correct horse battery');
    await installHelper('test-store', `printf '{"Username":"me","Secret":"x%s"}' "$SLIPWAY_PASSPHRASE"`);
    expect(await source().forHost('reg.example', signal)).toMatchObject({ password: 'x' });
  });

  it('tell hosts and user names without a secret', async () => {
    await configure({ credsStore: 'test-store', auths: { 'reg.example:5000': {}, 'https://index.docker.io/v1/': {} } });
    const helper = await installHelper('test-store', answers);
    const told = { kind: 'password', source: 'credentialHelper', origin: 'docker-credential-test-store' };
    expect(await source().list(signal)).toEqual([
      { host: 'docker.io', username: 'hubber', ...told },
      { host: 'reg.example:5000', username: 'me', ...told },
    ]);
    expect(await helper.calls()).toEqual(['1 list']);
  });

  it('of a host come before the one for all', async () => {
    await configure({ credsStore: 'absent-store', credHelpers: { 'reg.example:5000': 'own' } });
    await installHelper('own', answers);
    expect(await source().forHost('reg.example:5000', signal)).toMatchObject({ password: 'helper-secret' });
  });

  it('may give an identity token', async () => {
    await configure({ credsStore: 'test-store' });
    await installHelper('test-store', `echo '{"Username":"<token>","Secret":"identity"}'`);
    expect(await source().forHost('reg.example', signal)).toEqual({
      username: '<token>',
      password: '',
      identityToken: 'identity',
    });
  });

  it('may have none: then the file counts', async () => {
    await configure({ credsStore: 'test-store', auths: { 'reg.example': { auth: base64('file:pw') } } });
    await installHelper('test-store', 'echo credentials not found in native keychain; exit 1');
    expect(await source().forHost('reg.example', signal)).toEqual({ username: 'file', password: 'pw' });
    expect(await source().forHost('other.example', signal)).toBeUndefined();
  });

  it.each([
    ['that fail', 'echo the keychain is locked; exit 1', 'the keychain is locked'],
    ['that answer nonsense', 'echo helper-secret', 'its answer is no JSON object'],
    ['that answer half', `echo '{"Secret":"helper-secret"}'`, 'its answer names no user and secret'],
  ])('%s are named, with their reason and without a secret', async (_what, script, reason) => {
    await configure({ credsStore: 'test-store' });
    await installHelper('test-store', script);
    const error = await failureOf(source().forHost('reg.example', signal));
    expect(error).toMatchObject({
      code: 'registry.credentialsUnreadable',
      params: { source: 'docker-credential-test-store' },
      cause: reason,
    });
    expect(JSON.stringify(error)).not.toContain('helper-secret');
  });

  it('that are not installed are named', async () => {
    await configure({ credsStore: 'slipway-none' });
    const error = await failureOf(source().forHost('reg.example', signal));
    expect(error).toMatchObject({ cause: 'there is no such program on the PATH' });
  });

  it.each(['../../bin/sh', 'x; touch /tmp/x', 'UPPER', 'a b', '$(id)', ' '])(
    'are never run under the name %j',
    async (name) => {
      await configure({ credHelpers: { 'reg.example': name } });
      const error = await failureOf(source().forHost('reg.example', signal));
      expect(error).toMatchObject({ cause: 'not the name of a credential helper' });
    },
  );

  it('are stopped when the wait is aborted', async () => {
    await configure({ credsStore: 'test-store' });
    const started = path.join(folder, 'started');
    await installHelper('test-store', `echo $$ > '${started}'; exec sleep 600`);
    const abort = new AbortController();
    const asking = source().forHost('reg.example', abort.signal);
    await vi.waitFor(async () => expect(await readFile(started, 'utf8')).toMatch(/\d\n/), { timeout: 10_000 });
    const reason = new Error('canceled');
    abort.abort(reason);
    await expect(asking).rejects.toBe(reason);
    const pid = Number(await readFile(started, 'utf8'));
    await vi.waitFor(() => expect(() => process.kill(pid, 0)).toThrow('ESRCH'), { timeout: 10_000 });
  });
});
