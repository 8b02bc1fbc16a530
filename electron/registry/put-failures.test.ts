import { createHash } from 'node:crypto';
import type http from 'node:http';
import { Agent } from 'undici';
import { afterEach, describe, expect, it } from 'vitest';
import { parsePlatform } from '@shared/model/platform.ts';
import { createRegistry, type RegistryClient } from './registry.ts';
import { credentialsOf, errorOf, noTime, type ScriptedServer, startServer } from './registry-testing.ts';

const signal = new AbortController().signal;
const mediaType = 'application/vnd.oci.image.manifest.v1+json';
const manifest = JSON.stringify({ mediaType, layers: [] });
const digest = `sha256:${createHash('sha256').update(manifest).digest('hex')}`;
const started: ScriptedServer[] = [];
afterEach(async () => {
  await Promise.all(started.splice(0).map((server) => server.stop()));
});

type Answer = (n: number, request: http.IncomingMessage, response: http.ServerResponse) => void;
const taken: Answer = (_n, request, response) => {
  request.resume().on('end', () => response.writeHead(201).end());
};

/** A registry that has the manifest, and answers the nth PUT of one so. */
async function serve(answer: Answer) {
  let puts = 0;
  const server = await startServer((request, response) => {
    if (request.method === 'PUT') return answer(++puts, request, response);
    return void response.writeHead(200, { 'content-type': mediaType }).end(request.url === '/v2/' ? '{}' : manifest);
  });
  started.push(server);
  return server;
}

const puts: readonly (readonly [what: string, put: (client: RegistryClient, image: string) => Promise<unknown>])[] = [
  ['a tag', (client, image) => client.tag(`${image}@${digest}`, '2', signal)],
  [
    'an index',
    (client, image) => client.index(`${image}:2`, [{ platform: parsePlatform('linux/amd64'), digest }], signal),
  ],
];

/** Such an answer to the first PUT, and to those that follow. */
const passing: readonly (readonly [what: string, answer: Answer])[] = [
  ['is cut off', (_n, request) => void request.socket.resetAndDestroy()],
  ['is closed without a word', (_n, request) => void request.socket.destroy()],
  [
    'breaks off in the answer',
    (_n, request, response) => {
      response.writeHead(201, { 'content-length': '10' }).write('12345', () => request.socket.resetAndDestroy());
    },
  ],
  ['is silent', (_n, request) => void request.resume()],
  ['is asked for patience', (_n, _request, response) => void response.writeHead(429, { 'retry-after': '3' }).end()],
  ['fails', (_n, _request, response) => void response.writeHead(503).end()],
];

describe.each(puts)('a registry that is given %s', (given, put) => {
  const ask = (server: ScriptedServer) => {
    const time = noTime();
    const agent = new Agent({ headersTimeout: 300, bodyTimeout: 300 });
    const connections = async () => ({ dispatcherFor: async () => agent });
    const client = createRegistry(credentialsOf({}), { ...time, connections });
    return { time, done: put(client, `${server.host}/team/app`) };
  };

  it.each(passing)('has it in the end where it %s once', async (what, answer) => {
    const server = await serve((n, ...asked) => (n === 1 ? answer(n, ...asked) : taken(n, ...asked)));
    const { time, done } = ask(server);
    await done;
    expect(time.waits).toHaveLength(1);
    if (what === 'is asked for patience') expect(time.waits[0]).toBeGreaterThanOrEqual(3000);
  });

  it.each(passing)('is given up after four tries where it %s each time', async (_what, answer) => {
    const server = await serve(answer);
    const { time, done } = ask(server);
    const { code, fixes } = await errorOf(done);
    expect(code).toMatch(/^registry\.(?:unreachable|timeout|rateLimited|failed)$/);
    expect(fixes[0]).toEqual({ kind: 'retry' });
    expect(time.waits).toHaveLength(3);
    // No tag before what it leads to.
    expect(server.seen.filter(({ method }) => method === 'PUT')).toHaveLength(4);
    if (given === 'an index')
      expect(server.seen.filter(({ method, path }) => method === 'PUT' && path.endsWith('/2'))).toEqual([]);
  });

  it.each<readonly [string, Answer]>([
    ['speaks no HTTP', (_n, request) => void request.socket.end('220 mail ready\r\n')],
    [
      'tells another digest',
      (_n, _request, response) =>
        void response.writeHead(201, { 'docker-content-digest': `sha256:${'0'.repeat(64)}` }).end(),
    ],
    ['sends it elsewhere', (_n, _request, response) => void response.writeHead(307, { location: '/x' }).end()],
    ['says OK to something else', (_n, _request, response) => void response.writeHead(204).end()],
  ])('isn’t believed, and asked once, where it %s', async (_what, answer) => {
    const server = await serve(answer);
    expect(await errorOf(ask(server).done)).toMatchObject({ code: 'registry.invalid' });
    expect(server.seen.filter(({ method }) => method === 'PUT')).toHaveLength(1);
  });
});
