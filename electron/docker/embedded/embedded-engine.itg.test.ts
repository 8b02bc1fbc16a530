import { type ChildProcess, execFileSync, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { chmod, mkdir, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { rolldown } from 'rolldown';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it, onTestFinished } from 'vitest';
import { cannotHere } from '../../../scripts/parts/need.ts';
import { json, request } from '../../../scripts/parts/http.ts';
import { isAlive } from '../../process-identity.ts';
import { findDaemon, stopDaemon } from './daemon.ts';
import { embeddedObstacle, joinEmbeddedEngine } from './embedded-engine.ts';
import { type EngineFolder, engineFolder } from './folder.ts';
import { bridgeName } from './network.ts';

const never = new AbortController().signal;
const parts = inject('parts');
let program: string;
let home: string;
let folder: EngineFolder;
const children: ChildProcess[] = [];

beforeAll(async () => {
  const bundle = await rolldown({
    input: path.join(import.meta.dirname, 'child-testing.ts'),
    platform: 'node',
    external: (id) => !/^[./]|^@shared/.test(id),
    resolve: { alias: { '@shared': path.resolve('shared') } },
  });
  program = path.resolve('.cache', `embedded-child-${process.pid}.mjs`);
  await bundle.write({ file: program, format: 'esm', codeSplitting: false });
  await bundle.close();
});
afterAll(() => rm(program, { force: true }));

beforeEach((context) => {
  const obstacle = embeddedObstacle(process.platform, process.getuid?.(), process.env);
  if (obstacle !== undefined) cannotHere(context, obstacle);
  home = mkdtempSync(path.join(os.tmpdir(), 'slipway-embedded-'));
  folder = engineFolder(home);
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await stopDaemon(folder, process.env);
  await rm(path.dirname(folder.exec), { recursive: true, force: true });
  await rm(home, { recursive: true, force: true });
});

/** Starts a process that wants a share; `joined` settles with the engine's address. */
function member() {
  const child = fork(program, [home], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  children.push(child);
  const message = (wanted: (text: string) => boolean) => {
    const told = new Promise<string>((resolve, reject) => {
      child.on('message', (text) => {
        if (typeof text === 'string' && wanted(text)) resolve(text);
      });
      child.once('exit', (code) => reject(new Error(`it ended with ${code}`)));
    });
    // Whoever kills it does not wait for its words.
    told.catch(() => undefined);
    return told;
  };
  return {
    joined: message((text) => text.startsWith('unix:')),
    starting: message((text) => text === 'starting'),
    async leave() {
      child.send('leave');
      await once(child, 'exit');
    },
    async killed() {
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}

/** Every dockerd that was started for this home. */
function daemons(): readonly number[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.filter((pid) => commandLine(pid).includes(folder.config)).map(Number);
}

function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}

async function answers(host: string): Promise<boolean> {
  return (await request(host, '/_ping')).status === 200;
}

/** What the engine of this home has on the machine. */
function traces() {
  return {
    processes: readdirSync('/proc').filter(
      (name) => /^\d+$/.test(name) && commandLine(name).includes(`${folder.root}/`),
    ),
    mounts: readFileSync('/proc/self/mounts', 'utf8')
      .split('\n')
      .filter((line) => line.includes(folder.root)),
    bridge: readdirSync('/sys/class/net').filter((name) => name === bridgeName(folder.id)),
    rules: rules().filter((rule) => rule.includes(bridgeName(folder.id))),
  };
}
const noTraces = { processes: [], mounts: [], bridge: [], rules: [] };

function rules(): readonly string[] {
  return ['filter', 'nat'].flatMap((table) =>
    execFileSync('iptables', ['-w', '-t', table, '-S'], { encoding: 'utf8' }).split('\n'),
  );
}

describe('the embedded engine', () => {
  it('is one for all processes of a home, and stops with the last of them', async () => {
    const [one, other] = [member(), member()];
    const [host, sameHost] = await Promise.all([one.joined, other.joined]);
    expect(sameHost).toBe(host);
    expect(daemons()).toHaveLength(1);

    await one.leave();
    expect(await answers(host)).toBe(true);
    expect(daemons()).toHaveLength(1);

    await other.leave();
    expect(traces()).toEqual(noTraces);
  });

  it('outlives a process that was killed; the next one takes it over, and stops it in the end', async () => {
    const first = member();
    await first.joined;
    const before = await findDaemon(folder);
    await first.killed();

    const next = member();
    expect(await answers(await next.joined)).toBe(true);
    expect(await findDaemon(folder)).toEqual(before);
    await next.leave();
    expect(traces()).toEqual(noTraces);
  });

  it('comes up though a process was killed while it was starting it', async () => {
    const first = member();
    await first.starting;
    await expect.poll(() => daemons().length, { interval: 1, timeout: 30_000 }).toBe(1);
    await first.killed();

    const next = member();
    expect(await answers(await next.joined)).toBe(true);
    expect(daemons()).toHaveLength(1);
    await next.leave();
    expect(traces()).toEqual(noTraces);
  });

  it('is started again after it was killed, over what it left, and ends what ran in it', async () => {
    const first = await joinEmbeddedEngine({ home, env: process.env }, () => undefined, never);
    const container = await startSleeper(first.endpoint.host);
    const killed = await findDaemon(folder);
    if (killed === undefined) throw new Error('it has just started');
    process.kill(killed.pid, 'SIGKILL');
    await expect.poll(() => isAlive(killed)).toBe(false);

    const next = member();
    const host = await next.joined;
    const { State } = await json<{ State: { Running: boolean } }>(host, `/containers/${container.id}/json`);
    expect(State.Running).toBe(false);
    expect(commandLine(String(container.pid))).toBe('');
    await first.leave();
    await next.leave();
    expect(traces()).toEqual(noTraces);
  });

  it('leaves nothing, not even a container, when the last one leaves after it was killed', async () => {
    const engine = await joinEmbeddedEngine({ home, env: process.env }, () => undefined, never);
    const container = await startSleeper(engine.endpoint.host);
    const killed = await findDaemon(folder);
    process.kill(killed?.pid ?? 0, 'SIGKILL');
    await engine.leave();
    expect(commandLine(String(container.pid))).toBe('');
    expect(traces()).toEqual(noTraces);
  });

  it('disturbs no other engine, and no rule or network of the machine', async () => {
    // Test engines of others come and go at the same time.
    const foreignRules = () => rules().filter((rule) => !rule.includes('slipway'));
    const networks = () => readdirSync('/sys/class/net').filter((name) => !/^(veth|br-|slipway)/.test(name));
    if (!networks().includes('docker0')) {
      execFileSync('ip', ['link', 'add', 'docker0', 'type', 'bridge']);
      onTestFinished(() => void execFileSync('ip', ['link', 'del', 'docker0']));
    }
    const [rulesBefore, networksBefore] = [foreignRules(), networks()];
    // Twice: the second start finds what the first one kept.
    for (let start = 0; start < 2; start++) {
      const engine = await joinEmbeddedEngine({ home, env: process.env }, () => undefined, never);
      expect(foreignRules()).toEqual(rulesBefore);
      expect(networks()).toEqual(networksBefore);
      for (const other of parts.engines) expect(await answers(other.host)).toBe(true);
      await engine.leave();
    }
    for (const other of parts.engines) expect(await answers(other.host)).toBe(true);
    expect(foreignRules()).toEqual(rulesBefore);
    expect(networks()).toEqual(networksBefore);
  });

  it('is out of reach of a Ctrl-C that is meant for us', async () => {
    const engine = await joinEmbeddedEngine({ home, env: process.env }, () => undefined, never);
    const daemon = await findDaemon(folder);
    expect(processGroup(daemon?.pid ?? 0)).toBe(daemon?.pid);
    expect(processGroup(process.pid)).not.toBe(daemon?.pid);
    await engine.leave();
  });

  it('works in a home whose path is too long for a socket', async () => {
    const long = path.join(home, 'a-name-of-some-length/'.repeat(6));
    await mkdir(long, { recursive: true });
    const engine = await joinEmbeddedEngine({ home: long, env: process.env }, () => undefined, never);
    try {
      expect(await answers(engine.endpoint.host)).toBe(true);
    } finally {
      await engine.leave();
      await rm(path.dirname(engineFolder(long).exec), { recursive: true });
    }
  });

  it('tells its last words when it cannot start', async () => {
    const programs = path.join(home, 'bin');
    await mkdir(programs);
    await writeFile(
      path.join(programs, 'dockerd'),
      '#!/bin/sh\necho "failed to start daemon: no such luck" >&2\nexit 1\n',
    );
    await chmod(path.join(programs, 'dockerd'), 0o755);
    const env = { ...process.env, PATH: `${programs}:${process.env['PATH']}` };
    await expect(joinEmbeddedEngine({ home, env }, () => undefined, never)).rejects.toMatchObject({
      error: { code: 'engine.startFailed', cause: expect.stringContaining('no such luck') as string },
    });
    expect(traces()).toEqual(noTraces);
  });

  it('stops on the way up when nobody waits for it any more', async () => {
    const abort = new AbortController();
    const joining = joinEmbeddedEngine({ home, env: process.env }, () => undefined, abort.signal);
    const outcome = Promise.allSettled([joining]);
    await expect.poll(() => daemons().length, { interval: 5, timeout: 30_000 }).toBe(1);
    abort.abort(new Error('changed my mind'));
    expect(await outcome).toMatchObject([{ status: 'rejected', reason: { message: 'changed my mind' } }]);
    expect(traces()).toEqual(noTraces);
  });
});

function processGroup(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[2]);
}

/** A container that ends only when it is killed. */
async function startSleeper(host: string): Promise<{ readonly id: string; readonly pid: number }> {
  const image = parts.busybox.open;
  await request(host, `/images/create?fromImage=${encodeURIComponent(image)}`, { method: 'POST' });
  const { Id: id } = await json<{ Id: string }>(host, '/containers/create', {
    method: 'POST',
    json: { Image: image, Cmd: ['sleep', '100000'], StopSignal: 'SIGKILL' },
  });
  await request(host, `/containers/${id}/start`, { method: 'POST' });
  const { State } = await json<{ State: { Pid: number } }>(host, `/containers/${id}/json`);
  return { id, pid: State.Pid };
}
