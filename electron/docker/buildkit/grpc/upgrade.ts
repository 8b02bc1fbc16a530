/** From HTTP/1.1 to HTTP/2 on one connection, as the Docker daemon offers it at `/grpc` and `/session` (RFC 7540, 3.2, without the settings header). */
import http from 'node:http';
import type { Duplex } from 'node:stream';

/** The daemon answered, but not with `101 Switching Protocols`. */
export class UpgradeRefused extends Error {
  readonly status: number;

  constructor(status: number, body: string) {
    super(`HTTP ${status}: ${body.trim()}`);
    this.name = 'UpgradeRefused';
    this.status = status;
  }
}

/** Opens a raw connection to the daemon; rejects when the signal fires. */
export type Connect = (signal: AbortSignal) => Promise<Duplex>;

/**
 * Asks for HTTP/2 on a fresh connection; both sides then speak it from the first byte on. The connection is destroyed on failure.
 * @throws UpgradeRefused | Error of the connection | the signal's reason
 */
export async function upgradeToHttp2(
  connect: Connect,
  path: string,
  headers: Readonly<Record<string, string | readonly string[]>>,
  signal: AbortSignal,
): Promise<Duplex> {
  const connection = await connect(signal);
  try {
    return await new Promise<Duplex>((resolve, reject) => {
      const request = http.request({
        method: 'POST',
        path,
        headers: {
          ...mutable(headers),
          Host: 'localhost',
          Connection: 'Upgrade',
          Upgrade: 'h2c',
          'Content-Length': '0',
        },
        createConnection: () => connection,
        signal,
      });
      request.on('error', reject);
      request.on('upgrade', (_response, socket, head) => {
        // What came after the 101 in the same read is HTTP/2 already.
        if (head.length > 0) socket.unshift(head);
        resolve(socket);
      });
      request.on('response', (response) => {
        const parts: Buffer[] = [];
        response.on('data', (part: Buffer) => parts.push(part));
        response.on('error', reject);
        response.on('end', () => reject(new UpgradeRefused(response.statusCode ?? 0, Buffer.concat(parts).toString())));
      });
      request.end();
    });
  } catch (error) {
    connection.destroy();
    signal.throwIfAborted();
    throw error;
  }
}

function mutable(headers: Readonly<Record<string, string | readonly string[]>>): Record<string, string | string[]> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, typeof value === 'string' ? value : [...value]]),
  );
}
