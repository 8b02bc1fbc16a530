// Source from a tar archive on the web (spec: contexts 5).
import { createHash } from 'node:crypto';
import { appFailure } from '@shared/model/app-error.ts';
import { type AddressCredential, probablyGit } from '@shared/model/context-location.ts';
import { type GuardedConnections, openGuarded, type Reach, RefusedPlace, type StreamedAnswer } from '../http/guard.ts';
import { type Attempt, retryAfter, type RetryOptions, retryOptions, withRetries } from '../http/retry.ts';
import { type Authorization, noAnswer } from '../http/send.ts';
import { shownUrl } from '../http/shown-url.ts';
import { notReached, type Place, refusedBy, tooLargeSource, unreachableSource } from './failures.ts';
import { NoArchive, unpackInThread, type UnpackingLimits } from './unpacking.ts';

/** How much is taken, and how long is waited. */
export interface ArchiveLimits extends UnpackingLimits {
  /** Bytes that are downloaded; 2 GiB. */
  readonly downloadBytes: number;
  /** Ms without a byte; 30 s. */
  readonly silence: number;
}

export interface ArchiveOptions {
  /** For the address itself; no redirect takes it to another origin. */
  readonly credential?: AddressCredential | undefined;
  readonly reach: Reach;
  readonly limits?: Partial<ArchiveLimits>;
  /** Told as bytes come: how many so far (anew with each try), and of how many, where the server says so. */
  readonly onProgress?: (progress: DownloadProgress) => void;
  readonly retries?: Partial<RetryOptions>;
  /** Where proxies are named; the process's own. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

export interface DownloadProgress {
  readonly received: number;
  readonly total?: number;
}

export interface FetchedArchive {
  /** `sha256:…` of the bytes as they were downloaded. */
  readonly digest: string;
  /** Downloaded. */
  readonly bytes: number;
  /** Files, folders and links that were unpacked. */
  readonly entries: number;
  /** The folder that they are in now. */
  readonly root: string;
}

/** Spec: contexts 5, "up to 3 tries". */
const tries = 3;
const downloadBytes = 2 * 1024 ** 3;
/** Of a refusal, which is quoted. */
const refusalBytes = 16_384;

/**
 * Downloads a tar archive, unpacking it as it comes: it is never whole in memory, nor packed on disk. How it is packed is seen
 * by its content. The folder is made, or has to be empty; when this fails, it is as it was.
 *
 * Tries three times where trying again may help: 429, 5xx, and a network that fails on the way.
 * @throws AppFailure `download.notFound | unauthorized | forbidden | failed | unreachable | notReached | tooLarge`,
 *   `context.notAnArchive` (`params.git`: the repository that it probably is), `archive.invalid | tooLarge`, `disk.full`
 */
export async function fetchArchive(
  location: { readonly url: string },
  destination: string,
  options: ArchiveOptions,
  signal: AbortSignal,
): Promise<FetchedArchive> {
  const retries = { ...retryOptions(options.retries ?? {}), tries };
  const { silence } = options.limits ?? {};
  const { environment } = options;
  const connections = await openGuarded(options.reach, {
    ...(silence === undefined ? {} : { silence }),
    ...(environment === undefined ? {} : { environment }),
  });
  const download = new Download(new URL(location.url), destination, options, connections, retries);
  try {
    return await withRetries(() => download.attempt(signal), retries, signal);
  } finally {
    await connections.close();
  }
}

/** One archive on its way, however many tries that takes. */
class Download {
  readonly #url: URL;
  readonly #place: Place;
  readonly #destination: string;
  readonly #options: ArchiveOptions;
  readonly #connections: GuardedConnections;
  readonly #retries: RetryOptions;
  readonly #authorization: Authorization | undefined;

  constructor(
    url: URL,
    destination: string,
    options: ArchiveOptions,
    connections: GuardedConnections,
    retries: RetryOptions,
  ) {
    this.#url = url;
    this.#place = { url: shownUrl(url) };
    this.#destination = destination;
    this.#options = options;
    this.#connections = connections;
    this.#retries = retries;
    this.#authorization = options.credential === undefined ? undefined : basic(options.credential);
  }

  async attempt(signal: AbortSignal): Promise<Attempt<FetchedArchive>> {
    try {
      const headers = { accept: '*/*', 'accept-encoding': 'identity' };
      const request = { url: this.#url, headers, authorization: this.#authorization };
      const answer = await this.#connections.ask(request, signal);
      if (answer.status >= 200 && answer.status < 300) return { kind: 'done', value: await this.#take(answer, signal) };
      return await this.#refused(answer);
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof RefusedPlace) throw notReached(this.#place, error);
      if (error instanceof NoArchive) throw this.#notAnArchive(error);
      const failed = noAnswer(error, { method: 'GET', url: this.#url });
      if (failed === undefined) throw error;
      const failure = unreachableSource(this.#place, failed.reason, error);
      if (failed.kind === 'unreachable' && failed.passing) return { kind: 'again', failure };
      throw failure;
    }
  }

  async #take(answer: StreamedAnswer, signal: AbortSignal): Promise<FetchedArchive> {
    const { limits = {}, onProgress } = this.#options;
    const most = limits.downloadBytes ?? downloadBytes;
    const length = Number(answer.header('content-length') ?? Number.NaN);
    const total = Number.isSafeInteger(length) ? { total: length } : {};
    const hash = createHash('sha256');
    const tooLarge = () => tooLargeSource(this.#place, most);
    let received = 0;
    const arriving = async function* () {
      if (length > most) throw tooLarge();
      for await (const chunk of answer.body) {
        const bytes = chunk as Buffer;
        received += bytes.length;
        if (received > most) throw tooLarge();
        hash.update(bytes);
        onProgress?.({ received, ...total });
        yield bytes;
      }
    };
    try {
      const { entries } = await unpackInThread(arriving(), this.#destination, limits, signal);
      return { digest: `sha256:${hash.digest('hex')}`, bytes: received, entries, root: this.#destination };
    } finally {
      answer.body.on('error', () => undefined).destroy();
    }
  }

  async #refused(answer: StreamedAnswer): Promise<Attempt<never>> {
    const { status } = answer;
    const afterMs = retryAfter(answer.header('retry-after'), this.#retries.clock.now());
    const failure = refusedBy(this.#place, status, await this.#wordsOf(answer), afterMs);
    if (status !== 429 && status < 500) throw failure;
    return { kind: 'again', failure, ...(afterMs === undefined ? {} : { afterMs }) };
  }

  /** What is said of a refusal, without what was secret in the request; some servers quote what they refuse. */
  async #wordsOf({ body, url }: StreamedAnswer): Promise<string> {
    const chunks: Buffer[] = [];
    let length = 0;
    for await (const chunk of body) {
      const bytes = chunk as Buffer;
      chunks.push(bytes);
      length += bytes.length;
      if (length > refusalBytes) break;
    }
    const text = Buffer.concat(chunks).toString();
    if (text.trimStart().startsWith('<')) return ''; // a page says nothing to a person in one line
    const secrets = [...(this.#authorization?.secrets ?? []), ...secretsOf(this.#url), ...secretsOf(url)];
    return secrets.reduce((rest, secret) => rest.replaceAll(secret, '***'), text);
  }

  #notAnArchive(error: NoArchive) {
    const git = probablyGit(this.#url.href);
    return appFailure(
      'context.notAnArchive',
      {
        params: { ...this.#place, ...(git === undefined ? {} : { git }) },
        cause: error.message,
        fixes: [{ kind: 'editInputs' }],
      },
      error,
    );
  }
}

function basic({ username, password }: AddressCredential): Authorization {
  const encoded = Buffer.from(`${username}:${password}`).toString('base64');
  return { header: `Basic ${encoded}`, secrets: [encoded, password].filter((secret) => secret !== '') };
}

/** What of an address may be a signature: its query, whole and in parts, as it is written and as it is meant. */
function secretsOf({ search, searchParams }: URL): readonly string[] {
  const values = [...searchParams.values()].flatMap((value) => [value, encodeURIComponent(value)]);
  return [search.slice(1), ...values.filter((value) => value.length >= 6)].filter((secret) => secret !== '');
}
