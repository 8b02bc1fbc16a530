// A real registry (CNCF distribution) on a free port of loopback, with or without a password; deletes allowed.
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import net from 'node:net';
import path from 'node:path';
import { ensurePackages } from '../setup/debian.mjs';
import { run } from '../setup/shell.mjs';
import { request } from './http.ts';
import { startInBackground } from './process.ts';

export interface Login {
  user: string;
  password: string;
  /** Sent in place of the two. */
  token?: string;
}

export interface RegistryInfo {
  /** `127.0.0.1:5001`, as in an image's name. */
  host: string;
  /** `http://127.0.0.1:5001` */
  url: string;
  login?: Login;
  /** What the registry wrote, its access log included: see `requestsOf`. */
  logFile: string;
}

export interface Registry extends RegistryInfo {
  /** SIGKILL, as a crash is. */
  kill(): Promise<void>;
  /** Starts it again after {@link kill}, on the same port and data; resolves when it answers. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** Who signs the tokens that a registry believes (distribution: configuration, `auth.token`). */
export interface TokenServer {
  realm: string;
  service: string;
  issuer: string;
  rootcertbundle: string;
}

export async function startRegistry(
  folder: string,
  options: { login?: Login; tokens?: TokenServer } = {},
): Promise<Registry> {
  await ensurePackages(['registry']);
  await mkdir(folder, { recursive: true });
  const port = await freePort();
  const host = `127.0.0.1:${port}`;
  const url = `http://${host}`;
  const { login, tokens } = options;
  const config: unknown = {
    version: 0.1,
    log: { level: 'warn', accesslog: { disabled: false } },
    storage: {
      filesystem: { rootdirectory: path.join(folder, 'storage') },
      delete: { enabled: true },
      cache: { blobdescriptor: 'inmemory' },
    },
    http: { addr: host },
    ...(tokens === undefined ? {} : { auth: { token: tokens } }),
    ...(login === undefined
      ? {}
      : { auth: { htpasswd: { realm: 'slipway-test', path: path.join(folder, 'htpasswd') } } }),
  };
  if (login !== undefined) {
    await writeFile(path.join(folder, 'htpasswd'), await run('htpasswd', ['-nbB', login.user, login.password]));
  }
  const configFile = path.join(folder, 'config.yml');
  await writeFile(configFile, JSON.stringify(config)); // JSON is YAML
  const logFile = path.join(folder, 'registry.log');
  const start = async () => {
    const started = startInBackground('docker-registry', ['serve', configFile], { logFile });
    await started.until(async () => [200, 401].includes((await request(url, '/v2/')).status), 'registry');
    return started;
  };
  let registry = await start();
  return {
    host,
    url,
    ...(login === undefined ? {} : { login }),
    logFile,
    kill: () => registry.kill(),
    async restart() {
      registry = await start();
    },
    async stop() {
      await registry.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export interface SeenRequest {
  method: string;
  path: string;
  status: number;
}

/** The requests that a registry has answered so far, in order: to count what a client really asked. */
export async function requestsOf(registry: RegistryInfo): Promise<SeenRequest[]> {
  const log = await readFile(registry.logFile, 'utf8');
  return [...log.matchAll(/"(GET|HEAD|PUT|POST|PATCH|DELETE) (\S+) HTTP\/[\d.]+" (\d+) /g)].map((match) => ({
    method: match[1] ?? '',
    path: match[2] ?? '',
    status: Number(match[3]),
  }));
}

/** The header that logs in, for requests of our own. */
export function authorization(login: Login | undefined): { authorization?: string } {
  if (login === undefined) return {};
  if (login.token !== undefined) return { authorization: `Bearer ${login.token}` };
  return { authorization: `Basic ${Buffer.from(`${login.user}:${login.password}`).toString('base64')}` };
}

/** A port of loopback that nobody listens on at the moment. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = net.createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => {
        if (address !== null && typeof address === 'object') resolve(address.port);
        else reject(new Error('no port'));
      });
    });
  });
}
