/**
 * The runtime: everything that Slipway does, without Electron. The window, the command line and the tests start the same one.
 */
import type { AppEvent } from '@shared/contract/events.ts';
import type { RuntimeHandlers } from '@shared/contract/index.ts';
import path from 'node:path';
import { type AppError, appFailure, toAppError } from '@shared/model/app-error.ts';
import type { ShellSubscription } from '@shared/contract/shell-port.ts';
import type { QuickBuildRequest } from '@shared/model/quick-build.ts';
import { isFinal, type Run } from '@shared/model/run.ts';
import { createKeyVault, type KeyVault } from './azure/key-vault.ts';
import { createDockerEngine } from './docker/docker-engine.ts';
import { resolveLocalContext } from './engine/context/local-context.ts';
import type { RunLogs } from './engine/journal.ts';
import { createRunLogs } from './engine/logs/run-logs.ts';
import type { Clock, ContainerEngine } from './engine/ports.ts';
import type { ContainerTerminal } from './engine/ports/containers.ts';
import { runFolder } from './engine/logs/log-files.ts';
import { platformOf } from './engine/run/engine-platform.ts';
import { executeRun } from './engine/run/execute-run.ts';
import { createOpenTerminals } from './engine/run/open-terminals.ts';
import { planQuickBuild } from './engine/run/plan-quick-build.ts';
import { openQuickBuildShell } from './engine/run/run-quick-build.ts';
import type { RunParts } from './engine/run/run-parts.ts';
import { recoverRuns } from './engine/run/recover-runs.ts';
import { removeExpired } from './engine/run/retention.ts';
import { sourceAhead, unknownCommit } from './engine/run/run-source.ts';
import { createRunQueue } from './engine/run/run-queue.ts';
import { createPausedRuns } from './engine/run/task/pauses.ts';
import { createGit } from './git/git.ts';
import { currentProcess, isAlive, processWithId } from './process-identity.ts';
import { chainCredentials } from './registry/credentials/chain.ts';
import { dockerConfigCredentials } from './registry/credentials/docker-config.ts';
import { createRegistry } from './registry/registry.ts';
import { aliasSources } from './runtime/alias-sources.ts';
import { engineHandlers } from './runtime/engine-handlers.ts';
import { keyVaultHandlers } from './runtime/key-vault-handlers.ts';
import { quickBuildHandlers } from './runtime/quick-build-handlers.ts';
import { registryHandlers } from './runtime/registry-handlers.ts';
import { runHandlers } from './runtime/run-handlers.ts';
import { createSealedSecrets } from './runtime/sealed-secrets.ts';
import { createSourceTrees } from './runtime/source-trees.ts';
import { settingsHandlers } from './runtime/settings-handlers.ts';
import { taskFileHandlers } from './runtime/task-file-handlers.ts';
import { createTaskSecrets } from './runtime/task-secrets.ts';
import { createTaskTextStore } from './runtime/task-texts.ts';
import { createSources } from './sources/sources.ts';
import { openAllowances } from './store/allowances.ts';
import { openRunStore } from './store/run-store.ts';
import { withFileLock } from './store/secrets/file-lock.ts';
import { createRegistryCredentials } from './store/secrets/registry-credentials.ts';
import { createServicePrincipals } from './store/secrets/service-principals.ts';
import { openVault } from './store/secrets/vault.ts';
import { openSettings } from './store/settings.ts';

/** How often old runs are looked for while a window is open. Milliseconds. */
const retentionInterval = 6 * 3_600_000;

/** When an engine is looked over once more for what killed runs left. Milliseconds. */
const sweepAgainMs = 5_000;

/** What a runtime is started with. */
export interface RuntimeOptions {
  /** Absolute path of the home; made when it isn't there. */
  readonly home: string;
  readonly env: NodeJS.ProcessEnv;
  /** A window takes over the queue of processes that are gone, and keeps an eye on the engine; a command line does its own work and leaves. */
  readonly owner: 'window' | 'cli';
  /** Asks where to save a file; null when the person chose nowhere. */
  readonly saveAs?: (suggestedName: string) => Promise<string | null>;
  /** Absolute path of the folder of samples. */
  readonly samples?: string;
  /** Instead of an engine that is looked for. */
  readonly engine?: ContainerEngine;
  /** Instead of Azure's. */
  readonly keyVault?: KeyVault;
}

export interface Runtime {
  readonly handlers: RuntimeHandlers;
  readonly logs: RunLogs;
  readonly home: string;
  /** Closes the runs whose process is gone without having ended them. Needs no engine. */
  recover(): Promise<void>;
  /**
   * Recovers, begins to run what is queued, looks for an engine (that there is none is told as its status) and removes what
   * killed runs left in it. Runs that are old enough are removed meanwhile.
   */
  start(): Promise<void>;
  onEvent(listener: (event: AppEvent) => void): () => void;
  /**
   * Told of a run of this process that is carried out no more, and whose record could not be written to say so (a full disk):
   * it is closed when the home is next opened. A warning when nobody listens.
   */
  onFault(listener: (runId: string, error: AppError) => void): () => void;
  /**
   * Opens a terminal where a run of this process stands still, or in the failed instruction of a quick build that is over. It ends
   * with this runtime at the latest.
   * @throws `run.notPaused`, `container.noShell`, and as `ContainerEngine.openFailedBuild` does
   */
  openShell(subscription: Omit<ShellSubscription, 'nonce'>, signal: AbortSignal): Promise<ContainerTerminal>;
  /** Runs that this process carries out. */
  activeRuns(): number;
  /** Cancels this process's runs, waits for them, and gives up engine and database. */
  close(): Promise<void>;
}

/**
 * Wires everything. Opens the database and nothing else: the engine is looked for by {@link Runtime.start} or by whoever asks.
 * @throws AppFailure `store.newerVersion`, `store.damaged`
 */
export async function createRuntime({
  home,
  env: given,
  owner,
  saveAs,
  samples,
  engine: ownEngine,
  keyVault = createKeyVault(),
}: RuntimeOptions): Promise<Runtime> {
  // No program that is started on the way (ssh, a helper) gets the passphrase, nor does a build.
  const { SLIPWAY_PASSPHRASE: passphrase, ...env } = given;
  const clock: Clock = { now: Date.now };
  const self = currentProcess();
  const settings = openSettings(home);
  const store = openRunStore({ home, clock });
  const logs = createRunLogs({ home, clock });
  const vault = openVault({ home, homeId: store.homeId, passphrase });
  const sealed = createSealedSecrets(vault);
  const own = createRegistryCredentials(vault, clock);
  const dockerConfig = dockerConfigCredentials(env);
  const credentials = chainCredentials([own, dockerConfig]);
  const registry = createRegistry(credentials);
  const taskTexts = createTaskTextStore(home);
  const principals = createServicePrincipals(vault, clock);
  const taskSecrets = createTaskSecrets({ vault, principals, keyVault });
  const allowances = openAllowances(home);
  const git = createGit({ cacheFolder: path.join(home, 'git'), environment: env, lock: withFileLock });
  const sources = createSources({ git, gitCredential: () => Promise.resolve(undefined), registry });
  const trees = createSourceTrees(
    path.join(home, 'sources'),
    sources,
    clock,
    (pid) => processWithId(pid) !== undefined,
  );
  const pausedRuns = createPausedRuns();
  /** Of quick builds that are over; tasks keep their own. */
  const shells = createOpenTerminals();
  const engine = ownEngine ?? createDockerEngine({ home, homeId: store.homeId, env, settings: () => settings.get() });

  const faults = new Set<(runId: string, error: AppError) => void>();
  const listeners = new Set<(event: AppEvent) => void>();
  const tell = (event: AppEvent) => {
    for (const listener of listeners) listener(event);
  };

  /** What a run would write, as far as it can be told while no engine is there to ask. */
  const planOf = (
    request: QuickBuildRequest,
    runId: string,
    startedAt: number,
    source = sourceAhead(request.context),
  ) => {
    const status = engine.status();
    return planQuickBuild(request, {
      runId,
      startedAt,
      defaultRegistry: settings.get().defaultRegistry,
      knownHosts: [],
      enginePlatform: platformOf(status.state === 'ready' ? status.info : { os: 'linux', architecture: process.arch }),
      source,
    });
  };

  const outlook = {
    engineStatus: () => engine.status(),
    defaultRegistry: () => settings.get().defaultRegistry,
    now: () => clock.now(),
    trees,
  };

  const runParts: RunParts = {
    store,
    logs,
    engine,
    registry,
    credentials,
    clock,
    settings: () => settings.get(),
    requestSecrets: (runId) => sealed.of(runId),
    sources,
    resolveContext: resolveLocalContext,
    environment: env,
    taskTexts,
    aliasSources,
    taskSecrets: (secrets, stop) => taskSecrets.resolve(secrets, stop),
    pausedRuns,
    scratchFolder: (runId) => path.join(runFolder(home, runId), 'contexts'),
  };

  const queue = createRunQueue({
    store,
    clock,
    self,
    isAlive,
    adopts: owner === 'window',
    limit: () => settings.get().concurrentRuns,
    engineReady: () => engine.status().state === 'ready',
    plannedImages: ({ request, runId, startTime, createTime, images, source }) =>
      request.kind === 'quickBuild'
        ? planOf(request.build, runId, Date.parse(startTime ?? createTime), source)
            .images.map(({ image }) => image)
            .filter((image) => !image.includes(unknownCommit))
        : images,
    recover: (isLive) => recoverRuns({ store, logs, clock, isLive }),
    execute: (run: Run, signal) => executeRun(run, runParts, signal),
    onFault: (error, runId) => {
      if (runId !== undefined && faults.size > 0) for (const hear of faults) hear(runId, toAppError(error));
      else process.emitWarning(`runs could not be recorded: ${toAppError(error).cause ?? String(error)}`);
    },
  });

  const stops = [
    store.onChange((runId) => tell({ kind: 'runChanged', runId })),
    store.onRemove((runId) => tell({ kind: 'runRemoved', runId })),
    settings.onChange(() => {
      tell({ kind: 'settingsChanged' });
      queue.wake();
    }),
    engine.onStatus((status) => {
      tell({ kind: 'engineChanged', status });
      // What was lost with it is in there when it comes back.
      if (status.state === 'absent') swept = { ...swept, host: '' };
      if (status.state !== 'ready') return;
      queue.wake();
      if (started) sweep(status.info.host);
    }),
  ];

  const closing = new AbortController();
  let retention: NodeJS.Timeout | undefined;
  let tidying: Promise<void> = Promise.resolve();

  let started = false;
  let sweepAgain: NodeJS.Timeout | undefined;
  /** The engine that was swept last, and the sweeping. */
  let swept = { host: '', done: Promise.resolve() };

  async function removeOld(): Promise<void> {
    await removeExpired({ home, store, logs, clock, days: settings.get().retentionDays }, closing.signal);
    await sealed.tidy((runId) => store.has(runId));
  }

  /** Nobody waits for what is cleared away, so what goes wrong with it is a warning. */
  const warn = (error: unknown) => {
    if (!closing.signal.aborted) process.emitWarning(toAppError(error).cause ?? String(error));
  };

  /** Once an engine, and again when it was away: what runs left in it doesn't grow while it is there. */
  function sweep(host: string): void {
    if (swept.host === host) return;
    const isLive = (runId: string) =>
      [...store.active(), ...store.queued()].some((each) => each.run.runId === runId && isAlive(each.owner));
    const once = () => engine.sweep(isLive, closing.signal).then(() => undefined);
    swept = { host, done: Promise.all([swept.done, once()]).then(() => undefined, warn) };
    // An engine goes on with what a killed process asked it to make: it may be there only now.
    clearTimeout(sweepAgain);
    sweepAgain = setTimeout(() => {
      swept = { host, done: Promise.all([swept.done, once()]).then(() => undefined, warn) };
    }, sweepAgainMs).unref();
  }

  function tidy(): void {
    tidying = tidying.then(removeOld).catch(warn);
  }

  return {
    home,
    logs,
    handlers: {
      engine: engineHandlers({ engine, settings: () => settings.get(), credentials }),
      keyVault: keyVaultHandlers({ principals, keyVault, onChange: () => tell({ kind: 'keyVaultChanged' }) }),
      quickBuilds: quickBuildHandlers(store, trees),
      registries: registryHandlers({
        vault,
        own,
        dockerConfig,
        all: credentials,
        onChange: () => {
          registry.forget();
          tell({ kind: 'registriesChanged' });
        },
      }),
      runs: runHandlers({
        store,
        logs,
        queue,
        self,
        sealed,
        resolveContext: resolveLocalContext,
        planAhead: (request) => planOf(request, 'ca1', clock.now()),
        outlook,
        taskTexts,
        allowances,
        pausedRuns,
        saveAs: saveAs ?? (() => Promise.resolve(null)),
      }),
      settings: settingsHandlers(settings),
      taskFiles: taskFileHandlers({ ...outlook, store, allowances, secrets: taskSecrets, samples }),
    },
    recover: () => queue.recover(),
    async start() {
      await queue.recover();
      started = true;
      queue.wake();
      tidy();
      if (owner === 'window') retention = setInterval(tidy, retentionInterval).unref();
      await engine.find(closing.signal).catch(() => undefined);
      const status = engine.status();
      if (status.state === 'ready') sweep(status.info.host);
      await swept.done;
    },
    onEvent(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    onFault(listener) {
      faults.add(listener);
      return () => faults.delete(listener);
    },
    async openShell({ runId, stepId, columns, rows }, signal) {
      const record = store.get(runId);
      if (isFinal(record.status) && record.request.kind === 'quickBuild') {
        const { build } = record.request;
        const open = (stop: AbortSignal) => openQuickBuildShell(record, build, { columns, rows }, runParts, stop);
        return shells.open(runId, open, signal);
      }
      const run = pausedRuns.get(runId);
      if (run.pause.stepId !== stepId) throw appFailure('run.notPaused', { params: { runId } });
      return run.openShell({ columns, rows }, signal);
    },
    activeRuns: () => queue.active.size,
    async close() {
      clearInterval(retention);
      clearTimeout(sweepAgain);
      await Promise.all([queue.close(), shells.end()]);
      closing.abort();
      await Promise.all([tidying, swept.done]);
      for (const stop of stops) stop();
      await trees.close();
      await engine.close();
      settings.close();
      store.close();
    },
  };
}
