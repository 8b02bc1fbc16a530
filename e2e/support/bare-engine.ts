import { once } from 'node:events';
import http from 'node:http';
import { json } from 'node:stream/consumers';

/** An engine without BuildKit's end points, as Podman is. */
export interface BareEngine {
  /** `unix:///…` */
  readonly host: string;
  /** Requests seen so far: `POST /containers/create`. */
  readonly requests: readonly string[];
  stop(): Promise<void>;
}

/** Stands before a real engine at `socket`, and hides its BuildKit; with `os`, it says that it runs that. */
export async function bareEngine(socket: string, target: string, os?: 'windows'): Promise<BareEngine> {
  const requests: string[] = [];
  const server = http.createServer((request, response) => {
    const { method, url, headers } = request;
    requests.push(`${method} ${url?.split('?')[0]}`);
    const onward = http.request({ socketPath: new URL(target).pathname, method, path: url, headers }, (answer) => {
      if (os !== undefined && url?.endsWith('/version')) {
        void json(answer).then((version) => response.end(JSON.stringify({ ...Object(version), Os: os })));
        return;
      }
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    onward.on('error', () => response.destroy());
    request.pipe(onward);
  });
  server.on('upgrade', (_request, connection) => connection.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n'));
  server.listen(socket);
  await once(server, 'listening');
  return {
    host: `unix://${socket}`,
    requests,
    async stop() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
