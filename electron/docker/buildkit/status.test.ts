import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { mkdtemp, rm } from 'node:fs/promises';
import { expect, it, onTestFinished } from 'vitest';
import type { BuildEvent } from '../../engine/ports.ts';
import { type GrpcClient, grpcClient } from './grpc/client.ts';
import { serveGrpc } from './grpc/server.ts';
import type { ServerMethod } from './grpc/stream.ts';
import { StatusResponse } from './proto/control.ts';
import { followStatus } from './status.ts';
import { VertexLedger } from './vertices.ts';

/** A daemon that answers questions about progress in this way. */
async function daemonWith(status: ServerMethod): Promise<GrpcClient> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'slipway-status-'));
  const server = net.createServer((socket) => {
    serveGrpc(socket, new Map([['/moby.buildkit.v1.Control/Status', status]]));
  });
  const address = path.join(folder, 's');
  await new Promise<void>((resolve) => server.listen(address, resolve));
  const client = grpcClient(net.connect(address));
  onTestFinished(async () => {
    client.close();
    await new Promise((resolve) => server.close(resolve));
    await rm(folder, { recursive: true });
  });
  return client;
}

async function follow(client: GrpcClient): Promise<readonly BuildEvent[]> {
  const events: BuildEvent[] = [];
  const signal = new AbortController().signal;
  await followStatus(client, 'ref', new VertexLedger(), (event) => events.push(event), signal);
  return events;
}

const vertex = {
  digest: 'sha256:1',
  inputs: [],
  name: 'RUN make',
  cached: false,
  started: undefined,
  completed: undefined,
  error: '',
};
const line = StatusResponse.encode({
  vertexes: [vertex],
  logs: [{ vertex: 'sha256:1', timestamp: { seconds: 1, nanos: 0 }, stream: 1, msg: Buffer.from('made\n') }],
});

it('leaves a daemon that goes on for ever without telling anything, and says that output is missing', async () => {
  const client = await daemonWith(async (stream) => {
    stream.write(line);
    while (!stream.signal.aborted) {
      if (!stream.write(new Uint8Array(0))) await stream.drained();
      else await new Promise(setImmediate);
    }
  });
  const events = await follow(client);
  expect(events).toContainEqual(expect.objectContaining({ kind: 'log', data: Buffer.from('made\n') }));
  expect(events).toContainEqual({ kind: 'warning', text: expect.stringContaining('missing from this log') });
});

it('takes an empty message now and then for what it is', async () => {
  const client = await daemonWith(async (stream) => {
    for (let round = 0; round < 1_500; round++) {
      stream.write(new Uint8Array(0));
      if (!stream.write(line)) await stream.drained();
    }
  });
  const events = await follow(client);
  expect(events.filter((event) => event.kind === 'log')).toHaveLength(1_500);
  expect(events.filter((event) => event.kind === 'warning')).toEqual([]);
});
