/**
 * The runtime: everything that Slipway does, without Electron. The window, the command line and the tests start the same one.
 */
import type { AppEvent } from '@shared/contract/events.ts';
import type { RuntimeHandlers } from '@shared/contract/index.ts';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { type AppError, toAppError } from '@shared/model/app-error.ts';
import type { ShellSubscription } from '@shared/contract/shell-port.ts';
import { automaticEngine } from '@shared/model/named-engine.ts';
import type { Run } from '@shared/model/run.ts';
import { createKeyVault, type KeyVault } from './azure/key-vault.ts';
import { createDockerEngine } from './docker/docker-engine.ts';
import { createNamedEngines } from './docker/named-engines.ts';
import { createRemoteBuildKit } from './docker/remote-buildkit.ts';
import { resolveLocalContext } from './engine/context/local-context.ts';
import type { RunLogs } from './engine/journal.ts';
import { createRunLogs } from './engine/logs/run-logs.ts';
import type { Clock, ContainerEngine } from './engine/ports.ts';
import type { ContainerTerminal } from './engine/ports/containers.ts';
import { runFolder } from './engine/logs/log-files.ts';
import { chooseEngine, wishOf } from '@shared/model/engine-choice.ts';
import { executeRun } from './engine/run/execute-run.ts';
import type { SharedRunParts } from './engine/run/run-parts.ts';
import { recoverRuns } from './engine/run/recover-runs.ts';
import { removeExpired } from './engine/run/retention.ts';
import { unknownCommit } from './engine/run/run-source.ts';
import { createRunQueue } from './engine/run/run-queue.ts';
import { createPausedRuns } from './engine/run/task/pauses.ts';
import { createGit } from './git/git.ts';
import { openGuarded } from './http/guard.ts';
import { currentProcess, isAlive, processWithId } from './process-identity.ts';
import { chainCredentials } from './registry/credentials/chain.ts';
import { dockerConfigCredentials } from './registry/credentials/docker-config.ts';
import { readRateLimit } from './registry/rate-limit.ts';
import { createRegistry, type RegistryOptions } from './registry/registry.ts';
import { aliasSources } from './runtime/alias-sources.ts';
import { engineHandlers } from './runtime/engine-handlers.ts';
import { failedDockerfile } from './runtime/failed-source.ts';
import { gitHostHandlers } from './runtime/git-host-handlers.ts';
import { keyVaultHandlers } from './runtime/key-vault-handlers.ts';
import { localRegistryHandlers } from './runtime/local-registry-handlers.ts';
import { assertTaken, planAhead, statusAhead } from './runtime/plan-ahead.ts';
import { quickBuildHandlers } from './runtime/quick-build-handlers.ts';
import { createRegistryNotes } from './runtime/registry-notes.ts';
import { registryHandlers } from './runtime/registry-handlers.ts';
import { runHandlers } from './runtime/run-handlers.ts';
import { createRunShells } from './runtime/run-shells.ts';
import { createSealedSecrets } from './runtime/sealed-secrets.ts';
import { createSweeping } from './runtime/sweeping.ts';
import { createSourceTrees } from './runtime/source-trees.ts';
import { settingsHandlers } from './runtime/settings-handlers.ts';
import { taskFileHandlers } from './runtime/task-file-handlers.ts';
import { createTaskSecrets } from './runtime/task-secrets.ts';
import { createImageContentsStore } from './runtime/image-contents-store.ts';
import { createTaskTextStore } from './runtime/task-texts.ts';
import { createSources } from './sources/sources.ts';
import { openAllowances } from './store/allowances.ts';
import { openLocalRegistryNote } from './store/local-registry-note.ts';
import { openRateLimits } from './store/rate-limits.ts';
import { openRunStore } from './store/run-store.ts';
import { withFileLock } from './store/secrets/file-lock.ts';
import { createGitCredentials } from './store/secrets/git-credentials.ts';
import { createRegistryCredentials } from './store/secrets/registry-credentials.ts';
import { createServicePrincipals } from './store/secrets/service-principals.ts';
import { openVault } from './store/secrets/vault.ts';
import { openSettings } from './store/settings.ts';

/** How often old runs are looked for while a window is open. Milliseconds. */
const retentionInterval = 6 * 3_600_000;

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
  /** Instead of the engine that is looked for. */
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
  const rateLimits = openRateLimits(home);
  const registryOptions: RegistryOptions = {
    onAnswer(host, answer) {
      const limit = readRateLimit(host, answer.status, (name) => answer.header(name), clock.now());
      if (limit === undefined) return;
      rateLimits.put(limit);
      tell({ kind: 'rateLimitsChanged' });
    },
  };
  const registry = createRegistry(credentials, registryOptions);
  /** For what a file from elsewhere names. */
  const guardedRegistry = createRegistry(credentials, {
    ...registryOptions,
    connections: () => openGuarded('public', { environment: env }),
  });
  const taskTexts = createTaskTextStore(home);
  const imageContents = createImageContentsStore(home);
  const principals = createServicePrincipals(vault, clock);
  const taskSecrets = createTaskSecrets({ vault, principals, keyVault });
  const allowances = openAllowances(home);
  const gitTokens = createGitCredentials(vault, clock);
  const git = createGit({ cacheFolder: path.join(home, 'git'), environment: env, lock: withFileLock });
  const sources = createSources({
    git,
    gitCredential: (remote, signal) => gitTokens.forRemote(remote, signal),
    registries: { local: registry, public: guardedRegistry },
  });
  const trees = createSourceTrees(
    path.join(home, 'sources'),
    sources,
    clock,
    (pid) => processWithId(pid) !== undefined,
  );
  const pausedRuns = createPausedRuns();
  const engines = createNamedEngines({
    settings,
    clock,
    make: (place) => createDockerEngine({ home, homeId: store.homeId, env, settings: place }),
    makeBuildKit: (named, keeper, startInContainer) =>
      createRemoteBuildKit({ named, env, homeId: store.homeId, keeper, startInContainer }),
    automatic: ownEngine,
  });
  const faults = new Set<(runId: string, error: AppError) => void>();
  const listeners = new Set<(event: AppEvent) => void>();
  const tell = (event: AppEvent) => {
    for (const listener of listeners) listener(event);
  };

  const registriesChanged = () => {
    registry.forget();
    guardedRegistry.forget();
    tell({ kind: 'registriesChanged' });
  };

  const outlook = {
    engineStatus: (name?: string) => statusAhead({ engine: name, platforms: [], containers: true }, engines),
    defaultRegistry: () => settings.get().defaultRegistry,
    now: () => clock.now(),
    trees,
  };

  const scratchFolder = (runId: string) => path.join(runFolder(home, runId), 'contexts');
  const clearScratch = (runId: string) => rm(scratchFolder(runId), { recursive: true, force: true, maxRetries: 3 });
  const runParts: SharedRunParts = {
    store,
    logs,
    registry,
    credentials,
    clock,
    settings: () => settings.get(),
    requestSecrets: (runId) => sealed.of(runId),
    sources,
    resolveContext: resolveLocalContext,
    environment: env,
    taskTexts,
    imageContents,
    aliasSources,
    registryNotes: createRegistryNotes(own, rateLimits, clock),
    taskSecrets: (secrets, stop) => taskSecrets.resolve(secrets, stop),
    pausedRuns,
    failedDockerfile: (runId) => failedDockerfile(home, runId),
    scratchFolder,
  };

  const shells = createRunShells(store, engines, pausedRuns, runParts);

  const queue = createRunQueue({
    store,
    clock,
    self,
    isAlive,
    adopts: owner === 'window',
    limit: () => settings.get().concurrentRuns,
    engineReady: (run) => {
      const choice = chooseEngine(wishOf(run), engines.list());
      if (choice.kind === 'wait') engines.lookFor(choice.lookFor);
      return choice.kind !== 'wait';
    },
    plannedImages: ({ request, runId, startTime, createTime, images, source }) =>
      request.kind === 'quickBuild'
        ? planAhead(
            request.build,
            { runId, startedAt: Date.parse(startTime ?? createTime), source },
            engines,
            settings.get(),
          )
            .images.map(({ image }) => image)
            .filter((image) => !image.includes(unknownCommit))
        : images,
    recover: (isLive) => recoverRuns({ store, logs, clock, isLive, clearScratch }),
    execute: (run: Run, signal) => executeRun(run, runParts, engines, signal),
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
    engines.onChange((name, status) => {
      const first = engines.list()[0];
      if (first !== undefined && (name === undefined || name === first.name))
        tell({ kind: 'engineChanged', status: first.status });
      tell({ kind: 'enginesChanged' });
      queue.wake();
      if (name === undefined) {
        if (started && owner === 'window') engines.lookFor(engines.list().map((each) => each.name));
      } else if (status?.state === 'ready') {
        if (started) sweeping.sweep(name, status.info.host);
      } else if (status?.state === 'absent') sweeping.lost(name);
    }),
  ];

  const closing = new AbortController();
  let retention: NodeJS.Timeout | undefined;
  let tidying: Promise<void> = Promise.resolve();

  let started = false;

  async function removeOld(): Promise<void> {
    await removeExpired({ home, store, logs, clock, days: settings.get().retentionDays }, closing.signal);
    await sealed.tidy((runId) => store.has(runId));
  }

  /** Nobody waits for what is cleared away, so what goes wrong with it is a warning. */
  const warn = (error: unknown) => {
    if (!closing.signal.aborted) process.emitWarning(toAppError(error).cause ?? String(error));
  };

  const sweeping = createSweeping(engines, store, isAlive, warn, closing.signal);

  function tidy(): void {
    tidying = tidying.then(removeOld).catch(warn);
  }

  return {
    home,
    logs,
    handlers: {
      engine: engineHandlers(engines, settings, credentials, self),
      gitHosts: gitHostHandlers({
        vault,
        tokens: gitTokens,
        git,
        clock,
        onChange: () => tell({ kind: 'gitHostsChanged' }),
      }),
      keyVault: keyVaultHandlers({ principals, keyVault, onChange: () => tell({ kind: 'keyVaultChanged' }) }),
      quickBuilds: quickBuildHandlers(store, trees),
      registries: registryHandlers({
        vault,
        own,
        dockerConfig,
        all: credentials,
        client: registry,
        rateLimits,
        options: registryOptions,
        localRegistry: localRegistryHandlers({
          takeEngine: () => engines.use(engines.list()[0]?.name ?? automaticEngine),
          credentials,
          settings: () => settings.get(),
          clock,
          note: openLocalRegistryNote(home),
          onChange: registriesChanged,
        }),
        onChange: registriesChanged,
      }),
      runs: runHandlers({
        store,
        logs,
        queue,
        self,
        sealed,
        resolveContext: resolveLocalContext,
        planAhead: (request) => planAhead(request, { runId: 'ca1', startedAt: clock.now() }, engines, settings.get()),
        assertTaken: (wish, signal) => assertTaken(wish, engines, signal),
        outlook,
        taskTexts,
        imageContents,
        allowances,
        pausedRuns,
        home,
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
      const list = engines.list();
      if (owner === 'window') engines.lookFor(list.map(({ name }) => name));
      if (list[0] !== undefined) await engines.find(list[0].name, closing.signal).catch(() => undefined);
      for (const { name, status } of engines.list())
        if (status.state === 'ready') sweeping.sweep(name, status.info.host);
      await sweeping.idle();
    },
    onEvent(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    onFault(listener) {
      faults.add(listener);
      return () => faults.delete(listener);
    },
    openShell: (subscription, signal) => shells.open(subscription, signal),
    activeRuns: () => queue.active.size,
    async close() {
      clearInterval(retention);
      sweeping.end();
      await Promise.all([queue.close(), shells.end()]);
      closing.abort();
      await Promise.all([tidying, sweeping.idle()]);
      for (const stop of stops) stop();
      await trees.close();
      await engines.close();
      settings.close();
      store.close();
    },
  };
}
