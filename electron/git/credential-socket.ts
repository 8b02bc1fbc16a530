/**
 * How git gets a credential without one ever being in an argument, an environment, an address or a file: its own helper
 * `credential-cache` asks a daemon over a socket, and here we are that daemon. Windows has no such sockets in Node; there git's bash
 * asks over loopback, with a word that only our own processes know.
 *
 * https://git-scm.com/docs/gitcredentials, and `builtin/credential-cache.c` for what goes over the socket.
 */
import { randomBytes, timingSafeEqual } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import type { GitCredential } from '../engine/ports/git.ts';
import type { Setting } from './environment.ts';

export interface CredentialSocket {
  readonly settings: readonly Setting[];
  readonly env: NodeJS.ProcessEnv;
  /** To be called when no git that knows of it runs any more. */
  close(): Promise<void>;
}

/** What git asks for: the server as its address names it. */
export interface CredentialRequest {
  readonly protocol: string;
  readonly host: string;
}

export type Answer = (request: CredentialRequest) => Promise<GitCredential | undefined>;

const longestRequest = 65_536;

/** @param way by which git asks; `unix` wherever there are unix sockets */
export function openCredentialSocket(answer: Answer, way: 'unix' | 'loopback'): Promise<CredentialSocket> {
  return way === 'unix' ? overUnixSocket(answer) : overLoopback(answer);
}

async function overUnixSocket(answer: Answer): Promise<CredentialSocket> {
  // Not in our home, whose path may be longer than a socket's may be. Mode 0700: nobody else can connect.
  const folder = await mkdtemp(path.join(os.tmpdir(), 'slipway-git-'));
  const socket = path.join(folder, 's');
  const server = serve(answer, () => true);
  try {
    await listen(server, { path: socket });
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
  return {
    settings: [['credential.helper', `cache --socket '${socket.replaceAll("'", `'\\''`)}'`]],
    env: {},
    async close() {
      await closed(server);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function overLoopback(answer: Answer): Promise<CredentialSocket> {
  const word = randomBytes(32).toString('hex');
  const server = serve(answer, (given) => {
    const [mine, theirs] = [Buffer.from(word), Buffer.from(given)];
    return mine.length === theirs.length && timingSafeEqual(mine, theirs);
  });
  await listen(server, { port: 0, host: '127.0.0.1' });
  const address = server.address();
  const port = address !== null && typeof address === 'object' ? address.port : 0;
  const script = [
    `exec 3<>/dev/tcp/127.0.0.1/${port} || exit 1`,
    `{ printf "word=%s\\naction=%s\\n" "$SLIPWAY_GIT_WORD" "$1"; cat; echo; } >&3`,
    'cat <&3',
  ].join('; ');
  return {
    settings: [['credential.helper', `!bash -c '${script}' slipway`]],
    env: { SLIPWAY_GIT_WORD: word },
    close: () => closed(server),
  };
}

function serve(answer: Answer, knows: (word: string) => boolean): net.Server {
  return net.createServer({ allowHalfOpen: true }, (connection) => {
    let text = '';
    let over = false;
    const respond = async () => {
      if (over) return;
      over = true;
      const fields = new Map(text.split('\n').map((line) => splitAt(line, '=')));
      const wanted = knows(fields.get('word') ?? '') && fields.get('action') === 'get';
      const credential = wanted
        ? await answer({ protocol: fields.get('protocol') ?? '', host: fields.get('host') ?? '' })
        : undefined;
      connection.end(
        credential === undefined ? '' : `username=${credential.username}\npassword=${credential.password}\n`,
      );
    };
    connection.setEncoding('utf8');
    connection.on('data', (data: string) => {
      text += data;
      if (text.length > longestRequest) connection.destroy();
      // The cache's client closes its side when it has asked, the script leaves a line empty.
      else if (text.includes('\n\n')) void respond();
    });
    connection.on('end', () => void respond());
    connection.on('error', () => connection.destroy());
  });
}

function splitAt(line: string, sign: string): readonly [string, string] {
  const at = line.indexOf(sign);
  return at === -1 ? [line, ''] : [line.slice(0, at), line.slice(at + 1)];
}

function listen(server: net.Server, where: net.ListenOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(where, () => resolve());
  });
}

function closed(server: net.Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}
