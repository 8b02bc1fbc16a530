import http from 'node:http';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Client, createClient } from './client.ts';
import { parseEndpoint } from './connection/endpoint.ts';
import { isConnectionError, statusOf } from './failures.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'sw-'));
const socket = path.join(folder, 'docker.sock');
let server: http.Server;
let client: Client;
/** Heads of answers that have no end yet. */
let headSent: () => void = () => undefined;

beforeAll(async () => {
  server = http.createServer((request, response) => {
    const name = /^\/containers\/(\w+)\//.exec(request.url ?? '')?.[1];
    switch (name) {
      case 'whole':
        return response.end('{"StatusCode":3}');
      case 'bytes':
        return response.end('no JSON');
      case 'gone':
        return response.writeHead(404).end('{"message":"no such container"}');
      case 'broken':
        response.flushHeaders();
        return setImmediate(() => response.destroy());
      case 'refused':
        response.writeHead(500).flushHeaders();
        return setImmediate(() => response.destroy());
      default:
        response.flushHeaders();
        return headSent();
    }
  });
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  client = await createClient(parseEndpoint(`unix://${socket}`, { env: {} }));
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
  rmSync(folder, { recursive: true });
});

const ended = (name: string, signal?: AbortSignal) =>
  client.docker
    .getContainer(name)
    .wait({ condition: 'not-running', ...(signal === undefined ? {} : { abortSignal: signal }) }) as Promise<unknown>;

it('are told as what they are', async () => {
  expect(await ended('whole')).toEqual({ StatusCode: 3 });
  expect(await ended('bytes')).toEqual(Buffer.from('no JSON'));
  const refusal = await ended('gone').catch((error: unknown) => error);
  expect(statusOf(refusal)).toBe(404);
  expect(String(refusal)).toContain('no such container');
});

it.each([['broken'], ['refused']])('end when the connection does: %s', async (name) => {
  const error = await ended(name).catch((thrown: unknown) => thrown);
  expect(isConnectionError(error)).toBe(true);
});

it('end with the signal, also behind their head', async () => {
  const stop = new AbortController();
  const head = new Promise<void>((resolve) => (headSent = resolve));
  const waiting = ended('silent', stop.signal);
  const outcome = Promise.allSettled([waiting]);
  await head;
  stop.abort();
  expect(await outcome).toMatchObject([{ status: 'rejected', reason: { name: 'AbortError' } }]);
});
