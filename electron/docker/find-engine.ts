import { AppFailure, toAppError } from '@shared/model/app-error.ts';
import type { EngineAttempt, EngineStatus } from '@shared/model/engine-status.ts';
import { type Client, createClient, type EngineAnswer } from './client.ts';
import { words } from './connection/docker-environment.ts';
import type { Endpoint } from './connection/endpoint.ts';
import { searchEngine } from './connection/search.ts';
import type { SearchWorld } from './connection/strategy.ts';
import { describeEngine, type EngineDescription, greetEngine } from './describe-engine.ts';
import { embeddedObstacle, joinEmbeddedEngine } from './embedded/embedded-engine.ts';
import { refusedFailure } from './failures.ts';
import { notFoundFailure } from './not-found.ts';

/** What is looked for, and where. */
export interface EngineSearch {
  readonly world: SearchWorld;
  /** Slipway's home, for the embedded engine. */
  readonly home: string;
  /** Whether an embedded engine is wanted when nothing else answers. */
  readonly embedded: boolean;
}

/** An engine that answers. */
export interface FoundEngine extends EngineDescription {
  readonly client: Client;
  readonly attempts: readonly EngineAttempt[];
  /** Gives it up: a share in the embedded engine is given back. */
  release(): Promise<void>;
}

/**
 * Looks for an engine, and runs one where none answers and one can. `tell` hears how it goes, a failure included, but not
 * the success: that is the caller's to keep first.
 * @throws AppFailure `engine.notFound | permissionDenied | startFailed | tooOld | refused`
 */
export async function findEngine(
  search: EngineSearch,
  tell: (status: EngineStatus) => void,
  signal: AbortSignal,
): Promise<FoundEngine> {
  const attempts: EngineAttempt[] = [];
  tell({ state: 'searching', attempts: [] });
  try {
    return (await findAnswering(search, attempts, signal)) ?? (await runEmbedded(search, attempts, tell, signal));
  } catch (error) {
    signal.throwIfAborted();
    const failure = refusedFailure(attempts.at(-1)?.host ?? '', error);
    tell({ state: 'absent', error: toAppError(failure), attempts });
    throw failure;
  }
}

/** Whether anything answers in the usual places; nothing is started, nobody is told. */
export async function anythingAnswers({ world }: EngineSearch, signal: AbortSignal): Promise<boolean> {
  const { kind } = await searchEngine(
    world,
    async (endpoint, stop) => void (await greetEngine(await createClient(endpoint), stop)),
    signal,
  );
  return kind === 'found';
}

async function findAnswering(
  { world }: EngineSearch,
  attempts: EngineAttempt[],
  signal: AbortSignal,
): Promise<FoundEngine | undefined> {
  let greeted: { readonly client: Client; readonly answer: EngineAnswer } | undefined;
  const greet = async (endpoint: Endpoint, stop: AbortSignal) => {
    const client = await createClient(endpoint);
    greeted = { client, answer: await greetEngine(client, stop) };
  };
  const result = await searchEngine(world, greet, signal);
  attempts.push(...result.attempts);
  if (result.kind === 'found' && greeted !== undefined) {
    const { client, answer } = greeted;
    const description = await describeEngine(client, result.source, answer, signal);
    return { client, ...description, attempts, release: () => Promise.resolve() };
  }
  if (result.kind === 'none' && result.chosen !== undefined) throw notFoundFailure(attempts, result.chosen, world);
  return undefined;
}

async function runEmbedded(
  { world, home, embedded }: EngineSearch,
  attempts: EngineAttempt[],
  tell: (status: EngineStatus) => void,
  signal: AbortSignal,
): Promise<FoundEngine> {
  const { platform, uid, env } = world;
  const obstacle = embedded ? embeddedObstacle(platform, uid, env) : 'switchedOff';
  if (obstacle !== undefined) {
    attempts.push({ source: 'embedded', host: '', outcome: 'skipped', skipReason: obstacle });
    throw notFoundFailure(attempts, undefined, world);
  }
  try {
    const engine = await joinEmbeddedEngine(
      { home, env },
      () => tell({ state: 'starting', attempts: [...attempts] }),
      signal,
    );
    const { endpoint } = engine;
    try {
      const client = await createClient(endpoint);
      const description = await describeEngine(client, 'embedded', await greetEngine(client, signal), signal);
      attempts.push({ source: 'embedded', host: endpoint.host, outcome: 'answers' });
      return { client, ...description, attempts, release: () => engine.leave() };
    } catch (error) {
      await engine.leave();
      throw error;
    }
  } catch (error) {
    signal.throwIfAborted();
    const reason = error instanceof AppFailure ? (error.error.cause ?? error.message) : words(error);
    attempts.push({ source: 'embedded', host: '', outcome: 'failed', reason });
    throw error;
  }
}
