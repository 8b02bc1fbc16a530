import http from 'node:http';
import net from 'node:net';
import tls from 'node:tls';
import { once } from 'node:events';
import type { Duplex } from 'node:stream';
import { inspect } from 'node:util';
import type Docker from 'dockerode';
import { z } from 'zod';
import type { Endpoint } from './connection/endpoint.ts';
import { awaitWholeAnswers } from './whole-answers.ts';

/** How long an engine may take to say that it is there, in ms: a local one, one behind a network. */
const patience = { local: 5_000, remote: 20_000 };

/** An engine, and its API as dockerode speaks it over the end point's own connections. */
export interface Client {
  readonly endpoint: Endpoint;
  readonly docker: Docker;
}

/** Makes a client; connects to nothing yet. dockerode is loaded here, not at the start of the program: it takes its time. */
export async function createClient(endpoint: Endpoint): Promise<Client> {
  const { default: Dockerode } = await import('dockerode');
  const agent = new http.Agent();
  agent.createConnection = () => endpoint.dial();
  // docker-modem inspects each request's options, agent and open sockets included, for a debug line that nobody prints.
  Object.assign(agent, { [inspect.custom]: () => `agent of ${endpoint.host}` });
  const options = {
    agent,
    protocol: 'http' as const,
    host: 'docker',
    port: 80,
    ca: undefined,
    cert: undefined,
    key: undefined,
  };
  const docker = withoutDockerHost(() => new Dockerode(options));
  awaitWholeAnswers(docker.modem);
  return { endpoint, docker };
}

/** docker-modem reads DOCKER_HOST and DOCKER_CERT_PATH by itself, and throws at what it can't read. What to use is decided here. */
function withoutDockerHost<T>(make: () => T): T {
  const { DOCKER_HOST } = process.env;
  delete process.env['DOCKER_HOST'];
  try {
    return make();
  } finally {
    if (DOCKER_HOST !== undefined) process.env['DOCKER_HOST'] = DOCKER_HOST;
  }
}

/** Opens a raw connection; settles once it is open. @throws the system's error, or the signal's reason */
export async function connect(endpoint: Endpoint, signal: AbortSignal): Promise<Duplex> {
  signal.throwIfAborted();
  const connection = endpoint.dial();
  if (!(connection instanceof net.Socket)) return connection;
  try {
    await once(connection, connection instanceof tls.TLSSocket ? 'secureConnect' : 'connect', { signal });
    return connection;
  } catch (error) {
    connection.destroy();
    signal.throwIfAborted();
    throw error;
  }
}

/** What dockerode takes a signal for, though its types don't say so. */
interface Abortable {
  ping(options: { readonly abortSignal: AbortSignal }): Promise<unknown>;
  version(options: { readonly abortSignal: AbortSignal }): Promise<unknown>;
  info(options: { readonly abortSignal: AbortSignal }): Promise<unknown>;
}

/** Asks an engine for a sign of life. @throws the connection's error, or what was answered instead */
export async function ping({ docker, endpoint }: Client, signal: AbortSignal): Promise<void> {
  const limit = endpoint.local ? patience.local : patience.remote;
  const timeout = AbortSignal.timeout(limit);
  const abortable: Abortable = docker;
  try {
    await abortable.ping({ abortSignal: AbortSignal.any([signal, timeout]) });
  } catch (error) {
    signal.throwIfAborted();
    if (timeout.aborted) throw new Error(`no answer in ${limit / 1000} s`, { cause: error });
    throw error;
  }
}

/** What is read of `/version` and `/info`; everything else is left alone. */
const EngineAnswer = z.object({
  version: z.object({
    Version: z.string(),
    ApiVersion: z.string().regex(/^\d+\.\d+$/),
    Os: z.string(),
    Arch: z.string(),
    Platform: z.object({ Name: z.string().default('') }).default({ Name: '' }),
    Components: z.array(z.object({ Name: z.string() })).nullish(),
  }),
  info: z.object({
    /** Of the machine. */
    Name: z.string().default(''),
    Driver: z.string().default(''),
    DockerRootDir: z.string().default(''),
    OperatingSystem: z.string().default(''),
  }),
});
export type EngineAnswer = z.infer<typeof EngineAnswer>;

/** An engine's own words about itself. @throws where it isn't one */
export async function askVersion({ docker }: Client, signal: AbortSignal): Promise<EngineAnswer> {
  const abortable: Abortable = docker;
  const options = { abortSignal: signal };
  const [version, info] = await Promise.all([abortable.version(options), abortable.info(options)]);
  const answer = EngineAnswer.safeParse({ version, info });
  if (!answer.success) throw new Error('this is no Docker engine: what it says about its version cannot be read');
  return answer.data;
}
