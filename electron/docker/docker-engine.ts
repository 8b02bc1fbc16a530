import { createHash } from 'node:crypto';
import os from 'node:os';
import type { Readable } from 'node:stream';
import { AppFailure, appFailure, toAppError } from '@shared/model/app-error.ts';
import type { EngineInfo, EngineStatus } from '@shared/model/engine-status.ts';
import type { ImageLayer } from '@shared/model/image-contents.ts';
import type { Settings } from '@shared/model/settings.ts';
import type {
  BuildEvent,
  BuiltImage,
  ContainerEngine,
  CredentialSource,
  ImageBuild,
  NamedImage,
  PushedImage,
  PushProgress,
} from '../engine/ports.ts';
import type { Containers, ContainerTerminal, ShellRequest } from '../engine/ports/containers.ts';
import type { LocalRegistry } from '../engine/ports/local-registry.ts';
import type { ImageKeeper } from '../engine/ports/engines.ts';
import type { StartedProgram } from './connection/container-connection.ts';
import { startProgram } from './containers/start-program.ts';
import { buildWithBuildKit, type Solved } from './buildkit/build.ts';
import { readContent } from './buildkit/content.ts';
import type { BuildKitEngine } from './buildkit/engine.ts';
import { openFailedBuild } from './buildkit/gateway/open-failed-build.ts';
import { type BuildKitProfile, probeBuildKit } from './buildkit/probe.ts';
import { createSessionThreads } from './buildkit/session/session-threads.ts';
import { type Client, connect, ping } from './client.ts';
import { createContainers } from './containers/docker-containers.ts';
import { inspectImage } from './containers/inspect-image.ts';
import type { SearchWorld } from './connection/strategy.ts';
import { imageHistory } from './image-history.ts';
import { createLocalRegistry } from './local-registry.ts';
import { isConnectionError, lostFailure, refusedFailure } from './failures.ts';
import { type EngineWatch, watchEngine } from './engine-watch.ts';
import { anythingAnswers, type EngineSearch, findEngine, type FoundEngine } from './find-engine.ts';
import { loadImage } from './load-image.ts';
import { namedImage } from './named-image.ts';
import { pushImage } from './push.ts';
import { sharedWork } from './shared-work.ts';
import { sweepRuns } from './sweep.ts';
import { buildWithTar } from './tar-build.ts';
import { untilLost } from './watch-engine.ts';

/** What {@link createDockerEngine} stands on. What is left out is this machine's. */
export interface DockerEngineOptions {
  /** Slipway's home: the embedded engine lives below it. */
  readonly home: string;
  /** The id of this installation's store: whose leftovers are swept, whose contexts are told apart. */
  readonly homeId: string;
  readonly env: NodeJS.ProcessEnv;
  /** Read anew for each search. */
  readonly settings: () => Pick<Settings, 'engineHost' | 'embeddedEngine'> & Pick<SearchWorld, 'engineTls'>;
  readonly platform?: NodeJS.Platform;
  readonly homedir?: string;
  /** Where the system's sockets are; `/var/run`. */
  readonly systemFolder?: string;
}

/** So long is waited for what goes on in an engine that is closed: a call may hang in one that answers others; ms. */
const closingPatience = 5_000;

/** An engine that has answered since is taken to be there, in ms: a step asks for several things, one after the other. */
const fresh = 500;

/** An engine in whose running containers programs can be started. */
export interface ProgramStarter {
  startProgram(container: string, command: readonly string[], signal: AbortSignal): Promise<StartedProgram>;
}

/** Docker, or what speaks its API, as the engine of Slipway knows it. Looks for nothing before it is asked to. */
export function createDockerEngine(options: DockerEngineOptions): ContainerEngine & ImageKeeper & ProgramStarter {
  return new DockerEngine(options);
}

class DockerEngine implements ContainerEngine, ImageKeeper, ProgramStarter {
  readonly containers: Containers;
  readonly localRegistry: LocalRegistry;
  private readonly options: DockerEngineOptions;
  private readonly closing = new AbortController();
  private readonly threads = createSessionThreads();
  /** Nothing is waited for any more. */
  private readonly hurry = new AbortController();
  private readonly search = sharedWork((signal) => this.look(signal));
  private readonly watch: EngineWatch = watchEngine({
    untilLost: (signal) => this.watchForLoss(signal),
    returned: (count, signal) => this.hasReturned(count, signal),
    find: () => this.found(this.closing.signal),
  });
  private kept: { readonly found: FoundEngine; readonly search: EngineSearch } | undefined;
  /** Engines that were given up, and have not been left yet. */
  private leaving: Promise<void> = Promise.resolve();
  /** Engines that were given up while they still worked for us. */
  private leavingLater: Promise<void> = Promise.resolve();
  private readonly works = new WeakMap<FoundEngine, Set<Promise<unknown>>>();
  /** Platforms of engines that were asked again. */
  private readonly offered = new WeakMap<FoundEngine, readonly string[]>();
  /** When the engine in use has last answered; ms of `performance.now`. */
  private answered = 0;

  constructor(options: DockerEngineOptions) {
    this.options = options;
    this.containers = createContainers((signal, work) => this.using(signal, work), options.homeId);
    this.localRegistry = createLocalRegistry((signal, work) => this.using(signal, work), options.homeId);
  }

  async find(signal: AbortSignal): Promise<EngineInfo> {
    return this.infoOf(await this.found(signal));
  }

  async platforms(signal: AbortSignal): Promise<readonly string[]> {
    return this.using(signal, async (engine, stop) => {
      const before = this.infoOf(engine).platforms;
      const now = (await probeBuildKit((probe) => connect(engine.client.endpoint, probe), stop))?.platforms ?? before;
      this.offered.set(engine, now);
      if (this.kept?.found === engine && now.join() !== before.join()) this.tellReady(engine);
      return now;
    });
  }

  status(): EngineStatus {
    return this.watch.current;
  }

  onStatus(listener: (status: EngineStatus) => void): () => void {
    return this.watch.onStatus(listener);
  }

  async build(
    build: ImageBuild,
    credentials: CredentialSource,
    onEvent: (event: BuildEvent) => void,
    signal: AbortSignal,
  ): Promise<BuiltImage> {
    return this.using(signal, async ({ client, buildkit }, stop) => {
      const image: Solved =
        buildkit === undefined || build.classic === true
          ? await buildWithTar(client, build, credentials, onEvent, stop)
          : await buildWithBuildKit(this.buildKit(client, buildkit, build), build, credentials, onEvent, stop);
      const sizeOf = async (imageId: string) => {
        const inspected = await inspectImage(client.docker, imageId, undefined, stop);
        if (inspected === undefined) throw new Error(`${imageId} was built, and is gone`);
        return inspected.Size;
      };
      const { platforms: apart, ...one } = image;
      if (apart === undefined) return { ...one, size: await sizeOf(one.imageId) };
      const platforms = await Promise.all(apart.map(async (each) => ({ ...each, size: await sizeOf(each.imageId) })));
      return { ...one, platforms, size: platforms.reduce((sum, { size }) => sum + size, 0) };
    });
  }

  async openFailedBuild(
    build: ImageBuild,
    credentials: CredentialSource,
    shell: ShellRequest,
    signal: AbortSignal,
  ): Promise<ContainerTerminal> {
    return this.using(signal, async ({ client, buildkit }, stop) => {
      if (buildkit === undefined || buildkit.buildShell === 'none' || build.classic === true) {
        throw appFailure('build.unsupportedOption', { params: { option: 'shell' } });
      }
      return openFailedBuild(this.buildKit(client, buildkit, build), build, credentials, shell, stop);
    });
  }

  async push(
    image: string,
    credentials: CredentialSource,
    onProgress: (progress: PushProgress) => void,
    signal: AbortSignal,
  ): Promise<PushedImage> {
    return this.using(signal, ({ client }, stop) => pushImage(client, image, credentials, onProgress, stop));
  }

  async named(image: string, signal: AbortSignal): Promise<NamedImage | undefined> {
    return this.using(signal, ({ client, buildkit }, stop) => namedImage(client, image, buildkit?.kind, stop));
  }

  async layers(imageId: string, signal: AbortSignal): Promise<readonly ImageLayer[]> {
    return this.using(signal, ({ client }, stop) => imageHistory(client.docker, imageId, stop));
  }

  async load(archive: Readable, name: string | undefined, signal: AbortSignal): Promise<BuiltImage> {
    return this.using(signal, ({ client }, stop) => loadImage(client, archive, name, stop));
  }

  async startProgram(container: string, command: readonly string[], signal: AbortSignal): Promise<StartedProgram> {
    return this.using(signal, ({ client }, stop) => startProgram(client, container, command, stop));
  }

  async content(digest: string, maxBytes: number, signal: AbortSignal): Promise<Uint8Array> {
    return this.using(signal, ({ client: { endpoint } }, stop) =>
      readContent({ connect: (each) => connect(endpoint, each) }, digest, maxBytes, stop),
    );
  }

  async sweep(isLive: (runId: string) => boolean, signal: AbortSignal): Promise<number> {
    return this.using(signal, ({ client }, stop) => sweepRuns(client, this.options.homeId, isLive, stop));
  }

  async close(): Promise<void> {
    this.closing.abort(new Error('the engine was closed'));
    this.watch.close();
    this.giveUp();
    const tooLong = setTimeout(() => this.hurry.abort(), closingPatience);
    try {
      await Promise.all([this.leaving, this.leavingLater]);
    } finally {
      clearTimeout(tooLong);
      this.threads.close();
    }
  }

  /** The engine in use, checked unless it has answered within `trust` ms; found first where there is none, or where the settings want another one now. */
  private async found(signal: AbortSignal, trust = 0): Promise<FoundEngine> {
    const stop = AbortSignal.any([signal, this.closing.signal]);
    stop.throwIfAborted();
    const { kept } = this;
    if (kept !== undefined && sameSearch(kept.search, this.engineSearch())) {
      if (performance.now() - this.answered < trust) return kept.found;
      try {
        await ping(kept.found.client, stop);
        this.answered = performance.now();
        return kept.found;
      } catch (error) {
        stop.throwIfAborted();
        this.lose(kept.found, error);
      }
    }
    return this.search(stop);
  }

  private async look(signal: AbortSignal): Promise<FoundEngine> {
    this.giveUp();
    const { leaving } = this;
    this.leaving = Promise.resolve();
    await leaving;
    const search = this.engineSearch();
    const found = await findEngine(search, (status) => this.watch.tell(status), signal);
    if (signal.aborted) {
      await found.release();
      throw signal.reason;
    }
    this.kept = { found, search };
    this.answered = performance.now();
    this.tellReady(found);
    return found;
  }

  private tellReady(found: FoundEngine): void {
    this.watch.tell({ state: 'ready', info: this.infoOf(found), attempts: [...found.attempts] });
  }

  private infoOf(found: FoundEngine): EngineInfo {
    const platforms = this.offered.get(found);
    return platforms === undefined ? found.info : { ...found.info, platforms: [...platforms] };
  }

  /**
   * Runs work on the engine; its signal fires as well when the engine is closed. What it fails with is told apart: the engine's
   * loss, its refusal, or what the work says itself.
   */
  private async using<T>(
    signal: AbortSignal,
    work: (engine: FoundEngine, stop: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const stop = AbortSignal.any([signal, this.closing.signal]);
    const engine = await this.found(stop, fresh);
    try {
      const result = await this.tracked(engine, work(engine, stop));
      if (this.kept?.found === engine) this.answered = performance.now();
      return result;
    } catch (error) {
      stop.throwIfAborted();
      const { host } = engine.info;
      if (!(await this.isLost(engine, error, stop))) throw refusedFailure(host, error);
      this.lose(engine, error);
      throw lostFailure(host, error);
    }
  }

  /** Knows of the work as long as it goes on, so that its engine isn't left under it. */
  private async tracked<T>(engine: FoundEngine, work: Promise<T>): Promise<T> {
    const works = this.works.get(engine) ?? new Set();
    this.works.set(engine, works.add(work));
    try {
      return await work;
    } finally {
      works.delete(work);
    }
  }

  /** An engine that is stopped may still say that a build was canceled, or a push failed: so it is asked. */
  private async isLost(engine: FoundEngine, error: unknown, signal: AbortSignal): Promise<boolean> {
    if (isConnectionError(error) || (error instanceof AppFailure && error.error.code === 'engine.lost')) return true;
    try {
      await ping(engine.client, signal);
      return false;
    } catch {
      signal.throwIfAborted();
      return true;
    }
  }

  private lose(engine: FoundEngine, error: unknown): void {
    if (this.kept?.found !== engine) return;
    this.giveUp();
    const failure = lostFailure(engine.info.host, error);
    this.watch.tell({ state: 'absent', error: toAppError(failure), attempts: [...engine.attempts] });
  }

  /** Leaves the engine in use, behind those that are being left; one that still builds for us, when it is done. */
  private giveUp(): void {
    const { kept } = this;
    if (kept === undefined) return;
    this.kept = undefined;
    const works = this.works.get(kept.found) ?? new Set();
    const hurried = new Promise<void>((resolve) => {
      this.hurry.signal.addEventListener('abort', () => resolve(), { once: true });
    });
    const left = Promise.race([Promise.allSettled(works), hurried]).then(() => kept.found.release());
    // A search for the next engine waits for the last one to be gone, but not for its builds.
    if (works.size === 0) this.leaving = Promise.all([this.leaving, left]).then(() => undefined);
    else this.leavingLater = Promise.all([this.leavingLater, left]).then(() => undefined);
    // Heard by whoever looks next, or closes: until then it must not count as unheard.
    this.leaving.catch(() => undefined);
    this.leavingLater.catch(() => undefined);
  }

  private async watchForLoss(signal: AbortSignal): Promise<void> {
    const { kept } = this;
    if (kept !== undefined) this.lose(kept.found, await untilLost(kept.found.client, signal));
  }

  /** One that was lost may be ours to start again; but it is started once, not for ever. */
  private async hasReturned(count: number, signal: AbortSignal): Promise<boolean> {
    const search = this.engineSearch();
    const { current } = this.watch;
    const wasLost = current.state === 'absent' && current.error.code === 'engine.lost';
    return (wasLost && count === 0 && search.embedded) || anythingAnswers(search, signal);
  }

  private engineSearch(): EngineSearch {
    const {
      home,
      env,
      settings,
      platform = process.platform,
      homedir = os.homedir(),
      systemFolder = '/var/run',
    } = this.options;
    const { engineHost, engineTls, embeddedEngine } = settings();
    const world: SearchWorld = { env, platform, homedir, systemFolder, uid: process.getuid?.(), engineHost, engineTls };
    return { world, home, embedded: embeddedEngine };
  }

  private buildKit({ endpoint }: Client, { kind }: BuildKitProfile, { context }: ImageBuild): BuildKitEngine {
    return {
      connect: (stop) => connect(endpoint, stop),
      address: endpoint.address,
      store: kind,
      threads: this.threads,
      sharedKey: this.sharedKey(context.root),
    };
  }

  /** The daemon keeps the last state of each context under such a name, and is sent what differs from it. */
  private sharedKey(root: string): string {
    return createHash('sha256').update(`${this.options.homeId}\0${root}`).digest('hex');
  }
}

/** Whether the settings still lead to the same engine. */
function sameSearch(one: EngineSearch, other: EngineSearch): boolean {
  return one.world.engineHost === other.world.engineHost && one.embedded === other.embedded;
}
