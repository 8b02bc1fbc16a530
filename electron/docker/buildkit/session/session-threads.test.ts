import { once } from 'node:events';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { randomUUID } from 'node:crypto';
import { afterAll, expect, it, onTestFinished } from 'vitest';
import type { FromSession, SessionPlan } from './plan.ts';
import { createSessionThreads } from './session-threads.ts';

const threads = createSessionThreads();
afterAll(() => threads.close());

/** A daemon that does this to whoever connects. */
async function daemon(meet: (socket: net.Socket) => void): Promise<SessionPlan> {
  const address = { path: path.join(os.tmpdir(), `slipway-${randomUUID()}.sock`) };
  const server = net.createServer((socket) => meet(socket.on('error', () => undefined)));
  server.listen(address);
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const folder = os.tmpdir();
  return {
    id: randomUUID(),
    sharedKey: 'test',
    name: 'test',
    route: { kind: 'socket', address },
    daemon: 'docker',
    context: folder,
    dockerfileFolder: folder,
    ssh: [],
    agentSocket: undefined,
  };
}

it('leaves a session that never came about, and serves the next ones all the same', async () => {
  const warnings: Error[] = [];
  const warn = (warning: Error) => warnings.push(warning);
  process.on('warning', warn);
  onTestFinished(() => void process.off('warning', warn));
  // More often than an emitter takes listeners without a word.
  for (const status of Array.from({ length: 12 }, (_, index) => 404 + index)) {
    const plan = await daemon((socket) => socket.end(`HTTP/1.1 ${status} No\r\nContent-Length: 0\r\n\r\n`));
    const { port, over } = threads.serve(plan);
    const [said] = (await once(port, 'message')) as [FromSession];
    expect(said).toMatchObject({ kind: 'refused', status });
    port.postMessage({ kind: 'close' });
    expect(await over).toBeUndefined();
  }
  expect(warnings).toEqual([]);
});

it('leaves a daemon that says nothing at all', async () => {
  let met: (closed: Promise<unknown>) => void = () => undefined;
  // Wrapped: what is met is waited for, its end only later.
  const meeting = new Promise<{ readonly closed: Promise<unknown> }>(
    (resolve) => (met = (closed) => resolve({ closed })),
  );
  const { port, over } = threads.serve(await daemon((socket) => met(once(socket.resume(), 'close'))));
  const { closed } = await meeting;
  const words = once(port, 'message');
  port.postMessage({ kind: 'close' });
  expect(await words).toMatchObject([{ kind: 'refused' }]);
  expect(await over).toBeUndefined();
  await closed;
});

it('serves two at once', async () => {
  const plan = await daemon((socket) => socket.destroy());
  const both = [threads.serve(plan), threads.serve(plan)];
  await Promise.all(both.map(({ port }) => once(port, 'message')));
  for (const { port } of both) port.postMessage({ kind: 'close' });
  expect(await Promise.all(both.map(({ over }) => over))).toEqual([undefined, undefined]);
});
