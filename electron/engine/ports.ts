/**
 * What the engine needs of the world, as narrow interfaces. The engine imports these and nothing behind them; the
 * folders beside it (docker, registry, store) implement them, and `runtime.ts` puts the two together.
 *
 * Every method that takes time takes an `AbortSignal` last. When it fires, the call stops what it started and rejects
 * with the signal's reason. Failures are `AppFailure`s (`shared/model/app-error.ts`).
 */
import type { EngineInfo, EngineStatus } from '@shared/model/engine-status.ts';
import type { LogStream } from '@shared/model/log-line.ts';
import type { ImageLayer } from '@shared/model/image-contents.ts';
import type { Platform } from '@shared/model/platform.ts';
import type { BuildArg, SshForward } from '@shared/model/quick-build.ts';
import type { Vertex } from '@shared/model/run.ts';
import type { LocalRegistry } from './ports/local-registry.ts';
import type { Containers, ContainerTerminal, ShellRequest } from './ports/containers.ts';

/** The clock that everything reads; tests bring their own. */
export interface Clock {
  /** Milliseconds since 1970, UTC. */
  now(): number;
}

/**
 * A user name and password (or token) for one registry host. `identityToken`: what a token server exchanges for tokens (OAuth 2
 * refresh). `registryToken`: what the registry itself takes, as it is.
 */
export interface Credential {
  readonly username: string;
  readonly password: string;
  readonly identityToken?: string;
  readonly registryToken?: string;
}

/** Where credentials come from. A credential is only ever given to the host it belongs to. */
export interface CredentialSource {
  /** The credential for a host such as `docker.io` or `127.0.0.1:5000`; `undefined` for none. */
  forHost(host: string, signal: AbortSignal): Promise<Credential | undefined>;
  /** Hosts that a credential is known for, without asking any helper for its password. */
  hosts(signal: AbortSignal): Promise<readonly string[]>;
}

/** A folder that is built, and what of it travels. */
export interface BuildContext {
  /** Absolute path. */
  readonly root: string;
  /** Absolute path of the Dockerfile; may lie outside the root. */
  readonly dockerfile: string;
  /** What messages call it, where its path means nothing to anybody. */
  readonly dockerfileName?: string | undefined;
}

/** A cache outside of the engine, as buildx names it: `registry` with a `ref`, or `inline` in the image itself. */
export interface CacheEntry {
  readonly type: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** What is told of an image beside it, in an index of both: how it was built, or what is in it. */
export interface Attestation {
  readonly type: 'sbom' | 'provenance';
  /** buildx's, separated by commas: `mode=max`, `generator=IMAGE`; may be empty. */
  readonly options: string;
}

/** One build, ready to go: templates rendered, names prefixed, secrets in hand. */
export interface ImageBuild {
  readonly runId: string;
  readonly context: BuildContext;
  /** Full names, `host/repository:tag`. */
  readonly tags: readonly string[];
  /** Those of the names that are pushed once it is built, and need not stay. */
  readonly pushed?: readonly string[] | undefined;
  readonly buildArgs: readonly BuildArg[];
  /** Values of `RUN --mount=type=secret`, by id; read when the build asks. */
  readonly secrets: ReadonlyMap<string, () => Promise<Uint8Array>>;
  readonly ssh: readonly SshForward[];
  readonly labels: Readonly<Record<string, string>>;
  readonly target?: string | undefined;
  readonly platforms: readonly Platform[];
  readonly noCache: boolean;
  /** Ask registries for base images even when the engine has them. */
  readonly pull: boolean;
  /** By the builder that came before BuildKit, which ACR takes when a step says `DOCKER_BUILDKIT=0`. */
  readonly classic?: boolean | undefined;
  /** Of containers of Windows, by the builder that came before BuildKit: docker's `--isolation` and `--memory`. */
  readonly isolation?: string | undefined;
  readonly memory?: string | undefined;
  /** docker's `--add-host`: `name:address`. */
  readonly addHosts?: readonly string[] | undefined;
  /** Of RUN instructions: `none`, `host` or `default`. */
  readonly network?: string | undefined;
  /** Caches that are read; one that isn't there makes the build slower and no more. */
  readonly cacheFrom?: readonly CacheEntry[] | undefined;
  /** Where the cache is written to when the build has succeeded. */
  readonly cacheTo?: readonly CacheEntry[] | undefined;
  readonly attestations?: readonly Attestation[] | undefined;
}

/**
 * What a build tells while it goes on, in order. A vertex is told whole each time it changes; its `stepId` is filled in by
 * the receiver. Log data may split lines anywhere, also inside a character.
 */
export type BuildEvent =
  | { readonly kind: 'vertex'; readonly vertex: Omit<Vertex, 'stepId'> }
  | {
      readonly kind: 'log';
      readonly vertex: number;
      readonly stream: Exclude<LogStream, 'engine'>;
      readonly data: Uint8Array;
      readonly time: number;
    }
  /** Totals of this build so far: bytes on the wire for the context, and files whose content was asked for. */
  | { readonly kind: 'sent'; readonly bytes: number; readonly files: number }
  /** A warning of the Dockerfile frontend. */
  | { readonly kind: 'warning'; readonly text: string; readonly line?: number }
  /** Something of the context that could not be sent as it is: `vanished` while it was read, or `unsupported` (a socket). */
  | { readonly kind: 'context'; readonly problem: 'vanished' | 'unsupported'; readonly path: string };

/** What a build made. */
export interface BuiltImage {
  /** The engine's id. */
  readonly imageId: string;
  /** Digest of the manifest or index, where the engine keeps one before a push. */
  readonly digest?: string | undefined;
  /** Bytes unpacked, of all platforms together; 0 where nobody keeps it. */
  readonly size: number;
  /**
   * The images of each platform, each with the tags of the build as `platformTag` has them, where the engine keeps no index; absent
   * where it does, and for one platform.
   */
  readonly platforms?: readonly BuiltPlatform[] | undefined;
  /** The name of the engine that it was handed over to, where another one built it. */
  readonly keptIn?: string | undefined;
}

/** What a build of several platforms made for one of them. */
export interface BuiltPlatform {
  readonly platform: Platform;
  readonly imageId: string;
  /** Bytes unpacked. */
  readonly size: number;
}

/** How far a push is: bytes over all layers. `existing` counts layers that the registry had. */
export interface PushProgress {
  readonly current: number;
  readonly total: number;
  readonly existing: number;
  /** One of the daemon's lines, ready for the log. */
  readonly line?: string;
  /** There are layers that the engine itself has tried more than once, and that are not there yet. */
  readonly retrying?: boolean;
}

/** What a push left in the registry. */
export interface PushedImage {
  readonly digest: string;
  /** Bytes of the manifest, as the registry told them; 0 when it didn't. */
  readonly size: number;
  /** Of an index that was made of images of single platforms. */
  readonly platforms?: readonly RemotePlatform[] | undefined;
}

/** What an engine has under a name, and of that name's repository. */
export interface NamedImage {
  /** The engine's id; empty where it keeps no images. */
  readonly imageId: string;
  /** Those of the image's tags that are in the same repository. */
  readonly tags: readonly string[];
  /** What the repository has it as, where it has it: it was pushed or pulled under this digest, or will be. Absent where that can't be told. */
  readonly digest?: string;
}

/**
 * A container engine: Docker with BuildKit inside it, or what speaks its API. Safe for concurrent use: every call may run
 * beside every other.
 *
 * 1. `find` looks for one (once for all callers that ask together) and keeps it.
 * 2. `build` and `push` use what was found; they fail with `engine.lost` when it goes away under them.
 * 3. `sweep` removes what runs left behind.
 */
export interface ContainerEngine {
  /** Looks for an engine, starting the embedded one where that is the way. Throws `engine.notFound` and its like. */
  find(signal: AbortSignal): Promise<EngineInfo>;
  /** Asks the engine once more which platforms it can run: emulation may have come since it was found. Its status follows. */
  platforms(signal: AbortSignal): Promise<readonly string[]>;
  /** What is known now, without looking. */
  status(): EngineStatus;
  /** Told on each change of {@link status}. Returns the way to stop. */
  onStatus(listener: (status: EngineStatus) => void): () => void;
  /** Builds an image and tags it; for several platforms, all of them side by side. Aborting stops the build in the engine. @throws `build.failed` with `where` filled in. */
  build(
    build: ImageBuild,
    credentials: CredentialSource,
    onEvent: (event: BuildEvent) => void,
    signal: AbortSignal,
  ): Promise<BuiltImage>;
  /**
   * A shell in the state of a build's failed instruction: with its files, variables, folder, user and mounts, on a terminal. Builds
   * again what isn't cached up to that instruction, which runs once more; `EngineInfo.buildShell` says whether its files are those that
   * it left or those that it found. The signal is about the opening alone. Nothing that is changed in there is kept, and nothing stays
   * in the engine when the shell has ended, was closed, or this process is gone.
   * @throws AppFailure the build's own failure when it fails of anything but an instruction that runs a program; `build.notFailed` when
   * it succeeds this time; `container.noShell`; `build.unsupportedOption` where the engine has no such shells
   */
  openFailedBuild(
    build: ImageBuild,
    credentials: CredentialSource,
    shell: ShellRequest,
    signal: AbortSignal,
  ): Promise<ContainerTerminal>;
  /** Pushes one tag through the engine. */
  push(
    image: string,
    credentials: CredentialSource,
    onProgress: (progress: PushProgress) => void,
    signal: AbortSignal,
  ): Promise<PushedImage>;
  /** Looks which image has a name now; undefined where none has. */
  named(image: string, signal: AbortSignal): Promise<NamedImage | undefined>;
  /** The layers of an image that it has, the lowest first, with their unpacked sizes. */
  layers(imageId: string, signal: AbortSignal): Promise<readonly ImageLayer[]>;
  /**
   * A manifest that it has, or what one names, checked against its digest; where its builder is `containerd`.
   * @throws AppFailure `engine.refused` where it hasn't got it; Error for more than `maxBytes`
   */
  content(digest: string, maxBytes: number, signal: AbortSignal): Promise<Uint8Array>;
  /** Containers, networks and volumes, for steps that run commands. Uses what was found, as {@link build} does. */
  readonly containers: Containers;
  /** A registry of its own, for those who have none. */
  readonly localRegistry: LocalRegistry;
  /**
   * Removes containers, networks, volumes and unnamed images that carry this home's label and the label of a run which isn't
   * live any more, and nothing else. `isLive` is asked right before each removal. Returns how many were removed.
   */
  sweep(isLive: (runId: string) => boolean, signal: AbortSignal): Promise<number>;
  /** Gives up the engine; what still goes on in it is stopped. Stops an embedded one when nobody else uses it. */
  close(): Promise<void>;
}

/** A manifest in a registry. */
export interface RemoteImage {
  readonly digest: string;
  readonly mediaType: string;
  /** Sum of the compressed layers in bytes; `undefined` for an index, whose platforms differ. */
  readonly compressedSize?: number | undefined;
  /** Of an index: its images. Attestations are none. */
  readonly platforms?: readonly RemotePlatform[] | undefined;
}

/** One image of an index. */
export interface RemotePlatform {
  /** `linux/arm64/v8`, as the index has it. */
  readonly platform: string;
  readonly digest: string;
}

/** What one platform of an image in a registry is made of. */
export interface RemoteContents {
  /** Absent where its configuration names none. */
  readonly platform?: string;
  /** The lowest first, with their compressed sizes. */
  readonly layers: readonly ImageLayer[];
}

/** What the engine asks of registries. */
export interface Registry {
  /**
   * The digest of a tag, by HEAD (and GET where a registry leaves the header out).
   * @throws `registry.notFound | unauthorized | forbidden | rateLimited | unreachable | failed`: never "unknown" as "absent".
   */
  head(image: string, signal: AbortSignal): Promise<RemoteImage>;
  /** As `head`, with the manifest read for its sizes. */
  describe(image: string, signal: AbortSignal): Promise<RemoteImage>;
  /** What an image is made of; for an index, each of its platforms. @throws as {@link head}, and `registry.invalid` */
  contents(image: string, signal: AbortSignal): Promise<readonly RemoteContents[]>;
  /**
   * Makes one index of images that are in its repository, each for its platform: put there by its digest first, then under its tag. It
   * is a list of Docker's where its images are Docker's.
   * @throws as {@link head}
   */
  index(
    image: string,
    images: readonly { readonly platform: Platform; readonly digest: string }[],
    signal: AbortSignal,
  ): Promise<RemoteImage>;
  /**
   * Whether there is a manifest under this digest, of one image (an engine may have parts of an index only), and of the one with this
   * id: the digest itself, or that of its configuration. It is kept for {@link tag}.
   * @throws as {@link head}
   */
  isOf(image: string, imageId: string, signal: AbortSignal): Promise<boolean>;
  /**
   * Gives a manifest that is there already another tag of the same repository, without moving a layer. One that is named by its
   * digest is read once.
   */
  tag(image: string, newTag: string, signal: AbortSignal): Promise<RemoteImage>;
  /**
   * Asks once, now, whether the image's repository takes uploads, by one that is given up at once: an engine doesn't hand on why it was
   * refused, nor does a registry say it of a manifest.
   * @throws as {@link head}; `registry.full`
   */
  takesUploads(image: string, signal: AbortSignal): Promise<void>;
}

/** The label that everything carries which a run leaves in an engine; its value is the run id. */
export const runLabel = 'dev.slipway.run';
/** The label that tells whose runs: the id of this installation's store. Run ids alone repeat between homes. */
export const homeLabel = 'dev.slipway.home';
