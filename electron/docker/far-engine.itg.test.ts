// An engine behind a network, as a person has it on another machine: TLS that dockerd speaks itself, and ssh.
import { spawn } from 'node:child_process';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import net, { type AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { toAppError } from '@shared/model/app-error.ts';
import type { EngineTls } from '@shared/model/named-engine.ts';
import { type Authority, createAuthority } from '../../scripts/parts/certificates.ts';
import { type Engine, startEngine } from '../../scripts/parts/engine.ts';
import { loadImage } from '../../scripts/parts/images.ts';
import { type SshServer, startSshServer } from '../../scripts/parts/ssh-server.ts';
import type { ContainerEngine } from '../engine/ports.ts';
import { buildOf, folderOf, noCredentials, watch } from './buildkit/test-build.ts';
import { createDockerEngine } from './docker-engine.ts';

const parts = inject('parts');
const never = new AbortController().signal;
let folder: string;
const engines: ContainerEngine[] = [];

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'sw-'));
});
afterEach(() => Promise.all(engines.splice(0).map((engine) => engine.close())));
afterAll(() => rm(folder, { recursive: true, force: true }));

/** As the settings name it: the environment has no say. */
function engineAt(engineHost: string, engineTls: EngineTls | 'none', env: NodeJS.ProcessEnv = {}): ContainerEngine {
  const engine = createDockerEngine({
    home: folder,
    homeId: 'far',
    env: { PATH: process.env['PATH'], DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: '/nonexistent', ...env },
    settings: () => ({ engineHost, engineTls, embeddedEngine: false }),
    homedir: folder,
    systemFolder: folder,
  });
  engines.push(engine);
  return engine;
}

const refusalOf = (engine: ContainerEngine) => engine.find(never).then(() => undefined, toAppError);

/** Builds with a context that travels, and breaks off another build. */
async function expectBuilds(engine: ContainerEngine, image: string): Promise<void> {
  const context = await folderOf({ Dockerfile: `FROM ${image}\nCOPY cargo /\nRUN cat cargo\n`, cargo: folder });
  const { listen, log } = watch();
  await engine.build(buildOf(context), noCredentials, listen, never);
  expect(log()).toContain(folder);
  const stop = new AbortController();
  const endless = await folderOf({ Dockerfile: `FROM ${image}\nRUN echo ${folder}; sleep 600\n` });
  const going = engine.build(
    buildOf(endless),
    noCredentials,
    (event) => {
      if (event.kind === 'log') stop.abort(new Error('enough'));
    },
    stop.signal,
  );
  await expect(going).rejects.toThrow('enough');
}

describe('an engine behind TLS', () => {
  let engine: Engine;
  let authority: Authority;
  let port: number;
  const at = (name: string) => path.join(folder, name);
  const certificates = (name: string): EngineTls => ({ kind: 'folder', path: at(name) });

  beforeAll(async () => {
    authority = await createAuthority(at('authority'));
    await authority.issue(at('server'), { names: 'IP:127.0.0.1' });
    await authority.issue(at('client'), {});
    const stranger = await createAuthority(at('stranger'));
    await stranger.issue(at('strange-client'), {});
    port = await freePort();
    engine = await startEngine('system', at('engine'), { port, folder: at('server') });
    const { open } = parts.registries;
    await loadImage(engine, open, parts.busybox.open, 'slipway-test/busybox:latest');
  });
  afterAll(() => engine.stop());

  it('is used with the certificates of a folder, or file by file', async () => {
    await expectBuilds(engineAt(`tcp://127.0.0.1:${port}`, certificates('client')), 'slipway-test/busybox');
    const [ca, cert, key] = ['ca.pem', 'cert.pem', 'key.pem'].map((name) => at(`client/${name}`));
    const files: EngineTls = { kind: 'files', ca: ca ?? '', cert: cert ?? '', key: key ?? '' };
    expect(await engineAt(`tcp://127.0.0.1:${port}`, files).find(never)).toMatchObject({ source: 'setting' });
  });

  it.each<[what: string, host: string, tls: () => EngineTls | 'none', code: string, cause: RegExp]>([
    ['another authority', '127.0.0.1', () => certificates('strange-client'), 'engine.certificateUnknown', /./],
    ['the system’s authorities', '127.0.0.1', () => ({ kind: 'files' }), 'engine.certificateUnknown', /./],
    ['another name', 'localhost', () => certificates('client'), 'engine.certificateName', /localhost/],
    [
      'no certificate of ours',
      '127.0.0.1',
      () => ({ kind: 'files', ca: authority.certificate }),
      'engine.certificateWanted',
      /./,
    ],
    [
      'a certificate of ours that another authority signed',
      '127.0.0.1',
      () => ({
        kind: 'files',
        ca: authority.certificate,
        cert: at('strange-client/cert.pem'),
        key: at('strange-client/key.pem'),
      }),
      'engine.certificateWanted',
      /./,
    ],
    ['no TLS', '127.0.0.1', () => 'none', 'engine.notThere', /HTTPS|TLS/],
    ['a folder without certificates', '127.0.0.1', () => certificates('engine'), 'engine.notThere', /none of ca\.pem/],
    [
      'a file that is not there',
      '127.0.0.1',
      () => ({ kind: 'files', ca: at('nowhere.pem') }),
      'engine.notThere',
      /nowhere\.pem/,
    ],
  ])('is told apart from one with %s', async (_, host, tls, code, cause) => {
    const error = await refusalOf(engineAt(`tcp://${host}:${port}`, tls()));
    expect(error).toMatchObject({ code, cause: expect.stringMatching(cause) });
  });

  it('is told apart from one whose certificate is out of date', async () => {
    await engine.kill();
    await cp(at('server'), at('server-before'), { recursive: true });
    await authority.issue(at('server'), { names: 'IP:127.0.0.1', days: -1 });
    await engine.restart();
    const error = await refusalOf(engineAt(`tcp://127.0.0.1:${port}`, certificates('client')));
    expect(error).toMatchObject({ code: 'engine.certificateExpired' });
  });
});

describe('an engine behind ssh', () => {
  let ssh: SshServer;
  const [near] = parts.engines;

  beforeAll(async () => {
    const docker = path.dirname(near.cli ?? '/usr/bin/docker');
    ssh = await startSshServer(path.join(folder, 'ssh'), (command, env) =>
      spawn('sh', ['-c', command], { env: { ...env, PATH: `${docker}:${env['PATH']}` } }),
    );
  });
  afterAll(() => ssh.stop());

  const address = () => `ssh://me@127.0.0.1:${ssh.port}${new URL(near.host).pathname}`;
  const through = (programs: string) => engineAt(address(), 'none', { PATH: `${programs}:${process.env['PATH']}` });

  it('is used through the user’s own ssh, with the user’s keys and known hosts', async () => {
    await expectBuilds(through(ssh.programs), parts.busybox.local);
    expect(ssh.commands[0]).toMatch(/^docker --host=.* system dial-stdio$/);
  });

  it.each<[what: string, programs: () => string, cause: RegExp]>([
    ['a key that it does not take', () => ssh.programsWithoutKey, /Permission denied/],
    ['a host that nobody knows', () => ssh.programsOfStranger, /Host key verification failed/],
  ])('tells ssh’s words of %s', async (_, programs, cause) => {
    const error = await refusalOf(through(programs()));
    expect(error).toMatchObject({ code: 'engine.notThere', cause: expect.stringMatching(cause) });
  });
});

async function freePort(): Promise<number> {
  const server = net.createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
