import type http from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { createRegistry } from './registry.ts';
import { credentialsOf, errorOf, noTime, type ScriptedServer, startServer } from './registry-testing.ts';

const signal = new AbortController().signal;
const started: ScriptedServer[] = [];
afterEach(async () => {
  await Promise.all(started.splice(0).map((server) => server.stop()));
});

async function ask(answer: (request: http.IncomingMessage, response: http.ServerResponse) => void) {
  const server = await startServer((request, response) =>
    request.url === '/v2/' ? void response.end('{}') : answer(request, response),
  );
  started.push(server);
  const time = noTime();
  const asking = createRegistry(credentialsOf({}), time).takesUploads(`${server.host}/team/app:1`, signal);
  const error = await errorOf(asking).catch(() => undefined);
  return { error, waits: time.waits, seen: server.seen.map(({ method, path }) => `${method} ${path}`) };
}

/** As distribution 2 and 3, Harbor and nginx say it. */
const words: readonly (readonly [what: string, status: number, body: unknown])[] = [
  ['distribution', 500, { errors: [{ code: 'UNKNOWN', detail: { DriverName: 'filesystem', Enclosed: { Err: 28 } } }] }],
  ['distribution', 500, { errors: [{ code: 'UNKNOWN', detail: 'write /data: no space left on device' }] }],
  ['a quota', 500, { errors: [{ code: 'UNKNOWN', detail: { Enclosed: { Op: 'write', Err: 122 } } }] }],
  [
    'Harbor',
    403,
    { errors: [{ code: 'DENIED', message: 'adding 1 MiB will exceed the configured upper limit of 1 GiB' }] },
  ],
  ['its status', 507, 'Insufficient Storage'],
];

describe('whether a registry takes uploads', () => {
  it('is asked once, by an upload that is given up at once', async () => {
    const { error, seen } = await ask((request, response) =>
      request.method === 'POST'
        ? response.writeHead(202, { location: '/v2/team/app/blobs/uploads/1?state=a' }).end()
        : response.writeHead(204).end(),
    );
    expect(error).toBeUndefined();
    expect(seen.slice(-2)).toEqual(['POST /v2/team/app/blobs/uploads/', 'DELETE /v2/team/app/blobs/uploads/1?state=a']);
  });

  it.each(['http://elsewhere.example/upload', 'http://[broken', ''])(
    'leaves an upload at %j alone',
    async (location) => {
      const { error, seen } = await ask((_request, response) => response.writeHead(202, { location }).end());
      expect(error).toBeUndefined();
      expect(seen.filter((line) => line.startsWith('DELETE')).every((line) => line.includes('/v2/team/app/'))).toBe(
        true,
      );
    },
  );

  it.each(words)('is not where there is no room, as %s says it', async (_what, status, body) => {
    const { error, waits } = await ask((_request, response) => response.writeHead(status).end(JSON.stringify(body)));
    expect(error).toMatchObject({ code: 'registry.full', params: { status }, fixes: [{ kind: 'retry' }] });
    expect(waits).toEqual([]);
  });

  it.each([
    [500, 'registry.failed'],
    [503, 'registry.failed'],
    [401, 'registry.unauthorized'],
    [403, 'registry.forbidden'],
    [429, 'registry.rateLimited'],
  ])('is not known of a %i', async (status, code) => {
    const { error, waits } = await ask((_request, response) => response.writeHead(status).end('{}'));
    expect(error).toMatchObject({ code });
    expect(waits).toEqual([]);
  });
});
