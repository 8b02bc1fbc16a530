import path from 'node:path';
import { appFailure } from '@shared/model/app-error.ts';
import { runnablePlatforms } from '@shared/model/emulation.ts';
import type { EngineStatus } from '@shared/model/engine-status.ts';
import type { EngineListing, EngineTls, NamedEngine } from '@shared/model/named-engine.ts';
import type { Runtime } from '../runtime.ts';
import { describe, sayNoEngine } from './engine-command.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import type { Messages } from './messages.ts';
import type { Output } from './output.ts';

/** The flags of `slipway engine add` as they were typed. */
export interface EngineFlags {
  readonly buildkit: boolean;
  readonly tls: boolean;
  readonly tlsFolder?: string;
  readonly tlsCa?: string;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly use: boolean;
}

/**
 * Looks for the engine that a run would go to, so that it is there when the run asks: the one that was named, else the default one,
 * else any other.
 * @throws AppFailure `engine.unknown`
 */
export async function findEngineFor(
  runtime: Runtime,
  name: string | undefined,
  signal: AbortSignal,
): Promise<EngineStatus> {
  const { engine } = runtime.handlers;
  if (name !== undefined) return (await engine.test({ name }, signal)).status;
  const first = await engine.find(undefined, signal);
  if (first.state === 'ready') return first;
  const others = (await engine.list(undefined, signal)).filter(({ isDefault }) => !isDefault);
  const found = await Promise.all(others.map((each) => engine.test({ name: each.name }, signal)));
  return found.find(({ status }) => status.state === 'ready')?.status ?? first;
}

/** Lists the engines after looking for all of them: name, state, product and version, platforms, time of a sign of life. */
export async function listEngines(
  runtime: Runtime,
  json: boolean,
  output: Output,
  { t }: Messages,
  signal: AbortSignal,
): Promise<ExitCode> {
  const { engine } = runtime.handlers;
  const names = (await engine.list(undefined, signal)).map(({ name }) => name);
  for (const listing of await Promise.all(names.map((name) => engine.test({ name }, signal)))) {
    if (json) output.event(listing);
    else output.result(row(listing, t));
  }
  return exitCodes.succeeded;
}

function row({ name, isDefault, host, status, latencyMs }: EngineListing, t: Messages['t']): string {
  const ready = status.state === 'ready';
  return [
    `${isDefault ? '*' : ' '} ${name}`,
    t(`engine.state.${status.state}`),
    ready ? status.info.host : (host ?? ''),
    ready ? `${status.info.product} ${status.info.version}` : status.state === 'absent' ? status.error.code : '',
    ready ? runnablePlatforms(status.info).join(',') : '',
    ready && latencyMs !== undefined ? t('engine.latency', { ms: Math.max(1, Math.round(latencyMs)) }) : '',
  ]
    .join('\t')
    .trimEnd();
}

/** Gives an engine a name. Whether it answers is no condition: it may be off just now. */
export async function addEngine(
  runtime: Runtime,
  name: string,
  host: string,
  flags: EngineFlags,
  output: Output,
  { t }: Messages,
  signal: AbortSignal,
): Promise<ExitCode> {
  const tls = tlsOf(flags, t);
  const kind = flags.buildkit ? 'buildkit' : 'docker';
  const engine: NamedEngine = { name, host, kind, ...(tls === undefined ? {} : { tls }) };
  const added = await runtime.handlers.engine.add(engine, signal);
  if (flags.use) await runtime.handlers.engine.use({ name }, signal);
  output.result(t('engine.added', { name, host: added.host ?? host }));
  return exitCodes.succeeded;
}

function tlsOf(flags: EngineFlags, t: Messages['t']): EngineTls | undefined {
  const { tls, tlsFolder, tlsCa: ca, tlsCert: cert, tlsKey: key } = flags;
  const named = ca !== undefined || cert !== undefined || key !== undefined;
  if (tlsFolder !== undefined && named)
    throw appFailure('request.invalid', { params: { reason: t('engine.tlsTwice') } });
  if (tlsFolder !== undefined) return { kind: 'folder', path: path.resolve(tlsFolder) };
  if (!named && !tls) return undefined;
  return {
    kind: 'files',
    ...(ca === undefined ? {} : { ca: path.resolve(ca) }),
    ...(cert === undefined ? {} : { cert: path.resolve(cert) }),
    ...(key === undefined ? {} : { key: path.resolve(key) }),
  };
}

/** Forgets an engine's name, or makes it the default one. */
export async function changeEngine(
  runtime: Runtime,
  change: 'remove' | 'use',
  name: string,
  output: Output,
  { t }: Messages,
  signal: AbortSignal,
): Promise<ExitCode> {
  await runtime.handlers.engine[change]({ name }, signal);
  output.result(t(change === 'remove' ? 'engine.removed' : 'engine.used', { name }));
  return exitCodes.succeeded;
}

/** Looks for one engine, and says all about it or why it isn't there. */
export async function showEngine(
  runtime: Runtime,
  name: string,
  json: boolean,
  output: Output,
  messages: Messages,
  signal: AbortSignal,
): Promise<ExitCode> {
  const listing = await runtime.handlers.engine.test({ name }, signal);
  const { status } = listing;
  if (json) output.event(listing);
  else if (status.state === 'ready') for (const line of describe(status.info, messages)) output.result(line);
  else sayNoEngine(status, output, messages);
  return status.state === 'ready' ? exitCodes.succeeded : exitCodes.noEngine;
}
