// For tests on real engines: containers of a home of their own, and what they print.
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { json, request } from '../../../scripts/parts/http.ts';
import type { Containers, ContainerSpec, OnOutput } from '../../engine/ports/containers.ts';
import { type ContainerEngine, homeLabel } from '../../engine/ports.ts';
import { createDockerEngine } from '../docker-engine.ts';
import { type EngineProxy, proxyEngine } from '../proxy-testing.ts';

export const never = new AbortController().signal;

/** An engine as the product uses it, for a home of its own. */
export interface TestHome {
  readonly host: string;
  readonly homeId: string;
  readonly engine: ContainerEngine;
  readonly containers: Containers;
}

/** Opens one; when the test is over, all that it made in the engine is removed. */
export function openHome(host: string): TestHome {
  const homeId = `home-${randomBytes(6).toString('hex')}`;
  const home = mkdtempSync(path.join(os.tmpdir(), 'sw-'));
  const engine = createDockerEngine({
    home,
    homeId,
    env: { PATH: process.env['PATH'] },
    settings: () => ({ engineHost: host, embeddedEngine: false }),
    homedir: home,
    systemFolder: home,
  });
  onTestFinished(async () => {
    await engine.sweep(() => false, never);
    await engine.close();
    rmSync(home, { recursive: true, force: true });
  });
  return { host, homeId, engine, containers: engine.containers };
}

/** Between a test and an engine, until the test is over: tells what was asked of it, may hold an answer back, and may go away. */
export async function proxyOf(
  host: string,
  options: Pick<Parameters<typeof proxyEngine>[2], 'onAddress' | 'onBody' | 'hold'> = {},
): Promise<EngineProxy> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'sw-'));
  const proxy = await proxyEngine(path.join(folder, 'docker.sock'), host, { buildkit: true, ...options });
  onTestFinished(async () => {
    await proxy.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  return proxy;
}

/** A container with nothing special to it but what is given. */
export function specOf(image: string, args: readonly string[], options: Partial<ContainerSpec> = {}): ContainerSpec {
  return {
    runId: 'ca1',
    stepId: 'step',
    image,
    args,
    env: [],
    privileged: false,
    network: { kind: 'none' },
    ports: [],
    expose: [],
    mounts: [],
    ...options,
  };
}

/** What a container printed. */
export interface Printed {
  readonly take: OnOutput;
  readonly stdout: () => string;
  readonly stderr: () => string;
}

export function printed(): Printed {
  const chunks: { readonly stream: string; readonly data: Uint8Array }[] = [];
  const textOf = (wanted: string) =>
    Buffer.concat(chunks.flatMap(({ stream, data }) => (stream === wanted ? [data] : []))).toString();
  return {
    take: (stream, data) => void chunks.push({ stream, data }),
    stdout: () => textOf('stdout'),
    stderr: () => textOf('stderr'),
  };
}

/** Runs a container to its end and removes it. */
export async function ran({ containers }: TestHome, spec: ContainerSpec, signal = never) {
  const id = await containers.create(spec, signal);
  const output = printed();
  const end = await containers.run(id, output.take, { graceMs: 1000 }, signal);
  await containers.remove(id, { graceMs: 0 }, never);
  return { ...end, stdout: output.stdout(), stderr: output.stderr() };
}

/** All that a home has in its engine, by kind: names, or ids where there are none. */
export async function leftOf({ host, homeId }: Pick<TestHome, 'host' | 'homeId'>): Promise<Record<string, string[]>> {
  const filters = encodeURIComponent(JSON.stringify({ label: [`${homeLabel}=${homeId}`] }));
  const [containers, networks, volumes, images] = await Promise.all([
    json<{ Names: string[] }[]>(host, `/containers/json?all=1&filters=${filters}`),
    json<{ Name: string }[]>(host, `/networks?filters=${filters}`),
    json<{ Volumes: { Name: string }[] | null }>(host, `/volumes?filters=${filters}`),
    json<{ Id: string }[]>(host, `/images/json?filters=${filters}`),
  ]);
  return {
    containers: containers.map(({ Names }) => Names[0]?.slice(1) ?? ''),
    networks: networks.map(({ Name }) => Name),
    volumes: (volumes.Volumes ?? []).map(({ Name }) => Name),
    images: images.map(({ Id }) => Id),
  };
}

export const nothing = { containers: [], networks: [], volumes: [], images: [] };

/** Whether something is in the engine. */
export async function isThere(host: string, at: string): Promise<boolean> {
  return (await request(host, at)).status === 200;
}
