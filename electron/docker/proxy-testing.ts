// Between a test and a real engine: a socket that can go away and come back, and that can hide BuildKit as Podman does.
import http from 'node:http';
import net from 'node:net';
import type { Duplex } from 'node:stream';

export interface EngineProxy {
  /** `unix:///…` */
  readonly host: string;
  /** Requests seen so far: `POST /build`. */
  readonly requests: readonly string[];
  /** Drops every connection and the socket, as when an engine is killed. */
  stop(): Promise<void>;
  start(): Promise<void>;
}

/** Listens at `socket` and hands everything on to the engine at `target` (`unix:///…`). */
export async function proxyEngine(
  socket: string,
  target: string,
  options: {
    readonly buildkit: boolean;
    /** Hears each address as it was asked for, with all that stands in it. */
    readonly onAddress?: ((address: string) => void) | undefined;
    /** Hears what was asked for with each address, whole. */
    readonly onBody?: ((request: string, body: Buffer) => void) | undefined;
    /** What the engine says that it runs, in place of the truth: BuildKit is best hidden then, which doesn't lie along. */
    readonly os?: 'windows' | undefined;
    /** The answer to such a request (`POST /commit`) is held back until this has resolved; the engine has done its work by then. */
    readonly hold?: ((request: string) => Promise<void> | undefined) | undefined;
  },
): Promise<EngineProxy> {
  const targetSocket = new URL(target).pathname;
  const connections = new Set<Duplex>();
  const requests: string[] = [];
  const server = http.createServer((request, response) => {
    const asked = `${request.method} ${request.url?.split('?')[0]}`;
    requests.push(asked);
    options.onAddress?.(request.url ?? '');
    const { method, url: path } = request;
    // An engine that closes behind its answer may do so before Node has written the end of what was asked, and Node then
    // drops the answer.
    const headers = { ...request.headers, connection: 'keep-alive' };
    const onward = http.request({ socketPath: targetSocket, method, path, headers, agent: false }, (answer) => {
      const give = () => {
        if (options.os !== undefined && asked === 'GET /version') return void giveVersion(answer, options.os, response);
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
        return undefined;
      };
      answer.on('error', () => response.destroy());
      const held = options.hold?.(asked);
      if (held === undefined) give();
      else void held.then(give);
    });
    onward.on('error', () => response.destroy());
    response.on('close', () => onward.destroy());
    request.pipe(onward);
    if (options.onBody !== undefined) {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => options.onBody?.(asked, Buffer.concat(chunks)));
    }
  });
  server.on('upgrade', (request: http.IncomingMessage, client: Duplex, head: Buffer) => {
    requests.push(`UPGRADE ${request.url}`);
    if (!options.buildkit) {
      client.end('HTTP/1.1 404 Not Found\r\nContent-Length: 9\r\nConnection: close\r\n\r\nnot found');
      return;
    }
    const onward = net.connect(targetSocket);
    const names = request.rawHeaders.filter((_, index) => index % 2 === 0);
    const lines = names.map((name, index) => `${name}: ${request.rawHeaders[index * 2 + 1]}`);
    onward.write([`${request.method} ${request.url} HTTP/1.1`, ...lines, '', ''].join('\r\n'));
    onward.write(head);
    client.pipe(onward).pipe(client);
    client.on('error', () => onward.destroy());
    onward.on('error', () => client.destroy());
    client.on('close', () => onward.destroy());
  });
  server.on('connection', (connection) => {
    connections.add(connection);
    connection.on('close', () => connections.delete(connection));
  });
  const start = () => new Promise<void>((resolve) => server.listen(socket, resolve));
  await start();
  return {
    host: `unix://${socket}`,
    requests,
    start,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const connection of connections) connection.destroy();
      }),
  };
}

async function giveVersion(answer: http.IncomingMessage, os: string, response: http.ServerResponse): Promise<void> {
  const version = JSON.parse((await answer.toArray()).join('')) as object;
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ ...version, Os: os }));
}
