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

const at = (seconds: number) => ({ seconds, nanos: 0 });

/** A message about one vertex, or about nothing but what it prints. */
function message(state: 'running' | 'over' | undefined, output?: string): Uint8Array {
  const vertex = { digest: 'sha256:1', inputs: [], name: 'RUN make', cached: false, started: at(1), error: '' };
  return StatusResponse.encode({
    vertexes: state === undefined ? [] : [{ ...vertex, completed: state === 'over' ? at(2) : undefined }],
    logs:
      output === undefined ? [] : [{ vertex: vertex.digest, timestamp: at(1), stream: 1, msg: Buffer.from(output) }],
  });
}
const line = message('running', 'made\n');

/** States and output in the order in which they were told; long output by its length. */
function story(events: readonly BuildEvent[]): readonly string[] {
  return events.flatMap((event) => {
    if (event.kind === 'vertex') return [event.vertex.status];
    if (event.kind !== 'log') return [];
    return [event.data.length > 100 ? `${event.data.length} bytes` : Buffer.from(event.data).toString()];
  });
}

it.each<[title: string, messages: readonly Uint8Array[], told: readonly string[]]>([
  ['in the same message', [message('over', 'made\n')], ['running', 'made\n', 'succeeded']],
  [
    'in the messages behind one that was cut',
    [
      message('running'),
      message('over', 'x'.repeat(1_048_600)),
      message(undefined, 'half a line, '),
      message(undefined, 'made\n'),
      message(undefined),
    ],
    ['running', '1048600 bytes', 'half a line, ', 'made\n', 'succeeded'],
  ],
])('tells that a vertex is over behind what it printed %s', async (_, messages, told) => {
  const client = await daemonWith(async (stream) => {
    for (const each of messages) if (!stream.write(each)) await stream.drained();
  });
  expect(story(await follow(client))).toEqual(told);
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
