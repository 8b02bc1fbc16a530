import type { EngineAttempt } from '@shared/model/engine-status.ts';
import { certificateProblem } from './certificate-problem.ts';
import { colima } from './colima.ts';
import { dockerContext } from './docker-context.ts';
import { dockerDesktop } from './docker-desktop.ts';
import { words } from './docker-environment.ts';
import { dockerHost } from './docker-host.ts';
import { dockerSocket } from './docker-socket.ts';
import type { Endpoint } from './endpoint.ts';
import { podman } from './podman.ts';
import { rancherDesktop } from './rancher-desktop.ts';
import { rootlessDocker } from './rootless-docker.ts';
import { setting } from './setting.ts';
import type { SearchWorld, Strategy } from './strategy.ts';

/** In the order of preference: what somebody chose, then Docker, then what stands in for it. */
const strategies: readonly Strategy[] = [
  setting,
  dockerHost,
  dockerContext,
  dockerSocket,
  rootlessDocker,
  dockerDesktop,
  colima,
  rancherDesktop,
  podman,
];

/** What a search came to. `attempts` tell every place in order, those that were not tried included. */
export type SearchResult =
  | {
      readonly kind: 'found';
      readonly source: EngineAttempt['source'];
      readonly endpoint: Endpoint;
      readonly attempts: readonly EngineAttempt[];
    }
  /** `chosen` is the attempt at the place that somebody named; when it is there, nothing else was tried. */
  | { readonly kind: 'none'; readonly chosen?: EngineAttempt; readonly attempts: readonly EngineAttempt[] };

/**
 * Looks for an engine, one place after the other. `greet` settles when an engine answers at an end point and rejects with
 * the reason when none does. Rejects only when the signal fires.
 */
export async function searchEngine(
  world: SearchWorld,
  greet: (endpoint: Endpoint, signal: AbortSignal) => Promise<void>,
  signal: AbortSignal,
): Promise<SearchResult> {
  const attempts: EngineAttempt[] = [];
  const tried = new Set<string>();
  for (const strategy of strategies) {
    const { source, choice } = strategy;
    let chosen: EngineAttempt | undefined;
    for (const place of await strategy.places(world)) {
      signal.throwIfAborted();
      if (place.kind === 'skipped') {
        attempts.push({ source, host: '', outcome: 'skipped', skipReason: place.skipReason });
        continue;
      }
      if (place.kind === 'nowhere') {
        const { host, outcome, reason } = place;
        const attempt = { source, host, outcome, reason };
        attempts.push(attempt);
        if (choice === 'explicit') chosen = attempt;
        continue;
      }
      const { endpoint } = place;
      if (tried.has(endpoint.host)) continue;
      tried.add(endpoint.host);
      const attempt = await tryEndpoint(source, endpoint, greet, signal);
      attempts.push(attempt);
      if (attempt.outcome === 'answers') return { kind: 'found', source, endpoint, attempts };
      if (choice === 'explicit') chosen = attempt;
    }
    if (chosen !== undefined) return { kind: 'none', chosen, attempts };
  }
  return { kind: 'none', attempts };
}

async function tryEndpoint(
  source: EngineAttempt['source'],
  endpoint: Endpoint,
  greet: (endpoint: Endpoint, signal: AbortSignal) => Promise<void>,
  signal: AbortSignal,
): Promise<EngineAttempt> {
  try {
    await greet(endpoint, signal);
    return { source, host: endpoint.host, outcome: 'answers' };
  } catch (error) {
    signal.throwIfAborted();
    const certificate = certificateProblem(error);
    return {
      source,
      host: endpoint.host,
      outcome: outcomeOf(error),
      reason: words(error),
      ...(certificate === undefined ? {} : { certificate }),
    };
  }
}

/** What a failed connection means. */
export function outcomeOf(error: unknown): EngineAttempt['outcome'] {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  switch (code) {
    case 'EACCES':
    case 'EPERM':
      return 'permissionDenied';
    case 'ENOENT':
      return 'absent';
    case 'ECONNREFUSED':
      return 'refused';
    default:
      return 'failed';
  }
}
