/**
 * What git-lfs talks to in place of an LFS server. By itself it would go wherever a server's answer or redirect leads, to this machine's
 * own ports too (past any proxy: Go's clients use none for loopback), and would look every name up once more. So it is given one address
 * of ours, and each request from there goes by guarded connections (spec: reliability-security S8).
 *
 * https://github.com/git-lfs/git-lfs/blob/main/docs/api/batch.md
 */
import { randomBytes, timingSafeEqual } from 'node:crypto';
import http from 'node:http';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import type { GitCredential } from '../engine/ports/git.ts';
import { type GuardedConnections, type GuardOptions, openGuarded, type Reach, RefusedPlace } from '../http/guard.ts';
import { quote } from '../http/quote.ts';
import { noAnswer } from '../http/send.ts';
import type { CredentialRequest } from './credential-socket.ts';

export interface LfsRelay {
  /** The address of an LFS server, for git-lfs. */
  readonly url: string;
  /** Who it is open to: other users of this machine are kept out. */
  readonly login: GitCredential;
  /** Ends what goes on. */
  close(): Promise<void>;
}

export interface LfsRelayOptions {
  /** The LFS server; its address has no slash at the end. */
  readonly server: string;
  readonly reach: Reach;
  readonly guard?: GuardOptions;
  /** For a server that wants one; asked with its host, which may be any. */
  readonly credential: (request: CredentialRequest) => Promise<GitCredential | undefined>;
  /** Told of what is not reached: git-lfs would ask for it some eight times. */
  readonly onRefused: (refused: RefusedPlace) => void;
}

/** Of a batch, which git-lfs asks for by the hundred; in bytes. */
const longestBatch = 8_388_608;
const mediaType = 'application/vnd.git-lfs+json';

/** What a server says of the files that it was asked for. */
const batchAnswer = z.object({
  hash_algo: z.string().optional(),
  objects: z.array(
    z.object({
      oid: z.string(),
      size: z.number().optional(),
      error: z.object({ code: z.number(), message: z.string().optional() }).nullish(),
      actions: z
        .object({
          download: z.object({ href: z.string(), header: z.record(z.string(), z.string()).nullish() }).nullish(),
        })
        .nullish(),
    }),
  ),
});

/** A file, as the server said that it is to be had. */
interface Download {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly authorization: string | undefined;
}

/** Headers that are the connection's own, whatever a server wants sent; and the one that doesn't go to other hosts. */
const notPassed =
  /^(?:authorization|host|connection|content-length|transfer-encoding|upgrade|te|trailer|keep-alive|proxy-.*|expect)$/i;

export async function openLfsRelay(options: LfsRelayOptions): Promise<LfsRelay> {
  const login: GitCredential = { username: 'slipway', password: randomBytes(32).toString('hex') };
  const own = basic(login);
  const connections = await openGuarded(options.reach, options.guard);
  const ending = new AbortController();
  const ask = asking(connections, options.credential, ending.signal);
  const downloads: Download[] = [];
  let url = '';

  const answerBatch = async (request: http.IncomingMessage, response: http.ServerResponse): Promise<void> => {
    const body = await readText(request);
    const asked = new URL(`${options.server}/objects/batch`);
    const headers = { accept: mediaType, 'content-type': `${mediaType}; charset=utf-8` };
    const answer = await ask({ method: 'POST', url: asked, body, headers });
    const words = await readText(answer.body);
    if (answer.status !== 200) return refuse(response, answer.status, messageOf(words), answer.header('retry-after'));
    const { objects, ...rest } = batchAnswer.parse(JSON.parse(words));
    const told = objects.map(({ actions, ...object }) => {
      const download = actions?.download;
      if (download === undefined || download === null) return object;
      if (!URL.canParse(download.href, asked.href)) throw new Error('the server names a place that is no address');
      const wanted = Object.entries(download.header ?? {});
      const place = downloads.push({
        url: new URL(download.href, asked.href),
        headers: Object.fromEntries(wanted.filter(([name]) => !notPassed.test(name))),
        authorization: wanted.find(([name]) => name.toLowerCase() === 'authorization')?.[1],
      });
      const action = { href: `${url}/objects/${place - 1}`, header: { authorization: own } };
      return { ...object, authenticated: true, actions: { download: action } };
    });
    response.writeHead(200, { 'content-type': mediaType });
    response.end(JSON.stringify({ ...rest, transfer: 'basic', objects: told }));
  };

  const answerDownload = async (
    { url: place, headers, authorization }: Download,
    { range }: http.IncomingHttpHeaders,
    response: http.ServerResponse,
  ): Promise<void> => {
    const answer = await ask({
      url: place,
      headers: { ...headers, ...(range === undefined ? {} : { range }) },
      authorization: authorization === undefined ? undefined : { header: authorization, secrets: [] },
    });
    if (answer.status >= 300)
      return refuse(response, answer.status, messageOf(await readText(answer.body)), answer.header('retry-after'));
    for (const name of ['content-length', 'content-range', 'content-encoding']) {
      const value = answer.header(name);
      if (value !== undefined) response.setHeader(name, value);
    }
    response.writeHead(answer.status);
    await pipeline(answer.body, response);
  };

  const serve = async (request: http.IncomingMessage, response: http.ServerResponse): Promise<void> => {
    const { method, url: place = '', headers } = request;
    if (!isSame(headers.authorization ?? '', own)) {
      request.resume();
      return void response.writeHead(401, { 'www-authenticate': 'Basic realm="slipway"' }).end();
    }
    if (method === 'POST' && place === '/objects/batch') return answerBatch(request, response);
    request.resume();
    const download = downloads[Number(/^\/objects\/(\d{1,9})$/.exec(place)?.[1] ?? -1)];
    if (method === 'GET' && download !== undefined) return answerDownload(download, headers, response);
    return refuse(response, 404, 'there is no such thing');
  };
  const server = http.createServer((request, response) => {
    serve(request, response).catch((error: unknown) => {
      if (error instanceof RefusedPlace) options.onRefused(error);
      if (response.headersSent) return void response.destroy();
      const words = error instanceof Error ? error.message : String(error);
      const answer = noAnswer(error, { method: 'GET', url: new URL(options.server) });
      // What may be gone a moment later is asked for once more.
      refuse(response, answer?.kind === 'unreachable' && answer.passing ? 502 : 422, words);
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  url = `http://127.0.0.1:${address !== null && typeof address === 'object' ? address.port : 0}`;
  return {
    url,
    login,
    async close() {
      ending.abort();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await Promise.all([closed, connections.close()]);
    },
  };
}

/** Asks, and once more with a credential where the server itself wants one and we have one for its host. */
function asking(connections: GuardedConnections, credential: LfsRelayOptions['credential'], signal: AbortSignal) {
  return async (request: Parameters<GuardedConnections['ask']>[0]) => {
    const first = await connections.ask(request, signal);
    if (first.status !== 401 || first.url.origin !== request.url.origin) return first;
    const { protocol, host } = request.url;
    const found = await credential({ protocol: protocol.slice(0, -1), host });
    if (found === undefined) return first;
    first.body.on('error', () => undefined).destroy();
    return connections.ask({ ...request, authorization: { header: basic(found), secrets: [found.password] } }, signal);
  };
}

/**
 * In the words that git-lfs tells people. It takes a 401 and a 403 for our own, and asks for another login, and another, without end.
 */
function refuse(response: http.ServerResponse, status: number, message: string, retryAfter?: string): void {
  const isFinal = status < 400 || status === 401 || status === 403;
  response.writeHead(isFinal ? 422 : status, {
    'content-type': mediaType,
    ...(retryAfter === undefined ? {} : { 'retry-after': retryAfter }),
  });
  response.end(JSON.stringify({ message: `${status} ${quote(message)}`.trim() }));
}

function messageOf(words: string): string {
  try {
    return z.object({ message: z.string() }).parse(JSON.parse(words)).message;
  } catch {
    return words;
  }
}

async function readText(stream: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of stream) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > longestBatch) throw new Error(`the answer is larger than ${longestBatch} bytes`);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function basic({ username, password }: GitCredential): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}

function isSame(one: string, other: string): boolean {
  const [left, right] = [Buffer.from(one), Buffer.from(other)];
  return left.length === right.length && timingSafeEqual(left, right);
}
