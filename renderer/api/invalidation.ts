import type { QueryClient, QueryKey } from '@tanstack/react-query';
import { AppEvent } from '@shared/contract/events.ts';
import { bridge } from './bridge.ts';
import { operationKey } from './hooks.ts';

/** What has to be asked again after an event. The whole table, so that no screen invalidates by itself. */
export function staleAfter(event: AppEvent): readonly QueryKey[] {
  switch (event.kind) {
    case 'runChanged':
      return [
        operationKey('runs', 'list'),
        operationKey('runs', 'show', { runId: event.runId }),
        operationKey('runs', 'vertices', { runId: event.runId }),
        operationKey('runs', 'contents', { runId: event.runId }),
        operationKey('quickBuilds', 'recentContexts'),
        operationKey('quickBuilds', 'lastInputs'),
        operationKey('taskFiles', 'recent'),
        operationKey('taskFiles', 'lastInputs'),
      ];
    case 'runRemoved':
      return [
        operationKey('runs', 'list'),
        operationKey('runs', 'show', { runId: event.runId }),
        operationKey('quickBuilds', 'recentContexts'),
        operationKey('taskFiles', 'recent'),
      ];
    case 'engineChanged':
      return [operationKey('registries', 'local')];
    case 'enginesChanged':
      return [operationKey('engine', 'list')];
    case 'settingsChanged':
      return [
        operationKey('settings', 'get'),
        operationKey('quickBuilds', 'equivalents'),
        operationKey('taskFiles', 'equivalents'),
        operationKey('taskFiles', 'preview'),
      ];
    case 'registriesChanged':
      return [
        operationKey('registries', 'list'),
        operationKey('registries', 'expiring'),
        operationKey('registries', 'vault'),
        operationKey('registries', 'local'),
        operationKey('registries', 'repositories'),
        operationKey('registries', 'tags'),
        operationKey('registries', 'manifest'),
        // Which secrets are known is the vault's to say.
        operationKey('keyVault', 'principals'),
        operationKey('gitHosts', 'list'),
        operationKey('taskFiles', 'preview'),
      ];
    case 'rateLimitsChanged':
      return [operationKey('registries', 'rateLimits')];
    case 'keyVaultChanged':
      return [operationKey('keyVault', 'principals'), operationKey('taskFiles', 'preview')];
    case 'gitHostsChanged':
      return [operationKey('gitHosts', 'list')];
    case 'navigate':
      return [];
  }
}

/** Events of one burst are answered by one refetch: a build can report many changes a second. */
const gatherMs = 50;

/**
 * Keeps the query cache true to main's events, and hands `navigate` to the router.
 * @returns ends it
 */
export function followEvents(queries: QueryClient, navigate: (to: string) => void): () => void {
  const stale = new Map<string, QueryKey>();
  let timer: ReturnType<typeof setTimeout> | undefined;

  const flush = () => {
    timer = undefined;
    const keys = [...stale.values()];
    stale.clear();
    for (const queryKey of keys) void queries.invalidateQueries({ queryKey });
  };

  const stop = bridge().onEvent((data) => {
    const event = AppEvent.parse(data);
    if (event.kind === 'engineChanged') queries.setQueryData(operationKey('engine', 'status'), event.status);
    if (event.kind === 'navigate') navigate(event.to);
    for (const key of staleAfter(event)) stale.set(JSON.stringify(key), key);
    if (stale.size > 0) timer ??= setTimeout(flush, gatherMs);
  });
  return () => {
    stop();
    clearTimeout(timer);
  };
}
