/** For tests on real engines: a folder of files, built as the app does it. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import type { EngineInfo } from '../../../scripts/parts/parts.ts';
import type { BuildEvent, Credential, CredentialSource, ImageBuild } from '../../engine/ports.ts';
import { buildWithBuildKit, type Solved } from './build.ts';
import type { BuildKitEngine } from './engine.ts';
import { createSessionThreads } from './session/session-threads.ts';
import type { BuildVertex } from './vertices.ts';

/** Paths from the context's root, with their content; `undefined` is no file. */
export type Files = Readonly<Record<string, string | Uint8Array>>;

/** A folder with these files, removed when the test is over. */
export async function folderOf(files: Files): Promise<string> {
  const root = await mkdtemp(path.join(os.tmpdir(), 'slipway build '));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  for (const [name, content] of Object.entries(files)) {
    const file = path.join(root, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, content);
  }
  return root;
}

/** Those of all tests of a file. */
const threads = createSessionThreads();

/** An engine as the client takes it. The socket is reached through `connect` alone where `relayed`. */
export function buildKitAt(
  engine: EngineInfo,
  options: { readonly sharedKey?: string; readonly relayed?: boolean } = {},
): BuildKitEngine {
  const socket = new URL(engine.host).pathname;
  return {
    connect: () => Promise.resolve(net.connect(socket)),
    ...(options.relayed === true ? {} : { address: { path: socket } }),
    store: engine.containerdStore ? 'containerd' : 'graphdriver',
    threads,
    sharedKey: options.sharedKey ?? 'test',
  };
}

export const noCredentials: CredentialSource = credentialsFor({});

/** Credentials of just these hosts. */
export function credentialsFor(known: Readonly<Record<string, Credential>>): CredentialSource {
  return { forHost: (host) => Promise.resolve(known[host]), hosts: () => Promise.resolve(Object.keys(known)) };
}

/** A build of this folder, with nothing special to it but what is given. */
export function buildOf(root: string, options: Partial<ImageBuild> = {}): ImageBuild {
  return {
    runId: 'ca1',
    context: { root, dockerfile: path.join(root, 'Dockerfile') },
    tags: [],
    buildArgs: [],
    secrets: new Map(),
    ssh: [],
    labels: {},
    platforms: [],
    noCache: false,
    pull: false,
    ...options,
  };
}

/** All that a build told, put together. */
export interface Watched {
  readonly listen: (event: BuildEvent) => void;
  readonly events: readonly BuildEvent[];
  readonly log: () => string;
  /** In their last state, by name. */
  readonly vertices: () => ReadonlyMap<string, BuildVertex>;
  /** The last totals. */
  readonly sent: () => { readonly bytes: number; readonly files: number };
}

export function watch(): Watched {
  const events: BuildEvent[] = [];
  return {
    events,
    listen: (event) => void events.push(event),
    log: () => events.map((event) => (event.kind === 'log' ? Buffer.from(event.data).toString() : '')).join(''),
    vertices: () =>
      new Map(events.flatMap((event) => (event.kind === 'vertex' ? [[event.vertex.name, event.vertex] as const] : []))),
    sent: () => events.findLast((event) => event.kind === 'sent') ?? { bytes: 0, files: 0 },
  };
}

/** Builds, and gives what was told along with the image. */
export async function built(
  engine: BuildKitEngine,
  build: ImageBuild,
  options: { readonly credentials?: CredentialSource; readonly signal?: AbortSignal } = {},
): Promise<Watched & { readonly image: Solved }> {
  const watched = watch();
  const signal = options.signal ?? new AbortController().signal;
  const image = await buildWithBuildKit(engine, build, options.credentials ?? noCredentials, watched.listen, signal);
  return { ...watched, image };
}
