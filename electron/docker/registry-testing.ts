// For the tests of pushes: registries that do as a test wants.
import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** What serves as a registry until the test is over; its host. */
export async function registryThat(listener: http.RequestListener): Promise<string> {
  const server = http.createServer(listener);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A registry that reads a layer drop by drop, and never says that it has it. */
export async function slowRegistry() {
  let begun: () => void = () => undefined;
  let ended: () => void = () => undefined;
  const uploading = new Promise<void>((resolve) => (begun = resolve));
  const dropped = new Promise<void>((resolve) => (ended = resolve));
  const host = await registryThat((asked, response) => {
    switch (asked.method) {
      case 'HEAD':
        response.writeHead(404).end();
        break;
      case 'POST':
        response.writeHead(202, { location: '/v2/push/engine/blobs/uploads/1', range: '0-0' }).end();
        break;
      case 'PATCH':
      case 'PUT':
        asked.on('data', () => {
          begun();
          asked.pause();
          setTimeout(() => asked.resume(), 20);
        });
        response.once('close', ended);
        break;
      default:
        response.end('{}');
    }
  });
  return { host, uploading, dropped };
}
