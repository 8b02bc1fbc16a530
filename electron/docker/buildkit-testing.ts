// BuildKit by itself, as far as a test can have it: the BuildKit inside a real dockerd, with Docker's way in taken off. Who connects
// speaks gRPC from the first byte, as with buildkitd, over TCP or TLS.
import { once } from 'node:events';
import net, { type AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import tls from 'node:tls';

export interface BareBuildKit {
  /** `tcp://127.0.0.1:port` */
  readonly host: string;
  readonly port: number;
  /** Drops every connection and listens no more. */
  stop(): Promise<void>;
  start(): Promise<void>;
}

/** @param target `unix:///…/docker.sock` */
export async function bareBuildKit(target: string, secure?: tls.TlsOptions): Promise<BareBuildKit> {
  const connections = new Set<Duplex>();
  const serve = (client: Duplex) => {
    const daemon = net.connect(new URL(target).pathname);
    for (const each of [client, daemon]) {
      connections.add(each);
      each.on('error', () => undefined);
      each.once('close', () => {
        connections.delete(each);
        client.destroy();
        daemon.destroy();
      });
    }
    daemon.write(
      'POST /grpc HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: h2c\r\nContent-Length: 0\r\n\r\n',
    );
    void enter(daemon).then(
      () => client.pipe(daemon).pipe(client),
      () => daemon.destroy(),
    );
  };
  const server =
    secure === undefined
      ? net.createServer(serve)
      : tls.createServer({ ...secure, ALPNProtocols: ['h2'] }, (socket) =>
          // As Go's gRPC servers do since 1.67.
          socket.alpnProtocol === 'h2' ? serve(socket) : socket.destroy(),
        );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    host: `tcp://127.0.0.1:${port}`,
    port,
    async start() {
      server.listen(port, '127.0.0.1');
      await once(server, 'listening');
    },
    async stop() {
      if (!server.listening) return;
      const closed = once(server, 'close');
      server.close();
      for (const connection of connections) connection.destroy();
      await closed;
    },
  };
}

/** Reads the answer to the upgrade; what comes behind it stays to be read. */
async function enter(daemon: net.Socket): Promise<void> {
  let head = Buffer.alloc(0);
  for (;;) {
    const piece = daemon.read() as Buffer | null;
    if (piece === null) {
      await once(daemon, 'readable');
      continue;
    }
    head = Buffer.concat([head, piece]);
    const end = head.indexOf('\r\n\r\n');
    if (end === -1) continue;
    if (!head.toString('latin1').startsWith('HTTP/1.1 101')) throw new Error(head.toString());
    daemon.unshift(head.subarray(end + 4));
    return;
  }
}
