import { createHash } from 'node:crypto';
import { AppFailure, appFailure, toAppError } from '@shared/model/app-error.ts';
import type { EngineAttempt, EngineInfo, EngineStatus } from '@shared/model/engine-status.ts';
import type { ImageLayer } from '@shared/model/image-contents.ts';
import { parseImageReference } from '@shared/model/image-reference.ts';
import { platformTag } from '@shared/model/platform-tag.ts';
import type { NamedEngine } from '@shared/model/named-engine.ts';
import type {
  BuildEvent,
  BuiltImage,
  BuiltPlatform,
  ContainerEngine,
  CredentialSource,
  ImageBuild,
  NamedImage,
  PushedImage,
  PushProgress,
} from '../engine/ports.ts';
import type { Containers, ContainerTerminal, ShellRequest } from '../engine/ports/containers.ts';
import type { ImageKeeper } from '../engine/ports/engines.ts';
import type { LocalRegistry } from '../engine/ports/local-registry.ts';
import { BuildsToPush } from './builds-to-push.ts';
import { buildWithBuildKit } from './buildkit/build.ts';
import { readContent } from './buildkit/content.ts';
import type { BuildKitEngine } from './buildkit/engine.ts';
import { openFailedBuild } from './buildkit/gateway/open-failed-build.ts';
import { type GrpcClient, grpcClient } from './buildkit/grpc/client.ts';
import { GrpcStatus } from './buildkit/grpc/status.ts';
import { askBuildKit } from './buildkit/probe.ts';
import { InfoResponse } from './buildkit/proto/control.ts';
import { Empty } from './buildkit/proto/session.ts';
import { createSessionThreads } from './buildkit/session/session-threads.ts';
import type { Exporter, SolvedImage } from './buildkit/solve.ts';
import { tellRetry } from './buildkit-retries.ts';
import { connect } from './client.ts';
import { certificateProblem } from './connection/certificate-problem.ts';
import { words } from './connection/docker-environment.ts';
import { parseBuildKitEndpoint } from './connection/buildkit-endpoint.ts';
import type { StartInContainer } from './connection/docker-container.ts';
import type { Endpoint } from './connection/endpoint.ts';
import { outcomeOf } from './connection/search.ts';
import { readTlsFiles } from './connection/tls-material.ts';
import { type EngineWatch, watchEngine } from './engine-watch.ts';
import { handOverImage } from './hand-over.ts';
import { lostFailure, refusedFailure } from './failures.ts';
import { noContainers, noLocalRegistry } from './no-containers.ts';
import { chosenFailure } from './not-found.ts';
import { registryFailure } from './registry-failure.ts';
import { sharedWork } from './shared-work.ts';

export interface RemoteBuildKitOptions {
  readonly named: Pick<NamedEngine, 'host' | 'tls'>;
  /** What `kubectl` and `ssh` are started with. */
  readonly env: NodeJS.ProcessEnv;
  /** Tells contexts of different installations apart. */
  readonly homeId: string;
  /** Where images go that are not pushed. @throws where there is no engine that keeps any */
  readonly keeper: () => { readonly name: string; readonly keeper: ImageKeeper };
  readonly startInContainer: StartInContainer;
}

/** How long BuildKit may take to say that it is there; ms. */
const patience = 20_000;

/** BuildKit that answers. */
interface Found {
  readonly endpoint: Endpoint;
  readonly info: EngineInfo;
  /** Kept open: its end says that BuildKit went away. */
  readonly calls: GrpcClient;
  readonly attempts: readonly EngineAttempt[];
}

/**
 * BuildKit by itself, as in a cluster: it builds and pushes, and keeps no images and runs no containers. What is not pushed is handed
 * over to an engine that keeps images.
 */
export function createRemoteBuildKit(options: RemoteBuildKitOptions): ContainerEngine {
  return new RemoteBuildKit(options);
}

class RemoteBuildKit implements ContainerEngine {
  readonly containers: Containers = noContainers;
  readonly localRegistry: LocalRegistry = noLocalRegistry;
  private readonly options: RemoteBuildKitOptions;
  private readonly closing = new AbortController();
  private readonly threads = createSessionThreads();
  private readonly search = sharedWork((signal) => this.look(signal));
  private readonly watch: EngineWatch = watchEngine({
    returned: (_, signal) => this.answers(signal),
    find: () => this.found(this.closing.signal),
  });
  private kept: Found | undefined;
  private readonly builds = new BuildsToPush();

  constructor(options: RemoteBuildKitOptions) {
    this.options = options;
  }

  async find(signal: AbortSignal): Promise<EngineInfo> {
    return (await this.found(signal)).info;
  }

  /** Its workers are asked each time that it is found. */
  async platforms(signal: AbortSignal): Promise<readonly string[]> {
    const { calls, info } = await this.found(signal);
    return (await askBuildKit(calls, signal))?.platforms ?? info.platforms;
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
    const pushed = new Set(build.pushed ?? []);
    const kept = build.tags.filter((tag) => !pushed.has(tag));
    const stays = build.tags.length === 0 || kept.length > 0;
    const apart = stays && build.platforms.length > 1 ? build.platforms : [];
    for (const tag of pushed) {
      if (apart.length === 0) this.builds.remember(tag, build);
      // As those of an engine that keeps no index: each under a tag of its own, and their index is made in the registry.
      for (const platform of apart)
        this.builds.remember(platformTag(tag, platform), { ...build, platforms: [platform] });
    }
    // Where nothing stays, it is built without being handed to anybody; pushing asks for it again, and finds it built.
    const intoCache: Exporter = { type: 'image', attrs: {} };
    if (!stays) return imageOf(await this.solve(build, intoCache, credentials, onEvent, signal));
    const { name: keptIn, keeper } = this.options.keeper();
    // Who is to keep it must be there before anything is built.
    await keeper.find(signal);
    const handOver = (one: ImageBuild, names: readonly string[], listen: (event: BuildEvent) => void) =>
      handOverImage(keeper, names, (exporter) => this.solve(one, exporter, credentials, listen, signal), signal);
    if (apart.length === 0) return { ...(await handOver(build, kept, onEvent)), keptIn };
    // All of them side by side; then each by itself, of what is there now: an archive has one.
    await this.solve(build, intoCache, credentials, onEvent, signal);
    const platforms: (BuiltPlatform & BuiltImage)[] = [];
    for (const platform of apart) {
      const names = kept.map((tag) => platformTag(tag, platform));
      const image = await handOver({ ...builtBefore(build), platforms: [platform] }, names, () => undefined);
      platforms.push({ ...image, platform });
    }
    const [first] = platforms;
    const size = platforms.reduce((sum, each) => sum + each.size, 0);
    return { imageId: first?.imageId ?? '', platforms, size, keptIn };
  }

  async openFailedBuild(
    build: ImageBuild,
    credentials: CredentialSource,
    shell: ShellRequest,
    signal: AbortSignal,
  ): Promise<ContainerTerminal> {
    const found = await this.found(signal);
    if (found.info.buildShell === 'none') throw appFailure('build.unsupportedOption', { params: { option: 'shell' } });
    return this.telling(found, signal, (stop) =>
      openFailedBuild(this.buildKit(found, build), build, credentials, shell, stop),
    );
  }

  async push(
    image: string,
    credentials: CredentialSource,
    onProgress: (progress: PushProgress) => void,
    signal: AbortSignal,
  ): Promise<PushedImage> {
    const build = this.builds.of(image);
    if (build === undefined) throw appFailure('image.notFound', { params: { image } });
    const { registry } = parseImageReference(image);
    const attrs = {
      name: image,
      push: 'true',
      // As Docker's engines take it: what is on the machine itself may speak plain HTTP.
      ...(/^(localhost|127\.[\d.]+|\[::1\])(:\d+)?$/.test(registry) ? { 'registry.insecure': 'true' } : {}),
    };
    const signedIn = (await credentials.forHost(registry, signal)) !== undefined;
    const onEvent = (event: BuildEvent) => {
      if (event.kind === 'log') return tellRetry(Buffer.from(event.data).toString(), onProgress);
      if (event.kind !== 'vertex' || event.vertex.status !== 'succeeded') return;
      if (/^(exporting|pushing) /.test(event.vertex.name))
        onProgress({ current: 0, total: 0, existing: 0, line: event.vertex.name });
    };
    try {
      const { digest = '' } = await this.solve(
        builtBefore(build),
        { type: 'image', attrs },
        credentials,
        onEvent,
        signal,
      );
      this.builds.forget(image);
      return { digest, size: 0 };
    } catch (error) {
      signal.throwIfAborted();
      const { code, cause = '' } = toAppError(error);
      if (code !== 'build.failed') throw error;
      throw registryFailure({ image, registry, signedIn }, cause, error);
    }
  }

  async named(image: string): Promise<NamedImage | undefined> {
    return this.builds.named(image);
  }

  /** Of an image that was handed over. */
  async layers(imageId: string, signal: AbortSignal): Promise<readonly ImageLayer[]> {
    return this.options.keeper().keeper.layers(imageId, signal);
  }

  async content(digest: string, maxBytes: number, signal: AbortSignal): Promise<Uint8Array> {
    const found = await this.found(signal);
    const place = { connect: (stop: AbortSignal) => connect(found.endpoint, stop), daemon: 'buildkit' as const };
    return this.telling(found, signal, (stop) => readContent(place, digest, maxBytes, stop));
  }

  /** Runs leave nothing in it: what they built is its cache. */
  async sweep(): Promise<number> {
    return 0;
  }

  async close(): Promise<void> {
    this.closing.abort(new Error('the engine was closed'));
    this.watch.close();
    this.kept?.calls.close();
    this.threads.close();
  }

  private async solve(
    build: ImageBuild,
    exporter: Exporter,
    credentials: CredentialSource,
    onEvent: (event: BuildEvent) => void,
    signal: AbortSignal,
  ): Promise<SolvedImage> {
    const found = await this.found(signal);
    const engine = { ...this.buildKit(found, build), exporter };
    return this.telling(found, signal, (stop) => buildWithBuildKit(engine, build, credentials, onEvent, stop));
  }

  /** What work fails with: BuildKit's loss, its refusal, or what the work says itself. */
  private async telling<T>(found: Found, signal: AbortSignal, work: (stop: AbortSignal) => Promise<T>): Promise<T> {
    const stop = AbortSignal.any([signal, this.closing.signal]);
    try {
      return await work(stop);
    } catch (error) {
      stop.throwIfAborted();
      const { host } = found.info;
      if (error instanceof AppFailure && error.error.code === 'engine.lost') throw lostFailure(host, error);
      throw refusedFailure(host, error);
    }
  }

  private buildKit({ endpoint, info }: Found, { context }: ImageBuild): BuildKitEngine {
    return {
      connect: (stop) => connect(endpoint, stop),
      address: endpoint.address,
      store: 'containerd',
      daemon: 'buildkit',
      threads: this.threads,
      sharedKey: createHash('sha256').update(`${this.options.homeId}\0${info.host}\0${context.root}`).digest('hex'),
    };
  }

  private async found(signal: AbortSignal): Promise<Found> {
    const stop = AbortSignal.any([signal, this.closing.signal]);
    stop.throwIfAborted();
    const { kept } = this;
    if (kept !== undefined) {
      try {
        await askBuildKit(kept.calls, AbortSignal.any([stop, AbortSignal.timeout(patience)]));
        return kept;
      } catch (error) {
        stop.throwIfAborted();
        this.lose(kept, error);
      }
    }
    return this.search(stop);
  }

  private async look(signal: AbortSignal): Promise<Found> {
    this.watch.tell({ state: 'searching', attempts: [] });
    try {
      const found = await this.greet(signal);
      this.kept = found;
      this.watch.tell({ state: 'ready', info: found.info, attempts: [...found.attempts] });
      return found;
    } catch (error) {
      signal.throwIfAborted();
      const certificate = certificateProblem(error);
      const attempt: EngineAttempt = {
        source: 'setting',
        host: this.options.named.host,
        outcome: outcomeOf(error),
        reason: words(error),
        ...(certificate === undefined ? {} : { certificate }),
      };
      const failure = chosenFailure(attempt, true);
      this.watch.tell({ state: 'absent', error: failure.error, attempts: [attempt] });
      throw failure;
    }
  }

  private async greet(signal: AbortSignal): Promise<Found> {
    const limit = AbortSignal.timeout(patience);
    const stop = AbortSignal.any([signal, limit]);
    const { named, env, startInContainer } = this.options;
    const tls = named.tls === undefined ? undefined : await readTlsFiles(named.tls);
    const endpoint = parseBuildKitEndpoint(named.host, { env, tls, startInContainer });
    try {
      const connection = await connect(endpoint, stop);
      // A server that refuses our certificate says so only after the connection is up.
      let broken: Error | undefined;
      connection.on('error', (error) => (broken = error));
      const calls = grpcClient(connection);
      try {
        const profile = await askBuildKit(calls, stop);
        if (profile === undefined) throw new Error('this is no BuildKit: it does not tell its workers');
        const [os = 'linux', architecture = ''] = profile.platforms[0]?.split('/') ?? [];
        const version = await versionOf(calls, stop);
        const info: EngineInfo = {
          host: endpoint.host,
          source: 'setting',
          product: 'BuildKit',
          version,
          ...(version === '' ? {} : { buildkitVersion: version }),
          apiVersion: '',
          os,
          architecture,
          builder: 'buildkit',
          buildShell: profile.buildShell,
          storageDriver: '',
          platforms: [...profile.platforms],
          embedded: false,
        };
        const attempts: EngineAttempt[] = [{ source: 'setting', host: endpoint.host, outcome: 'answers' }];
        const found = { endpoint, info, calls, attempts };
        connection.once('close', () => this.lose(found, broken ?? new Error('the connection was closed')));
        return found;
      } catch (error) {
        calls.close();
        throw broken ?? error;
      }
    } catch (error) {
      signal.throwIfAborted();
      throw limit.aborted ? new Error(`no answer in ${patience / 1000} s`, { cause: error }) : error;
    }
  }

  private lose(found: Found, error: unknown): void {
    if (this.kept !== found || this.closing.signal.aborted) return;
    this.kept = undefined;
    found.calls.close();
    const failure = lostFailure(found.info.host, error);
    this.watch.tell({ state: 'absent', error: toAppError(failure), attempts: [...found.attempts] });
  }

  private async answers(signal: AbortSignal): Promise<boolean> {
    try {
      (await this.greet(signal)).calls.close();
      return true;
    } catch {
      signal.throwIfAborted();
      return false;
    }
  }
}

/** A build that is asked for once more, for what it has made: nothing is built again, and no cache written twice. */
function builtBefore(build: ImageBuild): ImageBuild {
  // A cache that is part of the image has to be asked for again.
  const cacheTo = build.cacheTo?.filter(({ type }) => type === 'inline');
  return { ...build, noCache: false, pull: false, cacheTo };
}

function imageOf({ imageId, digest }: SolvedImage): BuiltImage {
  return { imageId, digest, size: 0 };
}

async function versionOf(calls: GrpcClient, signal: AbortSignal): Promise<string> {
  try {
    const bytes = await calls.unary('/moby.buildkit.v1.Control/Info', Empty.encode({}), signal);
    return InfoResponse.decode(bytes).buildkitVersion?.version ?? '';
  } catch (error) {
    if (error instanceof GrpcStatus) return ''; // before it told its version
    throw error;
  }
}
