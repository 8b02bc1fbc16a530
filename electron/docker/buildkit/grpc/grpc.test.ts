import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { mkdtemp, rm } from 'node:fs/promises';
import { type Duplex } from 'node:stream';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ConnectionLost, type GrpcClient, grpcClient } from './client.ts';
import { serveGrpc } from './server.ts';
import { GrpcStatus } from './status.ts';
import type { ServerMethod } from './stream.ts';
import { UpgradeRefused, upgradeToHttp2 } from './upgrade.ts';

const never = new AbortController().signal;

/** A listener on a unix socket that is gone with the test. */
async function listen(onConnection: (socket: net.Socket) => void): Promise<string> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'slipway-grpc-'));
  const sockets = new Set<net.Socket>();
  const server = net.createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    onConnection(socket);
  });
  const address = path.join(folder, 's');
  await new Promise<void>((resolve) => server.listen(address, resolve));
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
    await rm(folder, { recursive: true });
  });
  return address;
}

const connectTo = (address: string) => () => Promise.resolve<Duplex>(net.connect(address));

/** A client whose server has these methods. */
async function clientOf(
  methods: Readonly<Record<string, ServerMethod>>,
): Promise<{ client: GrpcClient; drop: () => void }> {
  let drop = () => undefined as void;
  const address = await listen((socket) => {
    drop = () => void socket.destroy();
    serveGrpc(socket, new Map(Object.entries(methods)));
  });
  const client = grpcClient(net.connect(address));
  onTestFinished(() => client.close());
  return { client, drop: () => drop() };
}

const echo: ServerMethod = async (stream) => {
  for await (const message of stream.messages()) {
    if (!stream.write(message)) await stream.drained();
  }
};

async function statusOf(call: Promise<unknown>): Promise<unknown> {
  return call.then(
    () => 'ended well',
    (error: unknown) => (error instanceof GrpcStatus ? [error.code, error.message] : error),
  );
}

describe('gRPC on one connection', () => {
  it.each([[0], [1], [5 * 1024 * 1024]])('carries a message of %i bytes there and back', async (length) => {
    const { client } = await clientOf({ '/a/Echo': echo });
    const sent = Buffer.alloc(length, 'slipway');
    expect(Buffer.from(await client.unary('/a/Echo', sent, never)).equals(sent)).toBe(true);
  });

  it('streams more than fits in any window, in order', async () => {
    const count = 1000;
    const { client } = await clientOf({
      '/a/Count': async (stream) => {
        for (let number = 0; number < count; number++) {
          const message = Buffer.alloc(32 * 1024);
          message.writeUInt32BE(number);
          if (!stream.write(message)) await stream.drained();
        }
      },
    });
    const numbers: number[] = [];
    for await (const message of client.stream('/a/Count', new Uint8Array(), never)) {
      numbers.push(Buffer.from(message).readUInt32BE());
    }
    expect(numbers).toEqual(Array.from({ length: count }, (_, number) => number));
  });

  it('tells the status that the method chose, in any script', async () => {
    const { client } = await clientOf({
      '/a/Refuse': () => Promise.reject(new GrpcStatus(5, '없음: 100% 🚢\n')),
      '/a/Break': () => Promise.reject(new Error('broken')),
    });
    expect(await statusOf(client.unary('/a/Refuse', new Uint8Array(), never))).toEqual([5, '없음: 100% 🚢\n']);
    expect(await statusOf(client.unary('/a/Break', new Uint8Array(), never))).toEqual([2, 'Error: broken']);
    expect(await statusOf(client.unary('/a/Nobody', new Uint8Array(), never))).toEqual([
      12,
      'unknown method /a/Nobody',
    ]);
  });

  it('talks both ways in one call, with headers of its own', async () => {
    const { client } = await clientOf({
      '/a/Answer': async (stream) => {
        stream.write(Buffer.from(stream.metadata.get('about')?.join() ?? ''));
        for await (const message of stream.messages()) {
          if (!stream.write(message)) await stream.drained();
        }
      },
    });
    const talk = client.withHeaders({ about: 'tea' }).talk('/a/Answer', never);
    const heard: string[] = [];
    for await (const message of talk.messages()) {
      heard.push(Buffer.from(message).toString());
      if (heard.length < 4) await talk.write(Buffer.from(`word ${heard.length}`));
      else talk.end();
    }
    expect(heard).toEqual(['tea', 'word 1', 'word 2', 'word 3']);
    // Nobody minds those who come late.
    await talk.write(Buffer.from('too late'));
    talk.end();
  });

  it('waits while nobody takes what it says, and no longer than the call lasts', async () => {
    let refuse: () => void = () => undefined;
    const refused = new Promise<void>((resolve) => (refuse = resolve));
    const { client } = await clientOf({
      '/a/Deaf': async () => {
        await refused;
        throw new GrpcStatus(3, 'not listening');
      },
    });
    const talk = client.talk('/a/Deaf', never);
    let waiting = false;
    const writing = (async () => {
      const much = Buffer.alloc(4 * 1024 * 1024);
      for (let count = 0; count < 8; count++) {
        waiting = true;
        await talk.write(much);
        waiting = false;
      }
    })();
    await expect.poll(() => waiting).toBe(true);
    refuse();
    const reading = (async () => {
      for await (const _ of talk.messages());
    })();
    expect(await statusOf(reading)).toEqual([3, 'not listening']);
    await writing;
  });

  it('cancels a call on both sides, and goes on with others', async () => {
    let canceled: (reason: unknown) => void;
    const seen = new Promise((resolve) => (canceled = resolve));
    const { client } = await clientOf({
      '/a/Echo': echo,
      '/a/Hang': (stream) =>
        new Promise((_, reject) => {
          stream.signal.addEventListener('abort', () => {
            canceled(stream.signal.reason);
            reject(stream.signal.reason as Error);
          });
          stream.write(Buffer.from('started'));
        }),
    });
    const controller = new AbortController();
    const reason = new Error('enough');
    const hanging = (async () => {
      for await (const message of client.stream('/a/Hang', new Uint8Array(), controller.signal)) {
        expect(Buffer.from(message).toString()).toBe('started');
        controller.abort(reason);
      }
    })();
    await expect(hanging).rejects.toBe(reason);
    expect(await seen).toBeInstanceOf(GrpcStatus);
    expect(await client.unary('/a/Echo', Uint8Array.of(1), never)).toEqual(Buffer.of(1));
  });

  it('says that the connection was lost, then and later', async () => {
    const { client, drop } = await clientOf({ '/a/Drop': () => Promise.resolve(drop()) });
    expect(await statusOf(client.unary('/a/Drop', new Uint8Array(), never))).toBeInstanceOf(ConnectionLost);
    expect(await statusOf(client.unary('/a/Drop', new Uint8Array(), never))).toBeInstanceOf(ConnectionLost);
  });
});

describe('the upgrade', () => {
  const head = 'HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n';

  it('keeps the bytes that come in the same read as the answer', async () => {
    const address = await listen((socket) => socket.once('data', () => socket.write(`${head}first bytes`)));
    const connection = await upgradeToHttp2(connectTo(address), '/grpc', {}, never);
    onTestFinished(() => void connection.destroy());
    expect(await new Promise((resolve) => connection.once('data', resolve))).toEqual(Buffer.from('first bytes'));
  });

  it('sends repeated headers one by one', async () => {
    const seen = new Promise<string>((resolve) => {
      void listen((socket) =>
        socket.once('data', (data: Buffer) => {
          resolve(data.toString());
          socket.write(head);
        }),
      ).then((address) => upgradeToHttp2(connectTo(address), '/session', { 'X-Method': ['/a', '/b'] }, never));
    });
    expect(await seen).toMatch(/^POST \/session HTTP\/1.1\r\n[^]*X-Method: \/a\r\nX-Method: \/b\r\n/);
  });

  it('tells what the daemon answered instead', async () => {
    const address = await listen((socket) =>
      socket.once('data', () => socket.end('HTTP/1.1 404 Not Found\r\nContent-Length: 5\r\n\r\nwhat?')),
    );
    const upgrading = upgradeToHttp2(connectTo(address), '/grpc', {}, never);
    await expect(upgrading).rejects.toThrow(UpgradeRefused);
    await expect(upgrading).rejects.toMatchObject({ status: 404, message: 'HTTP 404: what?' });
  });

  it('can be given up', async () => {
    const controller = new AbortController();
    const reason = new Error('enough');
    const address = await listen((socket) => socket.once('data', () => controller.abort(reason)));
    await expect(upgradeToHttp2(connectTo(address), '/grpc', {}, controller.signal)).rejects.toBe(reason);
  });
});
