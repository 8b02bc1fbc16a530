import type { CredentialSource, Registry, RemoteImage } from '../engine/ports.ts';
import { ImageManifest } from '@shared/model/image-manifest.ts';
import {
  type ImageReference,
  formatImageReference,
  isDigest,
  parseImageReference,
  withDefaultTag,
} from '@shared/model/image-reference.ts';
import type { GuardedConnections, StreamedAnswer } from '../http/guard.ts';
import type { HttpAnswer, HttpRequest } from '../http/send.ts';
import { type RetryOptions, retryOptions } from '../http/retry.ts';
import { createAuthorizer } from './authorization.ts';
import { type AccessProbe, createAccessProbe } from './access.ts';
import { type Browser, createBrowser } from './browse/browser.ts';
import { parseChallenge } from './challenge.ts';
import { readContents } from './contents.ts';
import { type Asked, failureOf, invalidAnswer } from './failures.ts';
import { type Connections, createHttp, type OnAnswer } from './http.ts';
import { indexOf } from './image-index.ts';
import { digestOf, type Manifest, manifestTypes, readManifest } from './manifest.ts';
import { createOrigins } from './origins.ts';
import { createSignedIn } from './signed-in.ts';
import { createUploadProbe } from './upload-probe.ts';

/** Time and chance for the client, the machine's own where left out; who hears of each answer, and what connects. */
export type RegistryOptions = Partial<RetryOptions> & {
  readonly onAnswer?: OnAnswer;
  /** What it refuses is thrown as it is. */
  readonly connections?: () => Promise<Connections>;
};

/** As much as registries take themselves (distribution specification: at least 4 MiB). */
const manifestBytes = 4 * 1_048_576;
/** Manifests that are kept for another tag, and the bytes of one at most: most have less than 10 kB. */
const keptManifests = 16;
const keptBytes = 65_536;

/** The {@link Registry} port, as the runtime owns it. */
export interface RegistryClient extends Registry {
  /** For looking around. */
  readonly browser: Browser;
  /** For finding out what a credential is good for. */
  readonly access: AccessProbe;
  /** From now on every registry is asked anew who may do what: a credential was changed. */
  forget(): void;
  /** The manifest or index as it lies there, its digest checked. @throws as {@link Registry.head} */
  manifest(image: string, signal: AbortSignal): Promise<Manifest>;
  /**
   * Asks for a blob of the image's repository; the answer may be a refusal. Its body isn't checked: whoever reads it knows the
   * digest. Where a registry keeps blobs elsewhere, the guard decides whether to follow, and no credential goes along.
   * @throws AppFailure `registry.unauthorized` and as `head` for what comes before, and what {@link GuardedConnections.ask} throws
   */
  openBlob(
    image: string,
    digest: string,
    connections: GuardedConnections,
    signal: AbortSignal,
  ): Promise<StreamedAnswer>;
}

/**
 * A client of the OCI distribution API. Safe for concurrent use; what registries granted is kept until it expires.
 * References without tag and digest mean `latest`.
 */
export function createRegistry(credentials: CredentialSource, options: RegistryOptions = {}): RegistryClient {
  const retries = retryOptions(options);
  const http = createHttp(retries, options.onAnswer, options.connections);
  const origins = createOrigins(http);
  const authorizer = createAuthorizer(http, credentials, retries.clock);
  const signedIn = createSignedIn(http, origins, authorizer);
  const probeUpload = createUploadProbe(http, origins, authorizer);
  /** Manifests that several tags are given to at once, by whoever asks with one signal: each is read once. */
  const tagging = new Map<string, { readonly signal: AbortSignal; readonly manifest: Promise<Manifest> }>();
  /** Those that were asked for by digest, which never change, the latest last. That a tag may be given is the registry's to say. */
  const kept = new Map<string, Manifest>();

  /** One request for a manifest (or a blob), signed in as it turns out to be needed; the answer, whatever its status. */
  async function ask(
    image: ImageReference,
    place: string,
    request: ManifestRequest,
    asked: Asked,
    signal: AbortSignal,
    kind: 'manifests' | 'blobs' = 'manifests',
  ) {
    const { access, ...rest } = request;
    const { answer } = await signedIn.ask(
      {
        ...rest,
        place: `/v2/${image.repository}/${kind}/${place}`,
        scope: `repository:${image.repository}:${access}`,
        maxBytes: manifestBytes,
      },
      asked,
      signal,
    );
    return answer;
  }

  async function fetchManifest(
    image: ImageReference,
    access: Access,
    asked: Asked,
    signal: AbortSignal,
  ): Promise<Manifest> {
    const answer = await ask(image, placeOf(image), { method: 'GET', headers: { accept }, access }, asked, signal);
    if (answer.status !== 200) throw failureOf(asked, answer);
    const claimed = [image.digest, digestTold(answer)].filter((digest) => digest !== undefined);
    return readManifest(answer.body, answer.header('content-type'), claimed, asked);
  }

  async function readToTag(text: string, image: ImageReference, asked: Asked, signal: AbortSignal): Promise<Manifest> {
    const known = tagging.get(text);
    const reading = known?.signal === signal ? known.manifest : fetchManifest(image, 'pull,push', asked, signal);
    tagging.set(text, { signal, manifest: reading });
    try {
      const manifest = await reading;
      if (image.digest !== undefined && manifest.bytes.length <= keptBytes) {
        const [oldest] = kept.keys();
        if (oldest !== undefined && kept.size >= keptManifests) kept.delete(oldest);
        kept.set(text, manifest);
      }
      return manifest;
    } finally {
      if (tagging.get(text)?.manifest === reading) tagging.delete(text);
    }
  }

  /** A small blob, such as an image's configuration. @throws AppFailure as `head` does; `registry.invalid` when it is another */
  async function fetchBlob(image: ImageReference, digest: string, asked: Asked, signal: AbortSignal) {
    const answer = await ask(image, digest, { method: 'GET', headers: {}, access: 'pull' }, asked, signal, 'blobs');
    if (answer.status !== 200) throw failureOf(asked, answer);
    if (digestOf(answer.body, digest.split(':')[0]) !== digest) throw invalidAnswer(asked, `the blob is not ${digest}`);
    return answer.body;
  }

  async function head(text: string, signal: AbortSignal): Promise<RemoteImage> {
    const image = withDefaultTag(parseImageReference(text));
    const asked = { registry: image.registry, image: formatImageReference(image) };
    const answer = await ask(
      image,
      placeOf(image),
      { method: 'HEAD', headers: { accept }, access: 'pull' },
      asked,
      signal,
    );
    const digest = digestTold(answer);
    const mediaType = answer.header('content-type')?.split(';')[0]?.trim().toLowerCase() ?? '';
    if (answer.status === 200 && digest !== undefined && manifestTypes.includes(mediaType)) {
      if (image.digest !== undefined && digest !== image.digest)
        throw invalidAnswer(asked, `${digest} came for ${image.digest}`);
      return { digest, mediaType };
    }
    // Some registries leave the header out, some know no HEAD; the manifest itself has its digest.
    if (answer.status !== 200 && answer.status !== 405) throw failureOf(asked, answer);
    return withoutBytes(await fetchManifest(image, 'pull', asked, signal));
  }

  async function manifest(text: string, signal: AbortSignal): Promise<Manifest> {
    const image = withDefaultTag(parseImageReference(text));
    const asked = { registry: image.registry, image: formatImageReference(image) };
    return await fetchManifest(image, 'pull', asked, signal);
  }

  const browser = createBrowser(signedIn, manifest);
  return {
    browser,
    access: createAccessProbe(signedIn, browser, head),
    forget: () => authorizer.forget(),
    head,

    manifest,

    async openBlob(text, digest, connections, signal) {
      const { registry, repository } = parseImageReference(text);
      const asked = { registry, image: text };
      const origin = await origins.of(registry, signal);
      const url = new URL(`${origin}/v2/${repository}/blobs/${digest}`);
      const scope = `repository:${repository}:pull`;
      const send = (authorization = authorizer.known(asked, scope)) => connections.ask({ url, authorization }, signal);
      const first = await send();
      const challenge = first.status === 401 ? parseChallenge(first.header('www-authenticate')) : undefined;
      // The credential is the registry's: where blobs are kept doesn't get to ask for it.
      if (challenge === undefined || first.url.origin !== url.origin) return first;
      first.body.on('error', () => undefined).destroy();
      const { authorization } = await authorizer.grant(challenge, asked, origin, scope, signal);
      return await send(authorization);
    },

    async describe(text, signal) {
      const image = withDefaultTag(parseImageReference(text));
      const asked = { registry: image.registry, image: formatImageReference(image) };
      return withoutBytes(await fetchManifest(image, 'pull', asked, signal));
    },

    async contents(text, signal) {
      const image = withDefaultTag(parseImageReference(text));
      const asked = { registry: image.registry, image: formatImageReference(image) };
      const repository = {
        manifest: (digest: string) => fetchManifest({ ...image, digest }, 'pull', asked, signal),
        blob: (digest: string) => fetchBlob(image, digest, asked, signal),
      };
      return await readContents(await fetchManifest(image, 'pull', asked, signal), repository, asked);
    },

    async index(text, images, signal) {
      const image = withDefaultTag(parseImageReference(text));
      const { registry, repository } = image;
      const children = await Promise.all(
        images.map(async ({ platform, digest }) => {
          const name = formatImageReference({ registry, repository, digest });
          const asked = { registry, image: name };
          const child = await fetchManifest({ registry, repository, digest }, 'pull,push', asked, signal);
          return { ...child, platform };
        }),
      );
      const index = indexOf(children);
      // By its digest first: a tag is never given to what isn't whole.
      await put({ registry, repository, digest: index.digest }, index, signal);
      return withoutBytes(await put(image, index, signal));
    },

    async isOf(text, imageId, signal) {
      const image = parseImageReference(text);
      const asked = { registry: image.registry, image: text };
      const { bytes } = kept.get(text) ?? (await readToTag(text, image, asked, signal));
      const configuration = ImageManifest.safeParse(JSON.parse(Buffer.from(bytes).toString())).data?.config.digest;
      return configuration !== undefined && (configuration === imageId || image.digest === imageId);
    },

    takesUploads: (text, signal) => probeUpload(parseImageReference(text), signal),

    async tag(text, newTag, signal) {
      const image = withDefaultTag(parseImageReference(text));
      const { registry, repository } = image;
      const asked = { registry, image: formatImageReference(image) };
      const manifest = kept.get(text) ?? (await readToTag(text, image, asked, signal));
      const target = parseImageReference(`${registry}/${repository}:${newTag}`);
      return withoutBytes(await put(target, manifest, signal));
    },
  };

  /** Puts a manifest where all that it names is. */
  async function put(target: ImageReference, manifest: Manifest, signal: AbortSignal): Promise<Manifest> {
    const asked = { registry: target.registry, image: formatImageReference(target) };
    const headers = { 'content-type': manifest.mediaType };
    const request: ManifestRequest = { method: 'PUT', headers, body: manifest.bytes, access: 'pull,push' };
    const answer = await ask(target, placeOf(target), request, asked, signal);
    if (answer.status !== 200 && answer.status !== 201) throw failureOf(asked, answer);
    const told = digestTold(answer);
    if (told !== undefined && told !== manifest.digest)
      throw invalidAnswer(asked, `it made ${told} of ${manifest.digest}`);
    return manifest;
  }
}

type Access = 'pull' | 'pull,push';
type ManifestRequest = Pick<HttpRequest, 'method' | 'headers' | 'body'> & { readonly access: Access };

const accept = manifestTypes.join(', ');

function placeOf({ digest, tag = 'latest' }: ImageReference): string {
  return digest ?? tag;
}

function digestTold(answer: HttpAnswer): string | undefined {
  const told = answer.header('docker-content-digest')?.trim();
  return told !== undefined && isDigest(told) ? told : undefined;
}

function withoutBytes({ bytes: _bytes, ...image }: Manifest): RemoteImage {
  return image;
}
