import { createHash } from 'node:crypto';
import type http from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { checkRegistry } from './check.ts';
import { createRegistry } from './registry.ts';
import { credentialsOf, errorOf, noTime, type ScriptedServer, startServer } from './registry-testing.ts';

// Flows that the real registries of the integration tests don't have: tokens, redirects, hostile answers.

const signal = new AbortController().signal;
const manifest = JSON.stringify({ mediaType: 'application/vnd.oci.image.manifest.v1+json', layers: [{ size: 5 }] });
const digest = `sha256:${createHash('sha256').update(manifest).digest('hex')}`;
const login = { username: 'harbour', password: 'lock-&-quay 7' };
const basic = `Basic ${Buffer.from('harbour:lock-&-quay 7').toString('base64')}`;

const started: ScriptedServer[] = [];
async function serve(answer: (request: http.IncomingMessage, response: http.ServerResponse) => void) {
  const server = await startServer(answer);
  started.push(server);
  return server;
}
afterEach(async () => {
  await Promise.all(started.splice(0).map((server) => server.stop()));
});

function sendManifest(
  response: http.ServerResponse,
  headers: http.OutgoingHttpHeaders = { 'docker-content-digest': digest },
) {
  response.writeHead(200, { 'content-type': 'application/vnd.oci.image.manifest.v1+json', ...headers }).end(manifest);
}

/** A registry that wants a token of this server. */
function wantsToken(realm: string, good = 'Bearer good-token') {
  return serve((request, response) => {
    if (request.headers.authorization === good) return sendManifest(response);
    const challenge = `Bearer realm="${realm}",service="reg",scope="repository:team/app:pull"`;
    return void response.writeHead(401, { 'www-authenticate': challenge }).end();
  });
}

describe('sign-in by token', () => {
  const tokens = (answer: unknown = { token: 'good-token', expires_in: 300 }, status = 200) =>
    serve((request, response) => {
      request.resume();
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
    });

  it('asks for what it needs, with the credential, once', async () => {
    const server = await tokens();
    const registry = await wantsToken(`${server.url}/token?tenant=1`);
    const client = createRegistry(credentialsOf({ [registry.host]: login }), noTime());
    expect(await client.head(`${registry.host}/team/app:1`, signal)).toMatchObject({ digest });
    await client.head(`${registry.host}/team/app:2`, signal);
    await client.tag(`${registry.host}/team/app:1`, 'stable', signal);

    expect(server.seen.map(({ method, path, headers }) => [method, path, headers.authorization])).toEqual(
      ['repository%3Ateam%2Fapp%3Apull', 'repository%3Ateam%2Fapp%3Apull%2Cpush'].map((scope) => [
        'GET',
        `/token?tenant=1&service=reg&scope=${scope}&account=harbour`,
        basic,
      ]),
    );
    expect(registry.seen.every(({ headers }) => headers.authorization !== basic)).toBe(true);
  });

  it('asks anew once a credential was changed', async () => {
    const server = await tokens();
    const registry = await wantsToken(`${server.url}/token`);
    const logins: Record<string, typeof login> = { [registry.host]: login };
    const client = createRegistry({ ...credentialsOf({}), forHost: async (host) => logins[host] }, noTime());
    await client.head(`${registry.host}/team/app:1`, signal);
    logins[registry.host] = { username: 'pilot', password: 'other' };
    client.forget();
    await client.head(`${registry.host}/team/app:1`, signal);
    expect(server.seen.map(({ headers }) => headers.authorization)).toEqual([
      basic,
      `Basic ${Buffer.from('pilot:other').toString('base64')}`,
    ]);
  });

  it('works without a credential where the registry gives tokens to all', async () => {
    const server = await tokens({ access_token: 'good-token' });
    const registry = await wantsToken(`${server.url}/token`);
    expect(await createRegistry(credentialsOf({}), noTime()).head(`${registry.host}/team/app`, signal)).toMatchObject({
      digest,
    });
    expect(server.seen[0]?.headers.authorization).toBeUndefined();
  });

  it('trades an identity token in, in the body and not in the address', async () => {
    const bodies: string[] = [];
    const server = await serve((request, response) => {
      request.on('data', (chunk: Buffer) => bodies.push(chunk.toString()));
      request.on('end', () => response.end(JSON.stringify({ access_token: 'good-token' })));
    });
    const registry = await wantsToken(`${server.url}/oauth2/token`);
    const credential = { username: '<token>', password: '', identityToken: 'refresh me' };
    await createRegistry(credentialsOf({ [registry.host]: credential }), noTime()).head(
      `${registry.host}/team/app`,
      signal,
    );
    expect(server.seen.map(({ method, path }) => [method, path])).toEqual([['POST', '/oauth2/token']]);
    expect(Object.fromEntries(new URLSearchParams(bodies.join('')))).toEqual({
      grant_type: 'refresh_token',
      client_id: 'slipway',
      refresh_token: 'refresh me',
      service: 'reg',
      scope: 'repository:team/app:pull',
    });
  });

  it('fetches a new token when the old one has run out', async () => {
    let now = 0;
    const server = await tokens({ token: 'good-token', expires_in: 100 });
    const registry = await wantsToken(`${server.url}/token`);
    const client = createRegistry(credentialsOf({}), { ...noTime(), clock: { now: () => now } });
    const image = `${registry.host}/team/app`;
    await client.head(image, signal);
    now = 89_000;
    await client.head(image, signal);
    expect(server.seen).toHaveLength(1);
    now = 91_000;
    await client.head(image, signal);
    expect(server.seen).toHaveLength(2);
  });

  it('fetches a new token when the registry forgets the old one', async () => {
    let current = 'one';
    const server = await serve((_request, response) => response.end(JSON.stringify({ token: current })));
    const registry = await serve((request, response) => {
      if (request.headers.authorization === `Bearer ${current}`) return sendManifest(response);
      return void response.writeHead(401, { 'www-authenticate': `Bearer realm="${server.url}/t"` }).end();
    });
    const client = createRegistry(credentialsOf({}), noTime());
    await client.head(`${registry.host}/team/app`, signal);
    current = 'two';
    expect(await client.head(`${registry.host}/team/app`, signal)).toMatchObject({ digest });
  });

  it.each(['http://auth.example/token', 'https://user:pw@auth.example/token', 'file:///etc/passwd', '/token', ''])(
    'never asks for a credential to take it to %j',
    async (realm) => {
      const registry = await wantsToken(realm);
      const client = createRegistry(credentialsOf({ [registry.host]: login }), noTime());
      expect((await errorOf(client.head(`${registry.host}/team/app`, signal))).code).toBe('registry.invalid');
    },
  );

  it.each<[string, unknown, number, string]>([
    ['a wrong password', { errors: [{ code: 'UNAUTHORIZED', message: 'no' }] }, 401, 'registry.unauthorized'],
    ['a user without rights', {}, 403, 'registry.forbidden'],
    ['no token', {}, 200, 'registry.invalid'],
    ['a token that breaks headers', { token: 'a\r\nx: y' }, 200, 'registry.invalid'],
    ['no JSON object', 'good-token', 200, 'registry.invalid'],
    ['a server that is broken', {}, 500, 'registry.failed'],
  ])('%s ends in the right error', async (_what, answer, status, code) => {
    const server = await tokens(answer, status);
    const registry = await wantsToken(`${server.url}/token`);
    const client = createRegistry(credentialsOf({ [registry.host]: login }), noTime());
    expect((await errorOf(client.head(`${registry.host}/team/app`, signal))).code).toBe(code);
  });

  it('does not go round in circles when the token is refused', async () => {
    const server = await tokens({ token: 'not-that-one' });
    const registry = await wantsToken(`${server.url}/token`);
    const error = await errorOf(createRegistry(credentialsOf({}), noTime()).head(`${registry.host}/team/app`, signal));
    expect(error).toMatchObject({
      code: 'registry.unauthorized',
      fixes: [{ kind: 'signIn', registry: registry.host }],
    });
    expect(server.seen).toHaveLength(1);
  });
});

describe('redirects', () => {
  it.each([301, 302, 303, 307, 308])('%i to another host takes no credential there', async (status) => {
    const other = await serve((_request, response) => sendManifest(response));
    const registry = await serve((request, response) => {
      if (request.headers.authorization !== basic) {
        return void response.writeHead(401, { 'www-authenticate': 'Basic realm="r"' }).end();
      }
      return void response.writeHead(status, { location: `${other.url}/elsewhere?signature=s` }).end();
    });
    const client = createRegistry(credentialsOf({ [registry.host]: login }), noTime());
    expect(await client.describe(`${registry.host}/team/app`, signal)).toMatchObject({ digest, compressedSize: 5 });
    expect(other.seen.map(({ headers }) => headers.authorization)).toEqual([undefined]);
  });

  it('within the host keep it', async () => {
    const registry = await serve((request, response) => {
      if (request.headers.authorization !== basic) {
        return void response.writeHead(401, { 'www-authenticate': 'Basic realm="r"' }).end();
      }
      if (request.url === '/moved') return sendManifest(response);
      return void response.writeHead(307, { location: '/moved' }).end();
    });
    const client = createRegistry(credentialsOf({ [registry.host]: login }), noTime());
    expect(await client.head(`${registry.host}/team/app`, signal)).toMatchObject({ digest });
  });

  it.each(['http://reg.example/x', 'https://user:pw@reg.example/x', 'gopher://x', 'http://[broken'])(
    'to %s are not followed',
    async (location) => {
      const registry = await serve((_request, response) => response.writeHead(302, { location }).end());
      const error = await errorOf(
        createRegistry(credentialsOf({}), noTime()).head(`${registry.host}/team/app`, signal),
      );
      expect(error.code).toBe('registry.invalid');
    },
  );

  it('end', async () => {
    const registry = await serve((_request, response) => response.writeHead(302, { location: '/again' }).end());
    const error = await errorOf(createRegistry(credentialsOf({}), noTime()).head(`${registry.host}/team/app`, signal));
    expect(error).toMatchObject({ code: 'registry.invalid', cause: 'more than 5 redirects' });
  });

  it('of an upload are not followed', async () => {
    const registry = await serve((request, response) =>
      request.method === 'PUT' ? response.writeHead(307, { location: '/x' }).end() : sendManifest(response),
    );
    const error = await errorOf(
      createRegistry(credentialsOf({}), noTime()).tag(`${registry.host}/team/app`, 'new', signal),
    );
    expect(error.code).toBe('registry.invalid');
    expect(registry.seen.filter(({ method }) => method === 'PUT')).toHaveLength(1);
  });
});

describe('digests', () => {
  it.each<[string, http.OutgoingHttpHeaders]>([
    ['left out', {}],
    ['nonsense', { 'docker-content-digest': 'sha256:abc' }],
  ])('%s by the registry are made from the manifest', async (_what, headers) => {
    const registry = await serve((_request, response) => sendManifest(response, headers));
    expect(await createRegistry(credentialsOf({}), noTime()).head(`${registry.host}/team/app`, signal)).toMatchObject({
      digest,
    });
    expect(registry.seen.filter(({ path }) => path !== '/v2/').map(({ method }) => method)).toEqual(['HEAD', 'GET']);
  });

  it('are found where a registry knows no HEAD', async () => {
    const registry = await serve((request, response) =>
      request.method === 'HEAD' ? response.writeHead(405).end() : sendManifest(response),
    );
    expect(await createRegistry(credentialsOf({}), noTime()).head(`${registry.host}/team/app`, signal)).toMatchObject({
      digest,
    });
  });

  it.each(['head', 'describe'] as const)('that are not the ones asked for are refused (%s)', async (method) => {
    const registry = await serve((_request, response) => sendManifest(response));
    const image = `${registry.host}/team/app@sha256:${'0'.repeat(64)}`;
    expect((await errorOf(createRegistry(credentialsOf({}), noTime())[method](image, signal))).code).toBe(
      'registry.invalid',
    );
  });

  it('that a registry tells wrongly are refused', async () => {
    const wrong = { 'docker-content-digest': `sha256:${'0'.repeat(64)}` };
    const registry = await serve((_request, response) => sendManifest(response, wrong));
    const error = await errorOf(
      createRegistry(credentialsOf({}), noTime()).describe(`${registry.host}/team/app`, signal),
    );
    expect(error.code).toBe('registry.invalid');
  });
});

describe('answers that are not to be believed', () => {
  it('larger than a manifest may be are cut off', async () => {
    const registry = await serve((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/vnd.oci.image.manifest.v1+json' });
      const flood = () => {
        while (!response.destroyed && response.write(Buffer.alloc(65_536, 'x')));
      };
      response.on('drain', flood);
      flood();
    });
    const error = await errorOf(
      createRegistry(credentialsOf({}), noTime()).describe(`${registry.host}/team/app`, signal),
    );
    expect(error).toMatchObject({ code: 'registry.invalid', cause: 'the answer is larger than 4194304 bytes' });
  });

  it('are quoted on one line, shortened, and without what was sent', async () => {
    const registry = await serve((request, response) => {
      if (request.headers.authorization === undefined) {
        return void response.writeHead(401, { 'www-authenticate': 'Basic realm="r"' }).end();
      }
      const message = `no\r\n\u001b[31m for ${request.headers.authorization} ${login.password} ${'x'.repeat(5000)}`;
      return void response.writeHead(403).end(JSON.stringify({ errors: [{ code: 'DENIED', message }] }));
    });
    const client = createRegistry(credentialsOf({ [registry.host]: login }), noTime());
    const error = await errorOf(client.describe(`${registry.host}/team/app`, signal));
    expect(error).toMatchObject({ code: 'registry.forbidden', params: { registry: registry.host } });
    expect(error.cause).toContain('DENIED: no [31m for Basic *** ***');
    expect(error.cause?.length).toBeLessThan(700);
  });

  it('from what speaks no HTTP end in an error', async () => {
    const registry = await serve((request) => request.socket.end('220 mail ready\r\n'));
    const error = await errorOf(createRegistry(credentialsOf({}), noTime()).head(`${registry.host}/team/app`, signal));
    expect(error.code).toBe('registry.invalid');
  });
});

describe('an abort', () => {
  it('ends a request that hangs, with the reason', async () => {
    const abort = new AbortController();
    const reason = new Error('canceled');
    const registry = await serve(() => abort.abort(reason));
    const asking = createRegistry(credentialsOf({}), noTime()).head(`${registry.host}/team/app`, abort.signal);
    await expect(asking).rejects.toBe(reason);
  });

  it('ends a wait, with the reason', async () => {
    const abort = new AbortController();
    const reason = new Error('canceled');
    const registry = await serve((_request, response) => {
      response.writeHead(503, { 'retry-after': '50' }).end(() => abort.abort(reason));
    });
    const asking = createRegistry(credentialsOf({})).head(`${registry.host}/team/app`, abort.signal);
    await expect(asking).rejects.toBe(reason);
  });
});

describe('checkRegistry', () => {
  it('signs in by a token for nothing in particular', async () => {
    const tokens = await serve((request, response) =>
      request.headers.authorization === basic
        ? response.end(JSON.stringify({ token: 'good-token' }))
        : response.writeHead(401).end(),
    );
    const registry = await wantsToken(`${tokens.url}/token`);
    expect(await checkRegistry(registry.host, login, signal, noTime())).toMatchObject({
      signedIn: true,
      username: 'harbour',
    });
    expect(tokens.seen.map(({ path }) => path)).toEqual(['/token?service=reg&account=harbour']);

    const wrong = { ...login, password: 'wrong' };
    const error = await errorOf(checkRegistry(registry.host, wrong, signal, noTime()));
    expect(error).toMatchObject({
      code: 'registry.unauthorized',
      fixes: [{ kind: 'signIn', registry: registry.host }],
    });
  });

  it.each<[string, number, http.OutgoingHttpHeaders]>([
    ['a web page', 200, { 'content-type': 'text/html; charset=utf-8' }],
    ['a server that has no /v2/', 404, {}],
    ['a refusal without a challenge', 401, {}],
    ['a challenge of another kind', 401, { 'www-authenticate': 'Negotiate' }],
  ])('tells %s from a registry', async (_what, status, headers) => {
    const server = await serve((_request, response) => response.writeHead(status, headers).end());
    expect((await errorOf(checkRegistry(server.host, login, signal, noTime()))).code).toBe('registry.invalid');
  });

  it.each([
    [403, 'registry.forbidden', 'signIn'],
    [429, 'registry.rateLimited', 'retry'],
    [503, 'registry.failed', 'retry'],
  ])('tells a %i apart, with what helps', async (status, code, fix) => {
    const server = await serve((_request, response) => response.writeHead(status).end());
    const error = await errorOf(checkRegistry(server.host, login, signal, noTime()));
    expect(error).toMatchObject({ code, params: { status } });
    expect(error.fixes.map(({ kind }) => kind)).toContain(fix);
  });

  it.each(['myreg', 'https://reg.example', '', 'reg.example/x', 'reg.example:99999'])(
    'refuses %j as a host',
    async (host) => {
      expect((await errorOf(checkRegistry(host, undefined, signal, noTime()))).code).toBe('registry.invalid');
    },
  );
});
