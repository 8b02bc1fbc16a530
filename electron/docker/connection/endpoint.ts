import type { Duplex } from 'node:stream';
import net from 'node:net';
import tls from 'node:tls';
import { dialOverSsh, type FarProgram, type SshTarget } from './ssh.ts';

/** A place where an engine may answer, and how to talk to it. Everything above works with any of them alike. */
export interface Endpoint {
  /** As DOCKER_HOST writes it: `unix:///run/docker.sock`, `npipe:////./pipe/docker_engine`, `tcp://desk:2375`, `ssh://me@desk`. */
  readonly host: string;
  /** Whether the engine's files may be on this machine: a socket or a pipe, not the network. */
  readonly local: boolean;
  /** Where a plain `net.connect` does what {@link dial} does; absent for TLS and ssh. */
  readonly address?: { readonly path: string } | { readonly host: string; readonly port: number };
  /**
   * Opens one connection of its own. It may be written to at once; when it cannot be opened, it is destroyed with the
   * system's error (`ENOENT`, `EACCES`, …). Closing it is the caller's.
   */
  dial(): Duplex;
}

/** Certificates and keys in PEM. Without `ca` the system's own are believed; `verify` off believes everybody. */
export interface TlsMaterial {
  readonly ca?: Buffer | undefined;
  readonly cert?: Buffer | undefined;
  readonly key?: Buffer | undefined;
  readonly verify: boolean;
}

/** What {@link parseEndpoint} needs besides the address. */
export interface EndpointOptions {
  readonly tls?: TlsMaterial | undefined;
  /** What is spoken over TLS, where the other side insists on hearing it (gRPC does). */
  readonly alpn?: readonly string[];
  /** What ssh runs over there; absent: Docker's client. */
  readonly farProgram?: FarProgram;
  /** What `ssh` is started with: its agent and its home are told there. */
  readonly env: NodeJS.ProcessEnv;
}

/** An address that names no end point, with the reason in plain words. */
export class InvalidAddress extends Error {}

/** A socket of this machine. */
export function socketEndpoint(path: string): Endpoint {
  return { host: `unix://${path}`, local: true, address: { path }, dial: () => net.connect({ path }) };
}

/** A named pipe of Windows, for example `docker_engine`. */
export function pipeEndpoint(name: string): Endpoint {
  const path = `\\\\.\\pipe\\${name}`;
  return { host: `npipe:////./pipe/${name}`, local: true, address: { path }, dial: () => net.connect({ path }) };
}

/**
 * Reads an address as Docker's client does (`docker -H`): unix, npipe, tcp and ssh, and a bare path as a socket.
 * @throws InvalidAddress
 */
export function parseEndpoint(address: string, options: EndpointOptions): Endpoint {
  if (address.startsWith('/')) return socketEndpoint(address);
  const scheme = /^([a-z]+):/.exec(address)?.[1];
  switch (scheme) {
    case 'unix': {
      const path = address.slice('unix://'.length);
      if (!address.startsWith('unix://') || !path.startsWith('/'))
        throw new InvalidAddress(`${address} names no absolute path`);
      return socketEndpoint(path);
    }
    case 'npipe': {
      const name = /^npipe:[/\\]{2,4}\.[/\\]pipe[/\\]([^/\\]+)$/.exec(address)?.[1];
      if (name === undefined) throw new InvalidAddress(`${address} names no pipe`);
      return pipeEndpoint(name);
    }
    case 'tcp':
    case 'http':
    case 'https':
      return networkEndpoint(
        parseUrl(address),
        options.tls ?? (scheme === 'https' ? { verify: true } : undefined),
        options.alpn,
      );
    case 'ssh':
      return sshEndpoint(parseUrl(address), options);
    default:
      throw new InvalidAddress(`${scheme === undefined ? address : `${scheme}:`} is not unix, npipe, tcp or ssh`);
  }
}

function parseUrl(address: string): URL {
  // A special scheme, so that the host is read by the rules of the web; the port is always written out.
  const text = address.replace(/^[a-z]+:/, 'ws:');
  if (!URL.canParse(text)) throw new InvalidAddress('this is no address of a host');
  const url = new URL(text);
  if (url.password !== '') throw new InvalidAddress('an address with a password in it is not used');
  return url;
}

/** Docker's ports: 2375 open, 2376 with TLS. */
function networkEndpoint(url: URL, material: TlsMaterial | undefined, alpn: readonly string[] | undefined): Endpoint {
  if (url.pathname !== '/') throw new InvalidAddress(`a path behind the host is not supported: ${url.pathname}`);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const port = url.port === '' ? (material === undefined ? 2375 : 2376) : Number(url.port);
  const shown = { host: `tcp://${url.hostname}:${port}`, local: false };
  const keepAlive = { keepAlive: true, keepAliveInitialDelay: 10_000 };
  if (material === undefined)
    return { ...shown, address: { host, port }, dial: () => net.connect({ host, port, ...keepAlive }) };
  const { verify, ...pem } = material;
  return {
    ...shown,
    dial() {
      const servername = net.isIP(host) === 0 ? { servername: host } : {};
      const socket = tls.connect({
        host,
        port,
        ...pem,
        ...servername,
        rejectUnauthorized: verify,
        ...(alpn === undefined ? {} : { ALPNProtocols: [...alpn] }),
      });
      return socket.setKeepAlive(true, keepAlive.keepAliveInitialDelay);
    },
  };
}

function sshEndpoint(url: URL, { farProgram = 'docker', env }: EndpointOptions): Endpoint {
  const user = decoded(url.username);
  const socket = decoded(url.pathname);
  // `--` stands before the host already; but whoever writes such a thing means no host.
  if (url.hostname.startsWith('-') || user.startsWith('-'))
    throw new InvalidAddress('the host or the user of an ssh address begins with a hyphen');
  if (/\p{Cc}/u.test(user + socket)) throw new InvalidAddress('there is a control character in the address');
  if (url.search !== '' || url.hash !== '') throw new InvalidAddress('an ssh address ends with its path');
  const target: SshTarget = {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    ...(user === '' ? {} : { user }),
    ...(url.port === '' ? {} : { port: Number(url.port) }),
    ...(socket === '/' || socket === '' ? {} : { socket }),
  };
  const shownUser = url.username === '' ? '' : `${url.username}@`;
  const port = url.port === '' ? '' : `:${url.port}`;
  const path = url.pathname === '/' ? '' : url.pathname;
  return {
    host: `ssh://${shownUser}${url.hostname}${port}${path}`,
    local: false,
    dial: () => dialOverSsh(target, farProgram, env),
  };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new InvalidAddress(`%-escapes of the address can't be read: ${part}`);
  }
}
