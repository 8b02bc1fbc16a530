// For the tests of the registry client: servers on loopback that do as they are told, and time that costs nothing.
import http from 'node:http';
import { AppFailure, type AppError } from '@shared/model/app-error.ts';
import type { Credential, CredentialSource } from '../engine/ports.ts';
import { type ScriptedServer, startServer } from '../http/server-testing.ts';
import type { RegistryOptions } from './registry.ts';

export { type ScriptedServer, startServer };

/** What goes wrong with one request on its way to a real registry. */
export type Fault =
  | { readonly kind: 'pass' }
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly headers?: http.OutgoingHttpHeaders;
      readonly body?: string;
    }
  | { readonly kind: 'reset' }
  /** The answer begins, and breaks off. */
  | { readonly kind: 'cut' }
  /** The answer comes in pieces of a few bytes. */
  | { readonly kind: 'drip' }
  | { readonly kind: 'withoutHeader'; readonly name: string };

/** A real registry behind a bad network. `faultOf` is asked with the number of the request, from 1, per method. */
export function startFaultProxy(
  target: string,
  faultOf: (n: number, method: string) => Fault,
): Promise<ScriptedServer> {
  const counts = new Map<string, number>();
  return startServer((request, response) => {
    const { method = '', url: path, headers } = request;
    const n = (counts.get(method) ?? 0) + 1;
    counts.set(method, n);
    const fault = path === '/v2/' ? { kind: 'pass' as const } : faultOf(n, method);
    if (fault.kind === 'reset') return void request.socket.resetAndDestroy();
    if (fault.kind === 'answer') return void response.writeHead(fault.status, fault.headers).end(fault.body);
    const { hostname, port } = new URL(target);
    const onward = http.request({ hostname, port, path, method, headers }, (answer) => {
      const told = { ...answer.headers };
      if (fault.kind === 'withoutHeader') delete told[fault.name];
      response.writeHead(answer.statusCode ?? 0, told);
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('end', () => finish(fault, request, response, Buffer.concat(chunks)));
    });
    onward.on('error', () => response.destroy());
    request.pipe(onward);
  });
}

function finish(fault: Fault, request: http.IncomingMessage, response: http.ServerResponse, body: Buffer): void {
  if (fault.kind === 'cut') {
    response.write(body.subarray(0, body.length / 2), () => request.socket.resetAndDestroy());
  } else if (fault.kind === 'drip') {
    for (let at = 0; at < body.length; at += 7) response.write(body.subarray(at, at + 7));
    response.end();
  } else {
    response.end(body);
  }
}

/** Options under which no time passes, and what was waited for. */
export function noTime(): RegistryOptions & { readonly waits: readonly number[] } {
  const waits: number[] = [];
  return {
    waits,
    clock: { now: () => Date.UTC(2026, 0, 1) },
    random: () => 0,
    delay: async (ms, signal) => {
      signal.throwIfAborted();
      waits.push(ms);
    },
  };
}

/** Credentials by host, and which hosts were asked for. */
export function credentialsOf(
  byHost: Readonly<Record<string, Credential>>,
): CredentialSource & { readonly asked: readonly string[] } {
  const asked: string[] = [];
  return {
    asked,
    async forHost(host) {
      asked.push(host);
      return byHost[host];
    },
    hosts: async () => Object.keys(byHost),
  };
}

/** The error that this ends in. */
export async function errorOf(work: Promise<unknown>): Promise<AppError> {
  const thrown: unknown = await work.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (thrown instanceof AppFailure) return thrown.error;
  throw new Error('no AppFailure', { cause: thrown });
}
