import { appFailure } from './app-error.ts';

/** An image's name, taken apart and made whole: `ubuntu` is `docker.io`, `library/ubuntu`. */
export interface ImageReference {
  /** Host and perhaps port: `docker.io`, `127.0.0.1:5000`, `[::1]:5000`. */
  readonly registry: string;
  /** The path within the registry: `library/ubuntu`. */
  readonly repository: string;
  readonly tag?: string;
  /** `sha256:…` */
  readonly digest?: string;
}

const dockerHub = 'docker.io';
const legacyDockerHub = 'index.docker.io';
const officialPrefix = 'library/';

/** Longest repository name, host not counted (distribution's `RepositoryNameTotalLengthMax`). */
const longestRepository = 255;
/** DNS allows 253 characters; brackets, a port and some room. */
const longestHost = 300;

const hostPattern =
  /^(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*|\[[A-Fa-f0-9:]+\])(?::[0-9]+)?$/;
const repositoryPattern = /^[a-z0-9]+(?:(?:__|[._]|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:__|[._]|-+)[a-z0-9]+)*)*$/;
const tagPattern = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/;
const digestPattern = /^([A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*):([0-9a-fA-F]{32,})$/;
const imageIdPattern = /^[a-f0-9]{64}$/;

/** Hex digits of the algorithms that registries use (OCI image specification: descriptor, digests). */
const digestLengths: Readonly<Record<string, number>> = { sha256: 64, sha384: 96, sha512: 128 };

const badFormat = 'invalid reference format';
const notLowerCase = 'invalid reference format: repository name must be lowercase';

/**
 * Reads an image's name as Docker does (the `reference` package of distribution, `ParseNormalizedNamed`): Docker Hub is
 * the registry of names without a host, `library/` of its names without a slash. No tag is added. Text that is no
 * template any more: `{{…}}` and `$ID` are refused.
 * @throws AppFailure `image.invalidReference` with `text`, and with `reason` in distribution's words
 */
export function parseImageReference(text: string): ImageReference {
  const invalid = (reason: string) =>
    appFailure('image.invalidReference', { params: { text, reason }, cause: reason, fixes: [{ kind: 'editInputs' }] });
  if (imageIdPattern.test(text)) {
    throw invalid(`invalid repository name (${text}), cannot specify 64-byte hexadecimal strings`);
  }
  const { host, rest } = splitHost(text);
  const [named = '', digest, ...more] = rest.split('@');
  const colon = named.indexOf(':');
  const path = colon < 0 ? named : named.slice(0, colon);
  const tag = colon < 0 ? undefined : named.slice(colon + 1);
  const registry = host === undefined || host === legacyDockerHub ? dockerHub : host;
  const repository = registry === dockerHub && !path.includes('/') ? `${officialPrefix}${path}` : path;

  if (registry.length > longestHost || !hostPattern.test(registry)) throw invalid(badFormat);
  if (repository.length > longestRepository) {
    throw invalid(`repository name must not be more than ${longestRepository} characters`);
  }
  if (repository !== repository.toLowerCase()) throw invalid(notLowerCase);
  if (!repositoryPattern.test(repository)) throw invalid(badFormat);
  if (tag !== undefined && !tagPattern.test(tag)) throw invalid(badFormat);
  if (more.length > 0) throw invalid(badFormat);
  if (digest !== undefined) {
    const problem = digestProblem(digest);
    if (problem !== undefined) throw invalid(problem);
  }
  return { registry, repository, ...(tag === undefined ? {} : { tag }), ...(digest === undefined ? {} : { digest }) };
}

/** Why this is no digest, in the words of OCI's `digest` package; undefined when it is one. */
function digestProblem(digest: string): string | undefined {
  const [, algorithm = '', hex = ''] = digestPattern.exec(digest) ?? [];
  if (hex === '') return badFormat;
  const length = Object.hasOwn(digestLengths, algorithm) ? digestLengths[algorithm] : undefined;
  if (length === undefined) return 'unsupported digest algorithm';
  if (hex.length !== length) return 'invalid checksum digest length';
  return hex === hex.toLowerCase() ? undefined : 'invalid checksum digest format';
}

/** Whether this is a whole digest of an algorithm that registries use. */
export function isDigest(text: string): boolean {
  return digestProblem(text) === undefined;
}

/** The host that the text names itself, if it does: the part before the first slash with a dot, a colon or a capital, or `localhost`. */
function splitHost(text: string): { readonly host: string | undefined; readonly rest: string } {
  const slash = text.indexOf('/');
  const first = slash < 0 ? '' : text.slice(0, slash);
  const isHost = first === 'localhost' || /[.:]/.test(first) || first !== first.toLowerCase();
  return isHost ? { host: first, rest: text.slice(slash + 1) } : { host: undefined, rest: text };
}

/** The whole name, nothing left to defaults: `docker.io/library/ubuntu:22.04`. */
export function formatImageReference(reference: ImageReference): string {
  return `${reference.registry}/${reference.repository}${suffix(reference)}`;
}

/** The name as people write it: without `docker.io` and `library/` (distribution's `FamiliarString`). */
export function familiarName(reference: ImageReference): string {
  const { registry, repository } = reference;
  if (registry !== dockerHub) return formatImageReference(reference);
  const [first, second, ...more] = repository.split('/');
  const official = first === 'library' && second !== undefined && more.length === 0;
  return `${official ? second : repository}${suffix(reference)}`;
}

function suffix({ tag, digest }: ImageReference): string {
  return `${tag === undefined ? '' : `:${tag}`}${digest === undefined ? '' : `@${digest}`}`;
}

/** The same with the tag `latest` where neither tag nor digest is named. */
export function withDefaultTag(reference: ImageReference): ImageReference {
  return reference.tag === undefined && reference.digest === undefined ? { ...reference, tag: 'latest' } : reference;
}

/** A tag as a quick build gives it to the engine, and whether it is pushed from there. */
export interface PrefixedTag {
  readonly image: string;
  readonly push: boolean;
}

/**
 * Which name a tag of a quick build gets (spec: task-yaml 7.9, and the table in the specification's README).
 *
 * With a registry, ACR's rule: the registry is put in front, unless the text starts with the registry's name, with that
 * of a host that a credential is known for, or with `library/`: plain prefixes, so `foo.azurecr.io.example/x` counts as
 * starting with `foo.azurecr.io`. All are pushed. Without one: names that say their host are pushed as they are, the
 * others stay in the engine.
 *
 * @param tag rendered, no template any more; not checked (see {@link parseImageReference})
 * @param knownHosts hosts that a credential is known for
 */
export function prefixTag(tag: string, registry: string | undefined, knownHosts: readonly string[]): PrefixedTag {
  if (registry === undefined || registry === '') return { image: tag, push: splitHost(tag).host !== undefined };
  const kept = [registry, ...knownHosts, officialPrefix].some((prefix) => prefix !== '' && tag.startsWith(prefix));
  return { image: kept ? tag : `${registry}/${tag}`, push: true };
}
