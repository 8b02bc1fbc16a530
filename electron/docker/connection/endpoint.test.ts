import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cannotHere } from '../../../scripts/parts/need.ts';
import { connect, createClient, ping } from '../client.ts';
import { tlsOfEnvironment } from './docker-environment.ts';
import { type EndpointOptions, parseEndpoint } from './endpoint.ts';
import { sshArguments } from './ssh.ts';

const never = new AbortController().signal;
let folder: string;
let servers: Server[] = [];

beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'sw-'));
});
afterEach(async () => {
  for (const server of servers) await new Promise((resolve) => server.close(resolve));
  servers = [];
  rmSync(folder, { recursive: true, force: true });
});

const answer: http.RequestListener = (_request, response) => void response.setHeader('connection', 'close').end('OK');

async function listen<T extends Server>(
  server: T,
  where: { path: string } | { host: string; port: number },
): Promise<T> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(where, resolve));
  return server;
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

async function pingOf(address: string, options: EndpointOptions = { env: {} }): Promise<void> {
  await ping(await createClient(parseEndpoint(address, options)), never);
}

describe('an address', () => {
  it.each([
    ['/run/docker.sock', 'unix:///run/docker.sock', true],
    ['unix:///run/docker.sock', 'unix:///run/docker.sock', true],
    ['npipe:////./pipe/docker_engine', 'npipe:////./pipe/docker_engine', true],
    [String.raw`npipe:\\.\pipe\docker_engine`, 'npipe:////./pipe/docker_engine', true],
    ['tcp://desk', 'tcp://desk:2375', false],
    ['tcp://[fd00::2]:4000', 'tcp://[fd00::2]:4000', false],
    ['https://desk', 'tcp://desk:2376', false],
    ['ssh://me@desk:2222', 'ssh://me@desk:2222', false],
    ['ssh://desk/run/user/1000/docker.sock', 'ssh://desk/run/user/1000/docker.sock', false],
  ])('%s leads to %s', (address, host, local) => {
    expect(parseEndpoint(address, { env: {} })).toMatchObject({ host, local });
  });

  it('of a host is spoken to over TCP', async () => {
    const server = await listen(http.createServer(answer), { host: '127.0.0.1', port: 0 });
    await expect(pingOf(`tcp://127.0.0.1:${portOf(server)}`)).resolves.toBeUndefined();
  });

  it.runIf(process.platform !== 'win32')('of a host behind ssh is spoken to through the user’s own ssh', async () => {
    const socket = path.join(folder, 'far.sock');
    await listen(http.createServer(answer), { path: socket });
    const env = sshThatReaches(socket);
    await pingOf('ssh://me@desk:2222', { env });
    expect(readFileSync(path.join(folder, 'arguments'), 'utf8').trim()).toBe(
      '-T -o BatchMode=yes -o ConnectTimeout=15 -l me -p 2222 -- desk docker system dial-stdio',
    );
  });

  it.runIf(process.platform !== 'win32')('behind an ssh that fails tells ssh’s words', async () => {
    writeProgram('ssh', 'echo "me@desk: Permission denied (publickey)." >&2; exit 255');
    await expect(pingOf('ssh://me@desk', { env: { PATH: `${folder}:${process.env['PATH']}` } })).rejects.toThrow(
      'ssh: me@desk: Permission denied (publickey).',
    );
  });

  it('of BuildKit behind ssh is spoken to through buildctl', () => {
    expect(sshArguments({ host: 'desk', user: 'me', socket: "/run/it's.sock" }, 'buildctl').slice(5)).toEqual([
      '-l',
      'me',
      '--',
      'desk',
      'buildctl',
      `--addr='unix:///run/it'\\''s.sock'`,
      'dial-stdio',
    ]);
  });

  it.each(["-oProxyCommand=touch'", '/run/a $(touch x).sock'])('gives %s to ssh as a word and no more', (hostile) => {
    const words = sshArguments({ host: hostile, socket: hostile });
    expect(words.indexOf(hostile)).toBe(words.indexOf('--') + 1);
    const shown = execFileSync('sh', ['-c', `printf %s ${words.find((word) => word.startsWith('--host='))}`], {
      encoding: 'utf8',
    });
    expect(shown).toBe(`--host=unix://${hostile}`);
  });
});

describe('TLS by the environment', () => {
  beforeEach((context) => {
    try {
      const names = '/CN=desk';
      const options = [
        '-x509',
        '-newkey',
        'ec',
        '-pkeyopt',
        'ec_paramgen_curve:prime256v1',
        '-nodes',
        '-days',
        '2',
        '-subj',
        names,
      ];
      const files = ['-keyout', path.join(folder, 'key.pem'), '-out', path.join(folder, 'cert.pem')];
      execFileSync('openssl', ['req', ...options, '-addext', 'subjectAltName=IP:127.0.0.1', ...files], {
        stdio: 'pipe',
      });
    } catch {
      cannotHere(context, 'there is no openssl to make a certificate with', { evenInCI: true });
    }
    writeFileSync(path.join(folder, 'ca.pem'), readFileSync(path.join(folder, 'cert.pem')));
  });

  async function secureServer() {
    const [key, cert] = ['key.pem', 'cert.pem'].map((name) => readFileSync(path.join(folder, name)));
    const server = await listen(
      https.createServer({ key, cert, ca: cert, requestCert: true, rejectUnauthorized: true }, answer),
      {
        host: '127.0.0.1',
        port: 0,
      },
    );
    return `tcp://127.0.0.1:${portOf(server)}`;
  }

  async function optionsFor(env: NodeJS.ProcessEnv): Promise<EndpointOptions> {
    const world = {
      env,
      platform: process.platform,
      homedir: folder,
      uid: 1000,
      systemFolder: '/var/run',
      engineHost: '',
    };
    return { env, tls: await tlsOfEnvironment(world) };
  }

  it('shows the certificate of DOCKER_CERT_PATH, and checks the engine’s', async () => {
    const address = await secureServer();
    const options = await optionsFor({ DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: folder });
    await pingOf(address, options);
    const connection = await connect(parseEndpoint(address, options), never);
    expect(connection.destroy().destroyed).toBe(true);
  });

  it('refuses an engine that nobody vouches for', async () => {
    const address = await secureServer();
    rmSync(path.join(folder, 'ca.pem'));
    await expect(
      pingOf(address, await optionsFor({ DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: folder })),
    ).rejects.toThrow('self-signed');
  });

  it('speaks without where the environment does not ask for it, and is not understood', async () => {
    await expect(pingOf(await secureServer(), await optionsFor({ DOCKER_CERT_PATH: folder }))).rejects.toThrow();
  });
});

function writeProgram(name: string, script: string): void {
  writeFileSync(path.join(folder, name), `#!/bin/sh\n${script}\n`);
  chmodSync(path.join(folder, name), 0o755);
}

/** An `ssh` that notes what it was told, and is "there" at once. */
function sshThatReaches(socket: string): NodeJS.ProcessEnv {
  const bridge = path.join(folder, 'bridge.mjs');
  writeFileSync(
    bridge,
    `import net from 'node:net';
     const far = net.connect(${JSON.stringify(socket)});
     process.stdin.pipe(far).pipe(process.stdout);`,
  );
  writeProgram('ssh', `echo "$@" > ${folder}/arguments; exec ${process.execPath} ${bridge}`);
  return { PATH: `${folder}:${process.env['PATH']}` };
}
