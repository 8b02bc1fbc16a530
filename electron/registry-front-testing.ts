/** For tests of registries that fail: something happens right before a registry is asked for this or that. */
import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Registry } from '../scripts/parts/registry.ts';

export interface RegistryFront {
  /** What images are named by: `127.0.0.1:12345`. */
  readonly host: string;
  /** Asked with each request (`PUT /v2/app/manifests/1`), which goes on when it has resolved. Nothing, where nothing is to happen. */
  before: (request: string) => Promise<void> | void;
  /** Kills the registry: whoever is connected is cut off, and nobody connects any more. */
  kill(): Promise<void>;
  /** The same registry, at the same place. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** Stands before a real registry. */
export async function startRegistryFront(registry: Pick<Registry, 'url' | 'kill' | 'restart'>): Promise<RegistryFront> {
  const { hostname, port } = new URL(registry.url);
  const server = http.createServer((request, response) => {
    const { method = '', url = '', headers } = request;
    const pass = () => {
      const onward = http.request({ hostname, port, path: url, method, headers, agent: false }, (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.on('error', () => response.destroy());
        answer.pipe(response);
      });
      onward.on('error', () => response.destroy());
      response.on('close', () => onward.destroy());
      request.pipe(onward);
    };
    void Promise.resolve(front.before(`${method} ${url.split('?')[0]}`)).then(pass, () => response.destroy());
  });
  const listen = async (at: number) => {
    server.listen(at, '127.0.0.1');
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  };
  const close = async () => {
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  };
  const own = await listen(0);
  const front: RegistryFront = {
    host: `127.0.0.1:${own}`,
    before: () => undefined,
    async kill() {
      await registry.kill();
      await close();
    },
    async restart() {
      await registry.restart();
      await listen(own);
    },
    stop: close,
  };
  return front;
}
