// For tests: Azure's sign-in and its Key Vaults as one server on loopback, over TLS and under their own names. It follows the protocol
// (learn.microsoft.com: identity-platform/v2-oauth2-client-creds-grant-flow, rest/api/keyvault/secrets/get-secret); what goes wrong
// beside that, a test says.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import net, { type AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { keyVaultDomains, type ServicePrincipalInput } from '@shared/model/service-principal.ts';
import { type Dispatcher, ProxyAgent } from 'undici';
import { cannotHere } from '../../scripts/parts/need.ts';
import { loginHosts } from './tokens.ts';

/** The principal that the stand-in knows. */
export const principal: ServicePrincipalInput = {
  cloud: 'AzureCloud',
  tenant: 'harbour.onmicrosoft.com',
  clientId: '5d3c1b2a-0f9e-4d8c-b7a6-95847362514f',
  clientSecret: 'Client~Secret+/of=the&harbour',
};

export interface SeenRequest {
  /** `POST login.microsoftonline.com /harbour.onmicrosoft.com/oauth2/v2.0/token` */
  readonly line: string;
  readonly authorization: string | undefined;
  readonly body: string;
}

/** What is done with a request instead of answering it. */
export type Fault = (request: http.IncomingMessage, response: http.ServerResponse) => void;

export interface AzureStandIn {
  /** A way to it, whatever host is asked for: a proxy that leads nowhere else, and trust in its certificate. */
  readonly connections: Dispatcher;
  /** The same for another process. */
  readonly environment: Readonly<Record<string, string>>;
  /** Hosts and ports that were asked for. */
  readonly reached: ReadonlySet<string>;
  readonly seen: readonly SeenRequest[];
  /** Faults of the next requests to these hosts, one each; a request beyond them is answered. */
  fail(whom: 'login' | 'vault', ...faults: readonly Fault[]): void;
  /** No token that was given before is taken any more. */
  revoke(): void;
  stop(): Promise<void>;
}

export interface StandInOptions {
  /** Values by address without version; null for a secret that is disabled. */
  readonly secrets?: Readonly<Record<string, string | null>>;
  /** Addresses of secrets that the principal may not read. */
  readonly closed?: readonly string[];
  /** Seconds that a token holds. */
  readonly lifetime?: number;
}

/** An answer with this status and text. */
export function answers(status: number, body: unknown, headers: http.OutgoingHttpHeaders = {}): Fault {
  const content = typeof body === 'string' ? body : JSON.stringify(body);
  return (_request, response) =>
    void response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers }).end(content);
}

/** @param context of the test, which is skipped where there is no openssl to make a certificate with */
export async function startAzure(
  context: Parameters<typeof cannotHere>[0],
  { secrets = {}, closed = [], lifetime = 3599 }: StandInOptions = {},
): Promise<AzureStandIn> {
  const tls = certificate(context);
  const seen: SeenRequest[] = [];
  const faults = { login: [] as Fault[], vault: [] as Fault[] };
  const logins: readonly string[] = Object.values(loginHosts);
  let tokens = new Set<string>();
  let count = 0;

  function login(url: string, body: string): Fault {
    const form = new URLSearchParams(body);
    const refused = (status: number, error: string, code: number, words: string) =>
      answers(status, {
        error,
        error_description: `AADSTS${code}: ${words} Trace ID: 1f Correlation ID: 2e Timestamp: 2026-01-02 03:04:05Z`,
        error_codes: [code],
      });
    if (url !== `/${principal.tenant}/oauth2/v2.0/token`)
      return refused(400, 'invalid_request', 90002, 'Tenant not found.');
    if (
      form.get('grant_type') !== 'client_credentials' ||
      !/^https:\/\/[a-z.]+\/\.default$/.test(form.get('scope') ?? '')
    )
      return refused(400, 'invalid_request', 900144, 'The request is not of the client credentials flow.');
    if (form.get('client_id') !== principal.clientId)
      return refused(400, 'unauthorized_client', 700016, 'Application was not found in the directory.');
    if (form.get('client_secret') !== principal.clientSecret)
      return refused(401, 'invalid_client', 7000215, 'Invalid client secret provided.');
    count += 1;
    const token = `token-${count}-of-the-harbour`;
    tokens.add(token);
    return answers(200, { token_type: 'Bearer', expires_in: lifetime, ext_expires_in: lifetime, access_token: token });
  }

  function vault(host: string, url: URL, authorization = ''): Fault {
    const refused = (status: number, code: string, message: string, inner?: string) =>
      answers(status, { error: { code, message, ...(inner === undefined ? {} : { innererror: { code: inner } }) } });
    if (!tokens.has(authorization.replace(/^Bearer /, '')))
      return refused(401, 'Unauthorized', 'AKV10022: Invalid audience or expired token.');
    if (url.searchParams.get('api-version') !== '7.4') return refused(400, 'BadParameter', 'No such api-version.');
    const address = `https://${host}${url.pathname}`;
    const [base = address] = /^https:\/\/[^/]+\/secrets\/[^/]+/.exec(address) ?? [];
    if (closed.includes(base)) return refused(403, 'Forbidden', 'Caller is not authorized.', 'ForbiddenByRbac');
    const value = secrets[base];
    if (value === undefined)
      return refused(404, 'SecretNotFound', `A secret with (name/id) ${url.pathname} was not found in this key vault.`);
    if (value === null)
      return refused(403, 'Forbidden', 'Operation get is not allowed on a disabled secret.', 'SecretDisabled');
    return answers(200, { value, id: `${base}/0123456789abcdef`, attributes: { enabled: true } });
  }

  const server = https.createServer({ key: tls.key, cert: tls.cert }, (request, response) => {
    void text(request).then((body) => {
      const { method = '', url: place = '/', headers } = request;
      const { host = '', authorization } = headers;
      seen.push({ line: `${method} ${host} ${place}`, authorization, body });
      const atLogin = logins.includes(host);
      const fault = faults[atLogin ? 'login' : 'vault'].shift();
      const answer = atLogin
        ? () => login(place, body)
        : () => vault(host, new URL(place, `https://${host}`), authorization);
      (fault ?? answer())(request, response);
    });
  });
  const reached = new Set<string>();
  const proxy = http.createServer((_request, response) => void response.writeHead(405).end());
  proxy.on('connect', ({ url = '' }: http.IncomingMessage, client: net.Socket) => {
    reached.add(url);
    const onward = net.connect((server.address() as AddressInfo).port, '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      client.pipe(onward).pipe(client);
    });
    for (const [socket, other] of [
      [client, onward],
      [onward, client],
    ] as const)
      socket.on('error', () => other.destroy());
  });
  for (const each of [server, proxy]) await new Promise<void>((resolve) => each.listen(0, '127.0.0.1', resolve));
  const uri = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  const connections = new ProxyAgent({ uri, requestTls: { ca: tls.cert } });
  return {
    connections,
    environment: { HTTPS_PROXY: uri, NODE_EXTRA_CA_CERTS: path.join(tls.folder, 'cert.pem') },
    reached,
    seen,
    fail: (whom, ...more) => void faults[whom].push(...more),
    revoke: () => void (tokens = new Set()),
    async stop() {
      await connections.destroy();
      for (const each of [server, proxy]) {
        each.closeAllConnections();
        each.close();
      }
      rmSync(tls.folder, { recursive: true });
    },
  };
}

/** A certificate for the names of Azure's hosts, in a folder of its own. */
function certificate(context: Parameters<typeof cannotHere>[0]) {
  const names = [...Object.values(loginHosts), ...Object.values(keyVaultDomains).map((domain) => `*.${domain}`)];
  const folder = mkdtempSync(path.join(os.tmpdir(), 'slipway-azure-'));
  try {
    const words =
      'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=azure -keyout key.pem -out cert.pem';
    const alternatives = `subjectAltName=${names.map((name) => `DNS:${name}`).join(',')}`;
    execFileSync('openssl', [...words.split(' '), '-addext', alternatives], { cwd: folder, stdio: 'pipe' });
  } catch {
    rmSync(folder, { recursive: true });
    cannotHere(context, 'there is no openssl to make a certificate with', { evenInCI: true });
  }
  const [key, cert] = ['key.pem', 'cert.pem'].map((name) => readFileSync(path.join(folder, name)));
  return { folder, key, cert };
}
