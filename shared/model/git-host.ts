import { z } from 'zod';
import { AppFailure, appFailure } from './app-error.ts';
import { Moment } from './run.ts';

/** A credential for a git host, as it may be shown: never its token. */
export const GitHostCredential = z.object({
  /** As {@link formatGitPlace} writes it: `github.com`, `git.example:8443/team`, `http://git.lan`. */
  place: z.string(),
  username: z.string(),
  savedAt: Moment,
});
export type GitHostCredential = z.infer<typeof GitHostCredential>;

/** What a repository's host answered with the credential that is kept for it, if any. */
export const GitHostCheck = z.object({
  /** Where the credential is for; absent where the host was asked without one. */
  place: z.string().optional(),
  branches: z.number().int().nonnegative(),
  tags: z.number().int().nonnegative(),
});
export type GitHostCheck = z.infer<typeof GitHostCheck>;

/** Where a token goes: a host, or what lies below a path of it. */
export interface GitPlace {
  /** Written with `http://`: its token goes over plain http, where anybody on the way can read it, and not over https. */
  readonly plain: boolean;
  /** In lower case, with its port where that isn't the scheme's own. */
  readonly host: string;
  /** `/team`, `/team/app`; empty for the whole host. */
  readonly path: string;
}

/**
 * Reads a host, with or without scheme, port and path: `github.com`, `https://git.example:8443/team/`.
 * @throws AppFailure `source.invalid`; what is wrong with it is told without what may be a password
 */
export function parseGitPlace(text: string): GitPlace {
  const written = text.trim();
  const refuse = (reason: string) =>
    appFailure('source.invalid', {
      params: { text: written.replace(/^([a-z][a-z0-9+.-]*:\/\/)?[^/]*@/i, '$1'), reason },
      cause: reason,
      fixes: [{ kind: 'editInputs' }],
    });
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(written)?.[1]?.toLowerCase();
  if (scheme !== undefined && scheme !== 'https' && scheme !== 'http') throw refuse('tokens go by https');
  const address = scheme === undefined ? `https://${written}` : written;
  if (/[\p{C}\p{Z}\\]|^\w+:\/\/\//u.test(address) || !URL.canParse(address)) throw refuse('not a host');
  const url = new URL(address);
  if (url.username !== '' || url.password !== '') throw refuse('a host, without user and password');
  if (url.search !== '' || url.hash !== '') throw refuse('a host, or a path of it');
  return { plain: scheme === 'http', host: url.host, path: trimmed(url.pathname) };
}

/** A place as people write it. */
export function formatGitPlace({ plain, host, path }: GitPlace): string {
  return `${plain ? 'http://' : ''}${host}${path}`;
}

/** The whole host of a repository, in {@link formatGitPlace}'s words; undefined where no token goes (ssh, git). */
export function placeOfRemote(remote: string): string | undefined {
  const server = serverOf(remote);
  if (server === undefined) return undefined;
  return formatGitPlace({ plain: server.plain && !isLoopback(server.host), host: server.host, path: '' });
}

/**
 * The place whose token a repository gets: the longest that covers its address, letters' case in paths left aside, since hosts
 * do. Plain http is covered by what was written as such, and on this machine itself by any.
 */
export function placeCovering(remote: string, places: readonly string[]): string | undefined {
  const server = serverOf(remote);
  if (server === undefined) return undefined;
  const covers = (text: string): number => {
    const place = safely(text);
    if (place === undefined || place.host !== server.host) return -1;
    if (place.plain !== server.plain && !isLoopback(place.host)) return -1;
    const [own, wanted] = [place.path.toLowerCase(), server.path.toLowerCase()];
    return own === '' || own === wanted || wanted.startsWith(`${own}/`) ? own.length : -1;
  };
  return places
    .map((place) => ({ place, length: covers(place) }))
    .filter(({ length }) => length >= 0)
    .sort((one, other) => other.length - one.length)
    .at(0)?.place;
}

/**
 * The user name that a host wants beside a token, where the person gives none: GitHub, GitLab and Bitbucket document theirs, Azure
 * DevOps and Gitea take any (and git-lfs wants one).
 */
export function tokenUserOf({ host }: GitPlace): string {
  const labels = host.replace(/:\d+$/, '').split('.');
  if (labels.some((label) => label === 'github' || label === 'ghe')) return 'x-access-token';
  if (labels.includes('gitlab')) return 'oauth2';
  if (labels.includes('bitbucket')) return 'x-token-auth';
  return 'dummy';
}

function serverOf(remote: string): GitPlace | undefined {
  return /^https?:\/\//i.test(remote) ? safely(remote) : undefined;
}

/** What was kept by another version, or is the address of no server, covers nothing. */
function safely(text: string): GitPlace | undefined {
  try {
    return parseGitPlace(text);
  } catch (error) {
    if (error instanceof AppFailure) return undefined;
    throw error;
  }
}

/** Without what may follow a repository's name. */
function trimmed(path: string): string {
  return path
    .replace(/\/{2,}/g, '/')
    .replace(/\/+$/, '')
    .replace(/\.git$/i, '');
}

function isLoopback(host: string): boolean {
  return /^(?:(?:[^:]*\.)?localhost|127(?:\.\d+){3}|\[::1\])(?::\d+)?$/.test(host);
}
