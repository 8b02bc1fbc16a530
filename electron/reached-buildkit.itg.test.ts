// BuildKit by itself where no port of it is open: behind the user's own ssh, and in a container of an engine.
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { QuickBuildRequest } from '@shared/model/quick-build.ts';
import { expectOk, json, request } from '../scripts/parts/http.ts';
import { type SshServer, startSshServer } from '../scripts/parts/ssh-server.ts';
import { folderOf } from './docker/buildkit/test-build.ts';
import { type BareBuildKit, bareBuildKit } from './docker/buildkit-testing.ts';
import type { Runtime } from './runtime.ts';
import { endOf, logOf, windowAt } from './runtime-testing.ts';

const parts = inject('parts');
const never = new AbortController().signal;
/** Keeps images, and runs the container; and the one whose BuildKit stands by itself here. */
const [near, far] = parts.engines;
const { open } = parts.registries;

let home: string;
let runtime: Runtime;
let bare: BareBuildKit;

beforeEach(async () => {
  home = await mkdtemp(path.join(os.tmpdir(), 'sw-'));
  bare = await bareBuildKit(far.host);
});
afterEach(async () => {
  await runtime.close();
  await bare.stop();
  await rm(home, { recursive: true, force: true });
});

/** Names it, builds and pushes there, and looks for what it sent and printed. */
async function expectBuilds(host: string): Promise<void> {
  const named = await runtime.handlers.engine.add({ name: 'cluster', host, kind: 'buildkit' }, never);
  expect(named.host).toBe(host);
  const context = await folderOf({
    Dockerfile: `FROM ${parts.busybox.open}\nCOPY cargo /\nRUN cat cargo; head -c 300000 /dev/zero | tr '\\0' x | fold\n`,
    // More than one frame, and more than a pipe holds.
    cargo: `tea for ${home}${'.'.repeat(400_000)}`,
  });
  const tags = [`${open.host}/reached-${path.basename(home).toLowerCase()}:1`];
  const { runId } = await runtime.handlers.runs.quickBuild(
    QuickBuildRequest.parse({ context, tags, engine: 'cluster', noCache: true }),
    never,
  );
  const run = await endOf(runtime, runId);
  expect(run).toMatchObject({ status: 'Succeeded', engine: { name: 'cluster', host } });
  expect(run.outputImages).toMatchObject([{ pushed: true, digest: expect.stringMatching(/^sha256:/) }]);
  expect(await logOf(runtime, runId)).toContain(`tea for ${home}`);
}

const refusalOf = async (host: string) => {
  await runtime.handlers.engine.add({ name: 'cluster', host, kind: 'buildkit' }, never);
  return (await runtime.handlers.engine.test({ name: 'cluster' }, never)).status;
};

describe('BuildKit behind ssh', () => {
  let folder: string;
  let ssh: SshServer;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'sw-'));
    // buildctl as far as it is asked here.
    ssh = await startSshServer(path.join(folder, 'ssh'), (command) =>
      command.startsWith('buildctl ')
        ? spawn(process.execPath, [
            '-e',
            `const s = require('net').connect(${bare.port}, '127.0.0.1'); process.stdin.pipe(s).pipe(process.stdout);`,
          ])
        : undefined,
    );
  });
  afterAll(async () => {
    await ssh.stop();
    await rm(folder, { recursive: true, force: true });
  });
  const address = () => `ssh://me@127.0.0.1:${ssh.port}`;
  const pathWith = (programs: string) => ({ PATH: `${programs}:${process.env['PATH']}` });

  it('builds and pushes through the user’s own ssh', async () => {
    runtime = await windowAt(home, near.host, pathWith(ssh.programs));
    await expectBuilds(address());
    expect(new Set(ssh.commands)).toEqual(new Set(['buildctl dial-stdio']));
  });

  it('is told where its socket is', async () => {
    runtime = await windowAt(home, near.host, pathWith(ssh.programs));
    expect(await refusalOf(`${address()}/run/it's/buildkitd.sock`)).toMatchObject({ state: 'ready' });
    expect(ssh.commands).toContain(`buildctl --addr='unix:///run/it'\\''s/buildkitd.sock' dial-stdio`);
  });

  it.each<[what: string, programs: () => string, cause: RegExp]>([
    ['a key that it does not take', () => ssh.programsWithoutKey, /ssh: .*Permission denied/],
    ['a host that nobody knows', () => ssh.programsOfStranger, /Host key verification failed/],
  ])('tells ssh’s words of %s', async (_, programs, cause) => {
    runtime = await windowAt(home, near.host, pathWith(programs()));
    expect(await refusalOf(address())).toMatchObject({
      error: { code: 'engine.notThere', cause: expect.stringMatching(cause) },
    });
  });
});

describe.each(parts.engines)('BuildKit in a container of Docker $name', ({ host, name }) => {
  let container: string;
  const names: string[] = [];

  /** A container with a stand-in for buildctl in it, or without any. */
  async function startContainer(script: string): Promise<string> {
    const container = `slipway-test-${path.basename(home).toLowerCase()}`;
    names.push(container);
    const made = await json<{ Id: string }>(host, `/containers/create?name=${container}`, {
      method: 'POST',
      json: {
        Image: parts.busybox.local,
        Cmd: [
          'sh',
          '-c',
          '[ -z "$SCRIPT" ] || printf %s "$SCRIPT" > /bin/buildctl; chmod +x /bin/buildctl; touch /ready; exec sleep 600',
        ],
        Env: [`SCRIPT=${script === '' ? '' : `#!/bin/sh\n${script}\n`}`],
        HostConfig: { NetworkMode: 'host', Init: true },
      },
    });
    await expectOk(host, `/containers/${made.Id}/start`, { method: 'POST' });
    await expect.poll(async () => (await request(host, `/containers/${made.Id}/archive?path=/ready`)).status).toBe(200);
    return container;
  }
  afterEach(async () => {
    for (const each of names.splice(0)) await request(host, `/containers/${each}?force=1`, { method: 'DELETE' });
  });
  const processes = async () =>
    (await json<{ Processes: string[][] }>(host, `/containers/${container}/top`)).Processes.flat().join('\n');

  it('builds and pushes through the engine’s own API, and leaves no program in it', async () => {
    runtime = await windowAt(home, near.host);
    container = await startContainer(`[ "$*" = dial-stdio ] && exec nc 127.0.0.1 ${bare.port}`);
    if (host !== near.host) await runtime.handlers.engine.add({ name: 'harbour', host, kind: 'docker' }, never);
    await expectBuilds(`docker-container://${container}${host === near.host ? '' : '?engine=harbour'}`);
    expect(await processes()).toContain('nc 127.0.0.1');
    await runtime.handlers.engine.remove({ name: 'cluster' }, never);
    await expect.poll(processes, { timeout: 20_000 }).not.toContain('nc 127.0.0.1');
  });

  it('notices that the container is gone', async () => {
    runtime = await windowAt(home, host);
    container = await startContainer(`exec nc 127.0.0.1 ${bare.port}`);
    expect(await refusalOf(`docker-container://${container}`)).toMatchObject({ state: 'ready' });
    await expectOk(host, `/containers/${container}?force=1`, { method: 'DELETE' });
    const state = async () =>
      (await runtime.handlers.engine.list(undefined, never)).find((each) => each.name === 'cluster')?.status.state;
    await expect.poll(state, { timeout: 20_000 }).toBe('absent');
  });

  it.each<[what: string, script: string, cause: RegExp]>([
    ['the words of a buildctl that fails', 'echo "no buildkitd here" >&2; exit 1', /buildctl in .*: no buildkitd here/],
    ['that there is no buildctl in it', '', /buildctl in .*(not found|no such file)/i],
  ])('tells %s', async (_, script, cause) => {
    runtime = await windowAt(home, host);
    container = await startContainer(script);
    expect({ name, status: await refusalOf(`docker-container://${container}`) }).toMatchObject({
      name,
      status: { error: { code: 'engine.notThere', cause: expect.stringMatching(cause) } },
    });
  });

  it('tells that there is no such container', async () => {
    runtime = await windowAt(home, host);
    expect(await refusalOf('docker-container://slipway-test-nobody')).toMatchObject({
      error: { code: 'engine.notThere', cause: expect.stringMatching(/no such container/i) },
    });
  });

  it('is in no engine that nobody has named', async () => {
    runtime = await windowAt(home, host);
    expect(await refusalOf('docker-container://buildkitd?engine=nowhere')).toMatchObject({
      error: { code: 'engine.notThere', cause: expect.stringContaining('nowhere') },
    });
  });
});
