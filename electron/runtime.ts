/**
 * The runtime: everything that Slipway does, without Electron. The window, the command line and the tests start the same one.
 */
import type { AppEvent } from '@shared/contract/events.ts';
import type { RuntimeHandlers } from '@shared/contract/index.ts';
import type { QuickBuildRequest } from '@shared/model/quick-build.ts';
import type { Run } from '@shared/model/run.ts';
import { createDockerEngine } from './docker/docker-engine.ts';
import { resolveLocalContext } from './engine/context/local-context.ts';
import { createRunLogs } from './engine/logs/run-logs.ts';
import type { RunLogs } from './engine/journal.ts';
import type { Clock } from './engine/ports.ts';
import { executeRun } from './engine/run/execute-run.ts';
import { planQuickBuild } from './engine/run/plan-quick-build.ts';
import { recoverRuns } from './engine/run/recover-runs.ts';
import { removeExpired } from './engine/run/retention.ts';
import { createRunQueue } from './engine/run/run-queue.ts';
import { currentProcess, isAlive } from './process-identity.ts';
import { createCredentialSource } from './registry/credentials/credential-source.ts';
import { createRegistry } from './registry/registry.ts';
import { engineHandlers } from './runtime/engine-handlers.ts';
import { quickBuildHandlers } from './runtime/quick-build-handlers.ts';
import { registryHandlers } from './runtime/registry-handlers.ts';
import { runHandlers } from './runtime/run-handlers.ts';
import { createSealedSecrets } from './runtime/sealed-secrets.ts';
import { openRunStore } from './store/run-store.ts';
import { openVault } from './store/secrets/vault.ts';
import { openSettings } from './store/settings.ts';
