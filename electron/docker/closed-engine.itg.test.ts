import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, inject, it, onTestFinished } from 'vitest';
import type { ContainerEngine } from '../engine/ports.ts';
import { createDockerEngine } from './docker-engine.ts';
import { proxyEngine } from './proxy-testing.ts';

const parts = inject('parts');
const never = new AbortController().signal;

it.each<[what: string, request: RegExp, call: (engine: ContainerEngine) => Promise<unknown>]>([
  ['waits for an answer', /^GET \/containers\/ship\/json$/, ({ containers }) => containers.isRunning('ship', never)],
  [
    'must learn what was made',
    /^POST \/volumes\/create$/,
    ({ containers }) => containers.createVolume('ca1', 'hold', never),
  ],
])('an engine that is closed leaves a call that hangs in it: one that %s', async (_, request, call) => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'sw-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  let reached: () => void = () => undefined;
  const asked = new Promise<void>((resolve) => (reached = resolve));
  const proxy = await proxyEngine(path.join(folder, 'docker.sock'), parts.engines[0].host, {
    buildkit: true,
    hold(each) {
      if (!request.test(each)) return undefined;
      reached();
      return new Promise(() => undefined);
    },
  });
  onTestFinished(() => proxy.stop());
  const homeId = `home-${randomBytes(4).toString('hex')}`;
  const engineAt = (host: string) =>
    createDockerEngine({
      home: folder,
      homeId,
      env: {},
      settings: () => ({ engineHost: host, embeddedEngine: false }),
      homedir: folder,
      systemFolder: folder,
    });
  const engine = engineAt(proxy.host);
  const hanging = Promise.allSettled([call(engine)]);
  await asked;
  await engine.close();
  await proxy.stop();
  expect(await hanging).toMatchObject([{ status: 'rejected' }]);
  const direct = engineAt(parts.engines[0].host);
  await direct.sweep(() => false, never);
  await direct.close();
});
