/**
 * What a repository says of its submodules. Git's own `submodule` command is never run: it takes names, paths, addresses and commands
 * from `.gitmodules` into places where they have been executed more than once (CVE-2018-11235, CVE-2018-17456, CVE-2024-32002,
 * CVE-2025-48384), and the git of this machine may be an old one.
 */
import { lstat } from 'node:fs/promises';
import path from 'node:path';
import { AppFailure, appFailure } from '@shared/model/app-error.ts';
import type { Setting } from './environment.ts';
import { oneLine, parseRemote, type Remote } from './location.ts';

export interface Submodule {
  readonly name: string;
  /** Below the root, with `/`. */
  readonly path: string;
  readonly commit: string;
  readonly remote: Remote;
  /** The repository itself says not to fetch it. */
  readonly skipped: boolean;
}

/**
 * The submodules of a commit.
 * @param commits by path, as the tree has them
 * @param settings what `.gitmodules` says
 * @param parent whose submodules they are: relative addresses count from it
 * @throws AppFailure `source.submoduleRefused` for the first that isn't safe or makes no sense
 */
export function readSubmodules(
  commits: ReadonlyMap<string, string>,
  settings: readonly Setting[],
  parent: Remote,
): readonly Submodule[] {
  const names = new Map<string, Map<string, string>>();
  for (const [key, value] of settings) {
    const [, name, variable] = /^submodule\.(.*)\.([^.]+)$/s.exec(key) ?? [];
    if (name === undefined || variable === undefined) continue;
    const variables = names.get(name) ?? new Map<string, string>();
    names.set(name, variables.set(variable, value));
  }
  const byPath = new Map<string, Submodule>();
  for (const [name, variables] of names) {
    const at = variables.get('path');
    if (at === undefined) continue;
    const commit = commits.get(at);
    // What names no submodule of this commit is left alone, as git does; unless it was made to look like something else.
    if (commit === undefined && !hasControl(at)) continue;
    const refuse = (reason: string) => refused(at, reason);
    const fault = nameFault(name) ?? pathFault(at);
    if (fault !== undefined) throw refuse(fault);
    if (byPath.has(at)) throw refuse('it is described twice');
    const update = variables.get('update') ?? '';
    if (!['', 'checkout', 'none', 'merge', 'rebase'].includes(update)) throw refuse('update is a command');
    const url = variables.get('url');
    if (url === undefined || url === '') throw refuse('it has no url');
    const remote = submoduleRemote(parent, url, refuse);
    byPath.set(at, { name, path: at, commit: commit ?? '', remote, skipped: update === 'none' });
  }
  for (const at of commits.keys()) if (!byPath.has(at)) throw refused(at, 'it has no url in .gitmodules');
  return [...byPath.values()];
}

function nameFault(name: string): string | undefined {
  if (hasControl(name)) return 'a control character in its name';
  if (name === '' || name.startsWith('-')) return 'not a name';
  if (name.split(/[\\/]/).includes('..')) return 'its name leads outside';
  return undefined;
}

function pathFault(at: string): string | undefined {
  if (hasControl(at)) return 'a control character in its path';
  if (at.startsWith('-')) return 'its path begins with a dash';
  const parts = at.split(path.sep === '\\' ? /[\\/]/ : '/');
  if (path.isAbsolute(at) || parts.some((part) => part === '' || part === '.' || part === '..' || isDotGit(part)))
    return 'its path leads outside';
  return undefined;
}

/** Also as file systems spell it that ignore case, trailing dots and blanks, invisible characters, or have short names. */
function isDotGit(part: string): boolean {
  const plain = part
    .replace(/[\p{Cf}]/gu, '')
    .replace(/:.*$/s, '')
    .replace(/[. ]+$/, '')
    .toLowerCase();
  return plain === '.git' || plain === 'git~1';
}

function hasControl(text: string): boolean {
  return /[\p{Cc}\p{Zl}\p{Zp}]/u.test(text);
}

function submoduleRemote(parent: Remote, url: string, refuse: (reason: string) => AppFailure): Remote {
  try {
    return parseRemote(/^\.\.?\//.test(url) ? relativeTo(parent.url, url, refuse) : withoutCredential(url));
  } catch (error) {
    if (!(error instanceof AppFailure) || error.error.code !== 'source.invalid') throw error;
    throw refuse(`${oneLine(error.error.params['text'] as string)}: ${error.error.params['reason']}`);
  }
}

/** What a repository has in an address is public already, and we have our own. */
function withoutCredential(url: string): string {
  return url.replace(/^(https?:\/\/)[^/@]*@/i, '$1');
}

/** As git does (gitsubmodules(7)): `..` takes away a part of the parent's address, down to its host. */
function relativeTo(parent: string, url: string, refuse: (reason: string) => AppFailure): string {
  const [, base = '', rest = ''] = /^([a-z]+:\/\/[^/]+\/|[^/]+:\/?)(.*)$/.exec(parent) ?? [];
  const parts = rest.split('/').filter((part) => part !== '');
  let left = url;
  for (;;) {
    if (left.startsWith('./')) left = left.slice(2);
    else if (left.startsWith('../')) {
      if (parts.pop() === undefined) throw refuse('its address leads beyond the host');
      left = left.slice(3);
    } else break;
  }
  return base + [...parts, left].join('/');
}

/**
 * Makes sure that a submodule's folder is one, and that no link leads to it.
 * @throws AppFailure `source.submoduleRefused`
 */
export async function checkSubmoduleFolder(root: string, at: string): Promise<string> {
  let folder = root;
  for (const part of at.split('/')) {
    folder = path.join(folder, part);
    const found = await lstat(folder).catch(() => undefined);
    if (found === undefined || !found.isDirectory()) throw refused(at, 'a link or a file lies on its path');
  }
  return folder;
}

export function refused(submodule: string, reason: string): AppFailure {
  return appFailure('source.submoduleRefused', {
    params: { submodule: oneLine(submodule), reason },
    cause: reason,
    fixes: [{ kind: 'editInputs' }],
  });
}
