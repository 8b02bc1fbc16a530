import { createHash } from 'node:crypto';
import { isDigest, parseImageReference } from '@shared/model/image-reference.ts';
import type { ManifestDetails, RepositoryPage, TagPage } from '@shared/model/registry-content.ts';
import type { HttpAnswer } from '../../http/send.ts';
import { type Asked, failureOf, invalidAnswer } from '../failures.ts';
import { isRegistryHost } from '../host.ts';
import type { Manifest } from '../manifest.ts';
import type { SignedIn } from '../signed-in.ts';
import { detailsOf, readConfig } from './manifest-details.ts';
import { member } from './shown-text.ts';

/** Looks around in registries. Nothing that they answer is trusted, and nothing is written. */
export interface Browser {
  /**
   * Repositories, a piece at a time.
   * @param after {@link RepositoryPage.next} of the piece before
   * @throws `registry.forbidden | unauthorized | notFound`: many registries keep their catalog to themselves
   */
  repositories(registry: string, after: string | undefined, signal: AbortSignal): Promise<RepositoryPage>;
  /** Tags of a repository, a piece at a time. @throws `registry.notFound` and its like */
  tags(registry: string, repository: string, after: string | undefined, signal: AbortSignal): Promise<TagPage>;
  /** The manifest behind a reference with what an image says of itself. @throws as `Registry.head` */
  manifest(image: string, signal: AbortSignal): Promise<ManifestDetails>;
}

const pageLength = 100;
/** A registry that knows no pages sends all at once: so many bytes are taken, and so many names kept. */
const listBytes = 4 * 1_048_576;
const longestList = 10_000;
const configBytes = 4 * 1_048_576;
const longestCursor = 2_048;
const tagPattern = /^\w[\w.-]{0,127}$/;

export function createBrowser(
  signedIn: SignedIn,
  fetchManifest: (image: string, signal: AbortSignal) => Promise<Manifest>,
): Browser {
  async function list(
    place: string,
    scope: string,
    name: 'repositories' | 'tags',
    isName: (text: string) => boolean,
    after: string | undefined,
    asked: Asked,
    signal: AbortSignal,
  ) {
    const query = after ?? `?n=${pageLength}`;
    const { answer } = await signedIn.ask(
      { method: 'GET', place: `${place}${query}`, scope, maxBytes: listBytes },
      asked,
      signal,
    );
    if (answer.status !== 200) throw failureOf(asked, answer);
    const told = parse(answer, asked);
    const list = member(told, name);
    // A repository without tags has `null` for them.
    if (!Array.isArray(list) && list !== null) throw invalidAnswer(asked, `it names no ${name}`);
    const all: readonly unknown[] = list ?? [];
    const names = all.slice(0, longestList).filter((each): each is string => typeof each === 'string' && isName(each));
    const next = nextQuery(answer.header('link'), query);
    return {
      names: [...new Set(names)],
      ignored: all.length - names.length,
      ...(next === undefined ? {} : { next }),
    };
  }

  return {
    async repositories(registry, after, signal) {
      const asked = { registry };
      if (!isRegistryHost(registry)) throw invalidAnswer(asked, 'not the host of a registry');
      const { names, ...rest } = await list(
        '/v2/_catalog',
        'registry:catalog:*',
        'repositories',
        (text) => isRepository(registry, text),
        after,
        asked,
        signal,
      );
      return { repositories: names, ...rest };
    },

    async tags(registry, repository, after, signal) {
      const image = parseImageReference(`${registry}/${repository}`);
      const asked = { registry: image.registry, image: `${image.registry}/${image.repository}` };
      const { names, ...rest } = await list(
        `/v2/${image.repository}/tags/list`,
        `repository:${image.repository}:pull`,
        'tags',
        (text) => tagPattern.test(text),
        after,
        asked,
        signal,
      );
      return { tags: names, ...rest };
    },

    async manifest(image, signal) {
      const { details, config: place } = detailsOf(await fetchManifest(image, signal));
      if (details.kind !== 'image' || place === undefined || place.size > configBytes) return details;
      const { registry, repository } = parseImageReference(image);
      const asked = { registry, image };
      const { answer } = await signedIn.ask(
        {
          method: 'GET',
          place: `/v2/${repository}/blobs/${place.digest}`,
          scope: `repository:${repository}:pull`,
          maxBytes: configBytes,
        },
        asked,
        signal,
      );
      if (answer.status !== 200) throw failureOf(asked, answer);
      const algorithm = place.digest.split(':')[0] ?? 'sha256';
      const digest = `${algorithm}:${createHash(algorithm).update(answer.body).digest('hex')}`;
      if (!isDigest(digest) || digest !== place.digest)
        throw invalidAnswer(asked, `the configuration is not ${place.digest}`);
      const config = readConfig(answer.body);
      return config === undefined ? details : { ...details, config };
    },
  };
}

function parse(answer: HttpAnswer, asked: Asked): unknown {
  try {
    return JSON.parse(Buffer.from(answer.body).toString());
  } catch (error) {
    throw invalidAnswer(asked, 'its list is not JSON', error);
  }
}

function isRepository(registry: string, text: string): boolean {
  try {
    const { repository, tag, digest } = parseImageReference(`${registry}/${text}`);
    // Docker Hub's `busybox` is `library/busybox`.
    return tag === undefined && digest === undefined && repository.endsWith(text);
  } catch {
    return false; // the one thing that parsing throws for: no reference
  }
}

/**
 * The query of the next piece (RFC 8288; distribution: pagination). Only the query is taken of what the registry names, and it
 * goes behind our own path on its own host: a link can send nobody, and no credential, anywhere else.
 */
function nextQuery(link: string | undefined, query: string): string | undefined {
  const target = /<([^<>]*)>\s*;[^,<]*\brel\s*=\s*"?next"?/i.exec((link ?? '').slice(0, 16_384))?.[1];
  if (target === undefined || !URL.canParse(target, 'https://registry.invalid')) return undefined;
  const { search } = new URL(target, 'https://registry.invalid');
  return search === '' || search === query || search.length > longestCursor ? undefined : search;
}
