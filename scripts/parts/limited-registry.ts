// A real registry behind what tells a limit in each answer, as Docker Hub does (docs.docker.com: usage and limits).
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import type { RegistryInfo } from './registry.ts';

export interface LimitedRegistry {
  /** `127.0.0.1:5001` */
  readonly host: string;
  stop(): Promise<void>;
}

/** @param remaining requests for manifests that are left at first; it doesn't hold anybody to them */
export async function startLimitedRegistry(
  registry: RegistryInfo,
  { limit, remaining }: { readonly limit: number; readonly remaining: number },
): Promise<LimitedRegistry> {
  const { hostname, port } = new URL(registry.url);
  let left = remaining;
  const server = http.createServer((request, response) => {
    const { method = '', url: path = '', headers } = request;
    if (method === 'GET' && path.includes('/manifests/')) left = Math.max(0, left - 1);
    const told = { 'ratelimit-limit': `${limit};w=21600`, 'ratelimit-remaining': `${left};w=21600` };
    const onward = http.request({ hostname, port, path, method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, { ...answer.headers, ...told });
      answer.pipe(response);
    });
    onward.on('error', () => response.destroy());
    request.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
