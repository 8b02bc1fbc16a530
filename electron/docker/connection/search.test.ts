import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import type { EngineAttempt } from '@shared/model/engine-status.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createClient } from '../client.ts';
import { greetEngine } from '../describe-engine.ts';
import { outcomeOf, searchEngine } from './search.ts';
import type { SearchWorld } from './strategy.ts';

const never = new AbortController().signal;
let folder: string;
let world: SearchWorld;
const servers: net.Server[] = [];

beforeEach(() => {
  // Short: a socket's path has 107 bytes at most.
  folder = mkdtempSync(path.join(os.tmpdir(), 'sw-'));
  world = {
    env: { XDG_RUNTIME_DIR: at('run') },
    platform: 'linux',
    homedir: at('home'),
    uid: 1000,
    systemFolder: at('var'),
    engineHost: '',
  };
});
afterEach(async () => {
  for (const server of servers.splice(0)) await new Promise((resolve) => server.close(resolve));
  rmSync(folder, { recursive: true, force: true });
});

function at(...names: readonly string[]): string {
  return path.join(folder, ...names);
}

/** Something that answers as Docker does. */
function engineAt(
  socket: string,
  version: object = { Version: '28.5.2', ApiVersion: '1.51', Os: 'linux', Arch: 'amd64' },
): Promise<void> {
  return listen(
    http.createServer((request, response) => {
      response.setHeader('connection', 'close');
      response.end(request.url === '/_ping' ? 'OK' : JSON.stringify(request.url === '/version' ? version : {}));
    }),
    socket,
  );
}

async function listen(server: net.Server, socket: string): Promise<void> {
  mkdirSync(path.dirname(socket), { recursive: true });
  servers.push(server);
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(socket, resolve));
}

/** A socket whose program is gone: the file stays when the program is killed. */
async function deadSocketAt(socket: string): Promise<void> {
  await listen(net.createServer(), `${socket}.live`);
  const { linkSync } = await import('node:fs');
  linkSync(`${socket}.live`, socket);
  await new Promise((resolve) => servers.pop()?.close(resolve));
}

function search(changes: Partial<SearchWorld> = {}) {
  const greet = async (endpoint: Parameters<typeof createClient>[0], signal: AbortSignal) =>
    void (await greetEngine(await createClient(endpoint), signal));
  return searchEngine({ ...world, ...changes }, greet, never);
}

function writeJson(file: string, value: unknown): void {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, typeof value === 'string' ? value : JSON.stringify(value));
}

function outcomes(attempts: readonly EngineAttempt[]): readonly string[] {
  return attempts.map(({ source, outcome }) => `${source} ${outcome}`);
}

/** A context of Docker's client that leads to this address, and is in use. */
function chooseContext(name: string, host: string, more: object = {}): void {
  const id = createHash('sha256').update(name).digest('hex');
  writeJson(at('home/.docker/config.json'), { currentContext: name, auths: {} });
  writeJson(at('home/.docker/contexts/meta', id, 'meta.json'), {
    Name: name,
    Endpoints: { docker: { Host: host, ...more } },
  });
}

describe('the search for an engine', () => {
  it('finds none in an empty world, and tells every place that it tried', async () => {
    const result = await search();
    expect(result.kind).toBe('none');
    expect(
      result.attempts.map(({ source, host, outcome }) => `${source} ${host.replace(folder, '')} ${outcome}`),
    ).toEqual([
      'setting  skipped',
      'DOCKER_HOST  skipped',
      'dockerContext  skipped',
      'docker unix:///var/docker.sock absent',
      'rootlessDocker unix:///run/docker.sock absent',
      'rootlessDocker unix:///home/.docker/run/docker.sock absent',
      'dockerDesktop unix:///home/.docker/desktop/docker.sock absent',
      'colima unix:///home/.colima/default/docker.sock absent',
      'colima unix:///home/.config/colima/default/docker.sock absent',
      'rancherDesktop unix:///home/.rd/docker.sock absent',
      'podman unix:///run/podman/podman.sock absent',
      'podman unix:///var/podman/podman.sock absent',
    ]);
    expect(
      result.attempts.filter(({ reason, skipReason }) => reason === undefined && skipReason === undefined),
    ).toEqual([]);
  });

  it.each<{ source: EngineAttempt['source']; socket: string; changes?: Partial<SearchWorld> }>([
    { source: 'docker', socket: 'var/docker.sock' },
    { source: 'rootlessDocker', socket: 'run/docker.sock' },
    { source: 'rootlessDocker', socket: 'home/.docker/run/docker.sock' },
    { source: 'dockerDesktop', socket: 'home/.docker/desktop/docker.sock' },
    { source: 'dockerDesktop', socket: 'home/.docker/run/docker.sock', changes: { platform: 'darwin' } },
    { source: 'colima', socket: 'home/.colima/default/docker.sock', changes: { platform: 'darwin' } },
    { source: 'colima', socket: 'home/.colima/work/docker.sock', changes: { platform: 'darwin' } },
    { source: 'colima', socket: 'home/.config/colima/default/docker.sock' },
    { source: 'rancherDesktop', socket: 'home/.rd/docker.sock', changes: { platform: 'darwin' } },
    { source: 'podman', socket: 'run/podman/podman.sock' },
    { source: 'podman', socket: 'var/podman/podman.sock' },
    {
      source: 'podman',
      socket: 'home/.local/share/containers/podman/machine/podman.sock',
      changes: { platform: 'darwin' },
    },
  ])('finds $source at $socket', async ({ source, socket, changes }) => {
    await engineAt(at(socket));
    const result = await search(changes);
    expect(result).toMatchObject({ kind: 'found', source, endpoint: { host: `unix://${at(socket)}`, local: true } });
    expect(result.attempts.at(-1)).toEqual({ source, host: `unix://${at(socket)}`, outcome: 'answers' });
  });

  it.each<{ source: EngineAttempt['source']; choose: (host: string) => Partial<SearchWorld> }>([
    { source: 'setting', choose: (engineHost) => ({ engineHost }) },
    { source: 'DOCKER_HOST', choose: (DOCKER_HOST) => ({ env: { DOCKER_HOST } }) },
    {
      source: 'dockerContext',
      choose(host) {
        chooseContext('yard', host);
        return {};
      },
    },
  ])(
    'goes to the place that $source names, and nowhere else, whether it answers or not',
    async ({ source, choose }) => {
      await engineAt(at('var/docker.sock'));
      const host = `unix://${at('own/engine.sock')}`;
      const changes = choose(host);
      const without = await search(changes);
      expect(without).toMatchObject({ kind: 'none', chosen: { source, host, outcome: 'absent' } });
      expect(without.attempts.at(-1)).toMatchObject({ source, host });

      await engineAt(at('own/engine.sock'));
      expect(await search(changes)).toMatchObject({ kind: 'found', source, endpoint: { host } });
    },
  );

  it('takes the setting before DOCKER_HOST, and that before the context', async () => {
    for (const name of ['one', 'two', 'three']) await engineAt(at(`${name}.sock`));
    chooseContext('yard', `unix://${at('three.sock')}`);
    const env = { DOCKER_HOST: `unix://${at('two.sock')}` };
    expect(await search({ engineHost: at('one.sock'), env })).toMatchObject({ source: 'setting' });
    expect(await search({ env })).toMatchObject({ source: 'DOCKER_HOST' });
    expect(await search()).toMatchObject({ source: 'dockerContext' });
  });

  it.each([
    ['a variable that names the default one', { DOCKER_CONTEXT: 'default' }, 'yard'],
    ['a configuration that names the default one', {}, 'default'],
  ])('looks in the usual places with %s', async (_what, env, name) => {
    await engineAt(at('var/docker.sock'));
    chooseContext(name, 'unix:///nowhere');
    expect(await search({ env })).toMatchObject({ kind: 'found', source: 'docker' });
  });

  it.each<[string, () => void, RegExp]>([
    ['is no JSON', () => writeJson(at('home/.docker/config.json'), '{"currentContext":'), /config\.json is no JSON/],
    [
      'names a context that is not there',
      () => writeJson(at('home/.docker/config.json'), { currentContext: 'gone' }),
      /"gone": ENOENT/,
    ],
    ['names a context without an address', () => chooseContext('yard', '', { Host: 3 }), /"yard": .*meta\.json/],
    ['names a context of another kind', () => chooseContext('yard', 'fd://'), /fd: is not unix, npipe, tcp or ssh/],
  ])('says so when Docker’s configuration %s', async (_what, write, reason) => {
    await engineAt(at('var/docker.sock'));
    write();
    expect(await search()).toMatchObject({
      kind: 'none',
      chosen: { outcome: 'failed', reason: expect.stringMatching(reason) as string },
    });
  });

  it.each([
    ['tcp://me:secret@desk:2375', 'an address with a password in it is not used', 'tcp://me:***@desk:2375'],
    ['tcp://me:se/cr@t@desk:2375', 'this is no address of a host', 'tcp://me:***@desk:2375'],
    ['tcp://', 'this is no address of a host', 'tcp://'],
    ['tcp://desk:2375/path', 'a path behind the host is not supported: /path', 'tcp://desk:2375/path'],
    ['unix://docker.sock', 'unix://docker.sock names no absolute path', 'unix://docker.sock'],
    ['docker.sock', 'docker.sock is not unix, npipe, tcp or ssh', 'docker.sock'],
  ])('does not understand %s', async (DOCKER_HOST, reason, host) => {
    expect(await search({ env: { DOCKER_HOST } })).toMatchObject({
      chosen: { source: 'DOCKER_HOST', outcome: 'failed', reason, host },
    });
  });

  it('tells what answered when it was no engine', async () => {
    await listen(
      net.createServer((socket) => void socket.resume().end('SSH-2.0-OpenSSH\r\n')),
      at('var/docker.sock'),
    );
    await deadSocketAt(at('run/docker.sock'));
    await engineAt(at('run/podman/podman.sock'), { hello: 'world' });
    const { kind, attempts } = await search();
    expect(kind).toBe('none');
    expect(outcomes(attempts)).toEqual(
      expect.arrayContaining(['docker failed', 'rootlessDocker refused', 'podman failed']),
    );
    expect(attempts.find(({ host }) => host.endsWith('podman/podman.sock'))?.reason).toMatch(
      /this is no Docker engine/,
    );
  });

  it('tries a place once though two ways lead to it', async () => {
    const { attempts } = await search({ homedir: at('same'), env: { XDG_RUNTIME_DIR: at('same/.docker/run') } });
    const hosts = attempts.map(({ host }) => host).filter((host) => host !== '');
    expect(new Set(hosts).size).toBe(hosts.length);
  });

  it('stops when it is told to', async () => {
    await listen(net.createServer(), at('var/docker.sock'));
    const abort = new AbortController();
    const greet = (_endpoint: unknown, signal: AbortSignal) => {
      abort.abort(new Error('enough'));
      return Promise.reject(signal.reason as Error);
    };
    await expect(searchEngine(world, greet, abort.signal)).rejects.toThrow('enough');
  });

  // root may open every socket, so the system's error stands in for the socket.
  it.each([
    ['EACCES', 'permissionDenied'],
    ['EPERM', 'permissionDenied'],
    ['ENOENT', 'absent'],
    ['ECONNREFUSED', 'refused'],
    ['ETIMEDOUT', 'failed'],
  ])('calls %s %s', (code, outcome) => {
    expect(outcomeOf(Object.assign(new Error('connect'), { code }))).toBe(outcome);
  });
});
