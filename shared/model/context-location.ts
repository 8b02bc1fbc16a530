import { AppFailure, appFailure } from './app-error.ts';
import { parseImageReference } from './image-reference.ts';

/** A place in a git repository, as a context names it. */
export interface GitLocation {
  /** `https://…`, `http://…`, `ssh://…`, `git://…` or `user@host:path`. Holds no credential. */
  readonly remote: string;
  /**
   * A branch, a tag, a commit's id (whole, or its beginning from four digits on), `pull/12/head`, `pull/12/merge`,
   * `merge-requests/5/head`, or any whole name (`refs/…`). Where a name is several of these, the branch comes before the tag and
   * the tag before the beginning of an id; a whole id is always the commit's. Absent: the remote's default branch.
   */
  readonly ref?: string | undefined;
  /** A folder inside, with `/` between its parts. Absent: the root. */
  readonly folder?: string | undefined;
}

/** Where source comes from (spec: contexts 2). */
export type ContextLocation =
  /** ACR's `/dev/null`: no files. */
  | { readonly kind: 'none' }
  /** A path of this machine, as it was written. */
  | { readonly kind: 'folder'; readonly path: string }
  | ({ readonly kind: 'git' } & GitLocation)
  /** A tar archive, packed or not. */
  | { readonly kind: 'archive'; readonly url: string }
  /** An OCI artifact: `host/repository:tag`, or with a digest. */
  | { readonly kind: 'artifact'; readonly reference: string };

/** User name and password that stood in an address. */
export interface AddressCredential {
  readonly username: string;
  readonly password: string;
}

/** What was written, taken apart; the credential apart from the place, so that the place can be kept and shown. */
export interface WrittenContext {
  readonly location: ContextLocation;
  readonly credential?: AddressCredential;
}

/** The name that a token goes by when an address has nothing else: git-lfs wants both (spec: contexts 4.2). */
const tokenUser = 'dummy';

/** Hosts of Azure DevOps, whose repositories are known by `/_git/`, not by `.git`. */
const azureDevOps = /^(?:dev\.azure\.com|[a-z0-9-]+\.visualstudio\.com)$/i;

/**
 * Reads a context as ACR's engine does, with what it takes for a download or a folder by accident put right: capital
 * schemes, `.git/`, `.git#`, `ssh://` and Azure DevOps over http (spec: contexts 2). Whether a folder is there is not looked
 * at: a caller with a file system asks that first, as ACR's command line does.
 *
 * @throws AppFailure `context.required`, `context.invalid`, `context.unknownScheme`, `context.noVersion`, `context.notAnArchive`
 */
export function parseContext(text: string): WrittenContext {
  if (text.trim() === '') throw appFailure('context.required', { fixes: [{ kind: 'editInputs' }] });
  if (/^(?:\/dev\/null|nul)$/i.test(text)) return { location: { kind: 'none' } };
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(text)?.[1]?.toLowerCase();
  switch (scheme) {
    case 'http':
    case 'https':
      return readWebAddress(text);
    case 'oci':
      return { location: readArtifact(text) };
    case 'git':
    case 'ssh':
      return readGit(text);
    case undefined:
      break;
    default:
      throw appFailure('context.unknownScheme', { params: { scheme }, fixes: [{ kind: 'editInputs' }] });
  }
  if (/^github\.com\//i.test(text)) return readWebAddress(`https://${text}`, true);
  // What git itself takes for a place over ssh: `user@host:path`. ACR knows it by the user `git` alone.
  if (/^[\w.-]+@[\w.-]+:(?!\/\/)/.test(text)) return readGit(text);
  return { location: { kind: 'folder', path: text } };
}

function readWebAddress(text: string, surelyGit = false): WrittenContext {
  const url = urlOf(text.replace(/#.*$/s, ''));
  const path = text.replace(/[?#].*$/s, '');
  const isGit =
    surelyGit ||
    (url.search === '' && (/\.git\/?$/.test(path) || (azureDevOps.test(url.hostname) && /\/_git\/[^/]/i.test(path))));
  if (isGit) return readGit(text);
  if (/\.zip$/i.test(path)) throw appFailure('context.notAnArchive', { params: { url: shown(url) } });
  const { plain, credential } = splitUrl(url);
  return { location: { kind: 'archive', url: plain.href }, ...(credential === undefined ? {} : { credential }) };
}

function readGit(text: string): WrittenContext {
  const hash = text.indexOf('#');
  const written = (hash < 0 ? text : text.slice(0, hash)).replace(/(\.git)\/+$/, '$1');
  const { remote, credential } = readRemote(written);
  const fragment = hash < 0 ? '' : text.slice(hash + 1);
  const colon = fragment.indexOf(':');
  const ref = colon < 0 ? fragment : fragment.slice(0, colon);
  const folder = colon < 0 ? '' : fragment.slice(colon + 1);
  const invalid = (part: string) => invalidContext(part, `git ${remote}`);
  if (!isRef(ref)) throw invalid(ref);
  if (!isFolder(folder)) throw invalid(folder);
  const location: ContextLocation = {
    kind: 'git',
    remote,
    ...(ref === '' ? {} : { ref }),
    ...(folder === '' ? {} : { folder }),
  };
  return { location, ...(credential === undefined ? {} : { credential }) };
}

function readRemote(text: string): { readonly remote: string; readonly credential?: AddressCredential | undefined } {
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) {
    if (hasControl(text) || /[\s]/.test(text) || /^-|[@:]-/.test(text)) throw invalidContext(text, '');
    return { remote: text };
  }
  const url = urlOf(text);
  if (url.hostname === '' || url.pathname.length < 2) throw invalidContext(text, '');
  // ssh's user is part of the place; its password would go nowhere, and git:// knows neither.
  if (url.protocol === 'ssh:' || url.protocol === 'git:') {
    if (url.username.startsWith('-') || url.hostname.startsWith('-')) throw invalidContext(shown(url), '');
    url.password = '';
    if (url.protocol === 'git:') url.username = '';
    return { remote: url.href };
  }
  const { plain, credential } = splitUrl(url);
  return { remote: plain.href, credential };
}

/** `https://TOKEN@host` is a token, `https://user:password@host` both. */
function splitUrl(url: URL): { readonly plain: URL; readonly credential?: AddressCredential } {
  const plain = new URL(url.href);
  plain.username = '';
  plain.password = '';
  const username = decoded(url.username);
  const password = decoded(url.password);
  if (username === '' && password === '') return { plain };
  return { plain, credential: password === '' ? { username: tokenUser, password: username } : { username, password } };
}

/** What isn't an escape stays as it is: a `%` in a password. */
function decoded(text: string): string {
  return text.replace(/(?:%[0-9a-f]{2})+/gi, (escapes) => {
    try {
      return decodeURIComponent(escapes);
    } catch {
      return escapes;
    }
  });
}

function readArtifact(text: string): ContextLocation {
  const reference = text.slice('oci://'.length);
  const { tag, digest } = parseImageReference(reference);
  if (tag === undefined && digest === undefined) {
    throw appFailure('context.noVersion', { params: { reference }, fixes: [{ kind: 'editInputs' }] });
  }
  return { kind: 'artifact', reference };
}

function urlOf(text: string): URL {
  if (hasControl(text) || /\s/.test(text) || !URL.canParse(text)) throw invalidContext(withoutUser(text), '');
  return new URL(text);
}

/** Git's own rule for names of refs (git-check-ref-format), and no option of a command. */
function isRef(ref: string): boolean {
  return !(
    hasControl(ref) ||
    ref.startsWith('-') ||
    /[ ~^?*[\\]|\.\.|@\{|\/\/|(?:^|\/)\.|\.lock(?:\/|$)|[./]$|^\/|^@$/.test(ref)
  );
}

/** Below the root, however it is written; what links do is looked at in the checkout. */
function isFolder(folder: string): boolean {
  return !hasControl(folder) && !folder.includes('\\') && !folder.split('/').includes('..');
}

function hasControl(text: string): boolean {
  return /\p{Cc}/u.test(text);
}

function invalidContext(part: string, understood: string): AppFailure {
  return appFailure('context.invalid', { params: { part, understood }, fixes: [{ kind: 'editInputs' }] });
}

function shown(url: URL): string {
  return splitUrl(url).plain.href;
}

/** Text that is no address may hold a password all the same, and a slash in it may be why it is none. */
function withoutUser(text: string): string {
  return text.replace(/\/\/.*@/s, '//');
}

/** A place as people write it. */
export function formatContext(location: ContextLocation): string {
  switch (location.kind) {
    case 'none':
      return '/dev/null';
    case 'folder':
      return location.path;
    case 'git': {
      const { remote, ref = '', folder } = location;
      if (folder !== undefined) return `${remote}#${ref}:${folder}`;
      return ref === '' ? remote : `${remote}#${ref}`;
    }
    case 'archive':
      return location.url;
    case 'artifact':
      return `oci://${location.reference}`;
  }
}

/** A place for logs and screens: what may be a signature is cut off. */
export function showContext(location: ContextLocation): string {
  return location.kind === 'archive' ? location.url.replace(/\?.*$/s, '?…') : formatContext(location);
}

/** What a context is called: the name of its folder, repository, file or artifact. */
export function nameOfContext(location: ContextLocation): string {
  switch (location.kind) {
    case 'none':
      return '';
    case 'folder':
      return lastPart(location.path);
    case 'git':
      return lastPart(location.folder ?? location.remote).replace(/\.git$/, '');
    case 'archive':
      return lastPart(location.url.replace(/[?#].*$/s, '')).replace(/\.(?:tar\.[a-z0-9]+|tar|t[a-z0-9]{2,3})$/i, '');
    case 'artifact':
      return lastPart(location.reference.replace(/(?:@|:[^/]*$).*$/s, ''));
  }
}

function lastPart(path: string): string {
  return (
    path
      .replace(/[/\\]+$/, '')
      .split(/[/\\:]/)
      .at(-1) ?? ''
  );
}

/**
 * A context as it may be kept and shown, and what was secret in it: user and password, and the query of an archive's address, which
 * may be a signature (Azure's SAS, presigned S3). Text that can't be read stays as it is: who uses it says why.
 */
export function withoutCredential(text: string): {
  readonly context: string;
  readonly credential?: AddressCredential;
  readonly query?: string;
} {
  try {
    const { location, credential } = parseContext(text);
    const query = location.kind === 'archive' ? new URL(location.url).search : '';
    if (credential === undefined && query === '') {
      // What is used nowhere is kept nowhere either.
      const unused = location.kind === 'git' && /^(?:ssh:\/\/[^/]*:[^/]*@|git:\/\/[^/]*@)/i.test(text);
      return { context: unused ? formatContext(location) : text };
    }
    return {
      context: formatContext(
        location.kind === 'archive' ? { ...location, url: withQuery(location.url, '') } : location,
      ),
      ...(credential === undefined ? {} : { credential }),
      ...(query === '' ? {} : { query }),
    };
  } catch (error) {
    if (error instanceof AppFailure) return { context: withoutUser(text) };
    throw error;
  }
}

/** Puts back what {@link withoutCredential} took out. */
export function withCredential(
  context: string,
  {
    credential,
    query = '',
  }: { readonly credential?: AddressCredential | undefined; readonly query?: string | undefined },
): string {
  const complete = query === '' ? context : withQuery(context, query);
  if (credential === undefined || !/^https?:/i.test(complete)) return complete;
  const url = new URL(complete);
  url.username = encodeURIComponent(credential.username);
  url.password = encodeURIComponent(credential.password);
  return url.href;
}

function withQuery(address: string, query: string): string {
  return `${address.replace(/[?#].*$/s, '')}${query}`;
}

/**
 * What an address that turned out to be no archive was probably meant to be: the page of a repository where its `.git` was
 * wanted, or a branch as Azure DevOps' own pages name it. Undefined when it looks like nothing of the kind.
 */
export function probablyGit(url: string): string | undefined {
  if (!URL.canParse(url)) return undefined;
  const { protocol, host, hostname, pathname, searchParams } = new URL(url);
  const origin = `${protocol}//${host}`;
  if (azureDevOps.test(hostname) && /\/_git\/[^/]+\/?$/i.test(pathname)) {
    const version = searchParams.get('version') ?? '';
    const ref = /^G[BTC]/.test(version) ? `#${version.slice(2)}` : '';
    return `${origin}${pathname.replace(/\/$/, '')}${ref}`;
  }
  const repository =
    /^(.*[^/])\.git\/?$/i.exec(pathname)?.[1] ?? /^\/[^/.]+\/[^/]+$/.exec(pathname.replace(/\/$/, ''))?.[0];
  if (repository === undefined || /\.(?:t[a-z0-9]{1,2}|gz|xz|bz2|zst)$/i.test(repository)) return undefined;
  return `${origin}${repository}.git`;
}
