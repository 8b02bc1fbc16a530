// Source from an OCI artifact, as oras keeps files in registries (spec: contexts 6).
import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { appFailure } from '@shared/model/app-error.ts';
import { isDigest, parseImageReference } from '@shared/model/image-reference.ts';
import { z } from 'zod';
import { invalidArchive } from '../engine/context/archive/archive-failure.ts';
import { BadPath, parseEntryPath } from '../engine/context/archive/entry-path.ts';
import { type GuardedConnections, openGuarded, type Reach, RefusedPlace } from '../http/guard.ts';
import { type Attempt, retryAfter, type RetryOptions, retryOptions, withRetries } from '../http/retry.ts';
import { noAnswer } from '../http/send.ts';
import { type Asked, failureOf, invalidAnswer, unreachable } from '../registry/failures.ts';
import type { RegistryClient } from '../registry/registry.ts';
import type { DownloadProgress } from './archive.ts';
import { moveTree, writeFileWithin } from './artifact-files.ts';
import { notReached, tooLargeSource } from './failures.ts';
import { NoArchive, unpackInThread, type UnpackingLimits, unpackingLimits } from './unpacking.ts';

export interface ArtifactOptions {
  /** What it refuses to reach it throws as a {@link RefusedPlace}. */
  readonly registry: Pick<RegistryClient, 'manifest' | 'openBlob'>;
  /** For where the registry keeps its blobs, if elsewhere. */
  readonly reach: Reach;
  readonly limits?: Partial<UnpackingLimits>;
  /** Told as bytes come, of all layers together. */
  readonly onProgress?: (progress: DownloadProgress) => void;
  readonly retries?: Partial<RetryOptions>;
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

export interface FetchedArtifact {
  /** Of what the reference names: of the index, where it is one. */
  readonly digest: string;
  readonly root: string;
}

const titleAnnotation = 'org.opencontainers.image.title';
const unpackAnnotation = 'io.deis.oras.content.unpack';
const longestPath = 3_072;
const tries = 3;
/** Manifests of an index that are looked into, at most. */
const mostManifests = 16;

const Descriptor = z.object({
  mediaType: z.string().default(''),
  digest: z.string().refine(isDigest),
  size: z.number().int().nonnegative(),
  annotations: z.record(z.string(), z.string()).nullish(),
});
const ManifestBody = z.object({ layers: z.array(Descriptor) });
const IndexBody = z.object({ manifests: z.array(Descriptor) });

/** A layer that is a file, or a folder in an archive; `names` are those along its path. */
interface TitledLayer {
  readonly names: readonly string[];
  readonly digest: string;
  readonly size: number;
  readonly form: 'file' | 'folder';
}

/**
 * Fetches the files of an artifact. The folder is made, or has to be empty; when this fails, it is as it was.
 * @param reference `host/repository:tag`, or with a digest
 * @throws AppFailure `download.noFiles`, `download.notReached`, `download.tooLarge`, `archive.invalid | tooLarge`, and `registry.*` as the client has it
 */
export async function fetchArtifact(
  reference: string,
  destination: string,
  options: ArtifactOptions,
  signal: AbortSignal,
): Promise<FetchedArtifact> {
  const { digest, layers } = await readArtifact(reference, options.registry, signal).catch((error: unknown) => {
    throw error instanceof RefusedPlace ? notReached({ url: reference }, error) : error;
  });
  const limits = { ...unpackingLimits, ...options.limits };
  const total = layers.reduce((sum, { size }) => sum + size, 0);
  if (total > limits.bytes || layers.length > limits.entries) throw tooLargeSource({ url: reference }, limits.bytes);
  const root = path.resolve(destination);
  const firstMade = await mkdir(root, { recursive: true, mode: 0o700 });
  if ((await readdir(root)).length > 0) throw new Error(`${root} is not empty`);
  const { environment } = options;
  const connections = await openGuarded(options.reach, {
    ownCertificates: 'any',
    ...(environment === undefined ? {} : { environment }),
  });
  try {
    let received = 0;
    let left = limits;
    for (const layer of layers) {
      const told = (bytes: number) => options.onProgress?.({ received: received + bytes, total });
      const made = await fetchLayer(layer, { reference, root, options, limits: left, connections, told }, signal);
      received += layer.size;
      left = { ...left, bytes: left.bytes - made.bytes, entries: left.entries - made.entries };
    }
    return { digest, root };
  } catch (error) {
    if (firstMade === undefined)
      for (const name of await readdir(root)) await rm(path.join(root, name), { recursive: true, force: true });
    else await rm(firstMade, { recursive: true, force: true });
    throw error;
  } finally {
    await connections.close();
  }
}

async function readArtifact(reference: string, registry: ArtifactOptions['registry'], signal: AbortSignal) {
  const asked: Asked = { registry: parseImageReference(reference).registry, image: reference };
  const { digest, bytes, compressedSize } = await registry.manifest(reference, signal);
  if (compressedSize !== undefined) {
    const layers = titledLayers(bytes, asked);
    if (layers.length === 0) throw noFiles(reference, 'no layer has a title');
    return { digest, layers };
  }
  // An index: what is in it for platforms, signatures and the like has no files.
  const { manifests } = parsed(IndexBody, bytes, asked);
  if (manifests.length > mostManifests) throw noFiles(reference, `an index of ${manifests.length} manifests`);
  const found: (readonly TitledLayer[])[] = [];
  for (const entry of manifests) {
    const inner = await registry.manifest(withDigest(reference, entry.digest), signal);
    const layers = inner.compressedSize === undefined ? [] : titledLayers(inner.bytes, asked);
    if (layers.length > 0) found.push(layers);
  }
  const [layers, ...others] = found;
  if (layers === undefined) throw noFiles(reference, 'an index, and no layer of it has a title');
  if (others.length > 0) throw noFiles(reference, `an index of ${found.length} sets of files: name one by its digest`);
  return { digest, layers };
}

function withDigest(reference: string, digest: string): string {
  const { registry, repository } = parseImageReference(reference);
  return `${registry}/${repository}@${digest}`;
}

function titledLayers(bytes: Uint8Array, asked: Asked): readonly TitledLayer[] {
  return parsed(ManifestBody, bytes, asked).layers.flatMap(({ digest, size, annotations }) => {
    const title = annotations?.[titleAnnotation];
    if (title === undefined) return [];
    const form = annotations?.[unpackAnnotation] === 'true' ? 'folder' : 'file';
    const names = namesOf(title);
    if (names.length === 0 && form === 'file') throw invalidArchive('path', 'a file without a name', title);
    return [{ names, digest, size, form } as const];
  });
}

function namesOf(title: string): readonly string[] {
  try {
    return parseEntryPath(title, longestPath);
  } catch (error) {
    if (error instanceof BadPath) throw invalidArchive('path', error.message, title);
    throw error;
  }
}

function parsed<T>(schema: z.ZodType<T>, bytes: Uint8Array, asked: Asked): T {
  const read = schema.safeParse(JSON.parse(Buffer.from(bytes).toString()));
  if (!read.success) throw invalidAnswer(asked, `the manifest makes no sense: ${z.prettifyError(read.error)}`);
  return read.data;
}

function noFiles(reference: string, cause: string) {
  return appFailure('download.noFiles', { params: { reference }, cause, fixes: [{ kind: 'editInputs' }] });
}

interface LayerWork {
  readonly reference: string;
  readonly root: string;
  readonly options: ArtifactOptions;
  readonly limits: UnpackingLimits;
  readonly connections: GuardedConnections;
  /** Bytes of this layer so far. */
  readonly told: (bytes: number) => void;
}

/** Of the limits, which are for all layers together. */
interface Made {
  readonly bytes: number;
  readonly entries: number;
}

async function fetchLayer(layer: TitledLayer, work: LayerWork, signal: AbortSignal): Promise<Made> {
  const retries = { ...retryOptions(work.options.retries ?? {}), tries };
  return await withRetries(() => tryLayer(layer, work, retries, signal), retries, signal);
}

async function tryLayer(
  layer: TitledLayer,
  { reference, root, options, limits, connections, told }: LayerWork,
  { clock }: RetryOptions,
  signal: AbortSignal,
): Promise<Attempt<Made>> {
  const asked: Asked = { registry: parseImageReference(reference).registry, image: reference };
  try {
    const answer = await options.registry.openBlob(reference, layer.digest, connections, signal);
    const { status, body } = answer;
    if (status !== 200) {
      body.on('error', () => undefined).destroy();
      const afterMs = retryAfter(answer.header('retry-after'), clock.now());
      const failure = failureOf(asked, { ...answer, method: 'GET', body: Buffer.alloc(0) }, afterMs);
      if (status !== 429 && status < 500) throw failure;
      return { kind: 'again', failure, ...(afterMs === undefined ? {} : { afterMs }) };
    }
    const bytes = verified(body, layer, asked, told);
    if (layer.form === 'folder') return { kind: 'done', value: await unpackLayer(layer, bytes, root, limits, signal) };
    await writeFileWithin(root, layer.names, bytes, signal);
    return { kind: 'done', value: { bytes: layer.size, entries: 1 } };
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof RefusedPlace) throw invalidAnswer(asked, error.message, error);
    if (error instanceof NoArchive) throw invalidArchive('format', error.message, layer.names.join('/'), error);
    const failed = noAnswer(error, { method: 'GET', url: new URL(`https://${asked.registry}`) });
    if (failed === undefined) throw error;
    const failure = unreachable(asked, failed.reason, error);
    if (failed.kind === 'unreachable' && failed.passing) return { kind: 'again', failure };
    throw failure;
  }
}

/** The bytes as they come; the end of them only when they are what the manifest says. */
async function* verified(
  body: AsyncIterable<unknown>,
  { digest, size }: TitledLayer,
  asked: Asked,
  told: (bytes: number) => void,
): AsyncGenerator<Buffer> {
  const hash = createHash(digest.split(':')[0] ?? 'sha256');
  let received = 0;
  for await (const chunk of body) {
    const bytes = chunk as Buffer;
    received += bytes.length;
    if (received > size) throw invalidAnswer(asked, `${digest} is longer than the ${size} bytes of its manifest`);
    hash.update(bytes);
    told(received);
    yield bytes;
  }
  if (received !== size || `${digest.split(':')[0]}:${hash.digest('hex')}` !== digest)
    throw invalidAnswer(asked, `${digest} came as something else`);
}

/** Beside the folder first: within it may be files already, and links that nothing may be written through. */
async function unpackLayer(
  { names }: TitledLayer,
  bytes: AsyncIterable<Buffer>,
  root: string,
  limits: UnpackingLimits,
  signal: AbortSignal,
): Promise<Made> {
  const aside = path.join(path.dirname(root), `.${path.basename(root)}-${randomUUID()}`);
  try {
    const made = await unpackInThread(bytes, aside, limits, signal);
    await moveTree(aside, names, root);
    return made;
  } finally {
    await rm(aside, { recursive: true, force: true });
  }
}
