// A real registry whose tokens come from a server of their own (distribution: token authentication): ours, which knows one user, one
// identity token, and grants what it is told to.
import { createSign, randomUUID } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { run } from '../setup/shell.mjs';
import { type Login, type Registry, startRegistry } from './registry.ts';

export interface TokenRegistry extends Registry {
  readonly login: Login;
  /** What is exchanged for tokens. */
  readonly identityToken: string;
  /** A token for the registry itself, for scopes such as `repository:base/app:pull`, whatever is granted otherwise. */
  tokenFor(scope: string): string;
}

/** @param granted actions that anybody gets of those that they ask for; the rest is left out of the token */
export async function startTokenRegistry(folder: string, granted: readonly string[]): Promise<TokenRegistry> {
  await mkdir(folder, { recursive: true });
  const keys =
    'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=tokens -keyout key.pem -out cert.pem';
  await run('openssl', keys.split(' '), { cwd: folder });
  const key = await readFile(path.join(folder, 'key.pem'));
  const certificate = await readFile(path.join(folder, 'cert.pem'), 'utf8');
  const login = { user: 'harbour', password: 'lock-&-quay 7' };
  const identityToken = `identity-${randomUUID()}`;
  const service = 'slipway-test';

  const tokenFor = (scope: string, allowed?: readonly string[]): string => {
    const now = Math.floor(Date.now() / 1000);
    const access = scope
      .split(' ')
      .filter((each) => each !== '')
      .map((each) => {
        const [type = '', name = '', actions = ''] = each.split(':');
        return { type, name, actions: actions.split(',').filter((action) => allowed?.includes(action) !== false) };
      });
    const claims = {
      iss: service,
      aud: service,
      sub: login.user,
      jti: randomUUID(),
      iat: now,
      nbf: now - 10,
      exp: now + 300,
      access,
    };
    const header = { typ: 'JWT', alg: 'ES256', x5c: [certificate.replace(/-----[A-Z ]+-----|\s/g, '')] };
    const text = [header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
    const signature = createSign('SHA256').update(text).sign({ key, dsaEncoding: 'ieee-p1363' });
    return `${text}.${signature.toString('base64url')}`;
  };

  const basic = `Basic ${Buffer.from(`${login.user}:${login.password}`).toString('base64')}`;
  const server = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const asked =
        request.method === 'POST'
          ? new URLSearchParams(Buffer.concat(chunks).toString())
          : new URL(request.url ?? '', 'http://tokens').searchParams;
      const known =
        request.method === 'POST'
          ? asked.get('grant_type') === 'refresh_token' && asked.get('refresh_token') === identityToken
          : request.headers.authorization === basic;
      if (!known) return void response.writeHead(401, { 'content-type': 'application/json' }).end('{"details":"no"}');
      const token = tokenFor(asked.getAll('scope').join(' '), granted);
      response
        .writeHead(200, { 'content-type': 'application/json' })
        .end(JSON.stringify(request.method === 'POST' ? { access_token: token } : { token, expires_in: 300 }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const realm = `http://127.0.0.1:${(server.address() as AddressInfo).port}/token`;
  const registry = await startRegistry(path.join(folder, 'registry'), {
    tokens: { realm, service, issuer: service, rootcertbundle: path.join(folder, 'cert.pem') },
  });
  return {
    ...registry,
    login,
    identityToken,
    tokenFor,
    async stop() {
      await registry.stop();
      server.closeAllConnections();
      server.close();
    },
  };
}
