import net from 'node:net';
import { type AppFailure, appFailure } from '@shared/model/app-error.ts';
import type { RefusedPlace } from '../http/guard.ts';
import type { Access } from './access.ts';
import { gitAuthorities } from './authorities.ts';
import type { RunGit } from './command.ts';
import { openCredentialSocket } from './credential-socket.ts';
import type { Setting } from './environment.ts';
import { openLfsRelay } from './lfs-relay.ts';
import { parseRemote, type Remote } from './location.ts';
import { checkReach, locate, type LookUp } from './reach.ts';
import { readBlobs, readConfig, type TreeContents } from './work-tree.ts';

/** Patterns of `.gitattributes` that hand files to LFS; of them so many are told. */
const lfsPattern = /^[^\S\n]*(\S+)[^\S\n].*\bfilter=lfs\b/gm;
const mostPatterns = 5;

/** Which files a commit keeps in LFS, as patterns; none when it uses none. */
export async function lfsPatterns(
  destination: string,
  { attributes }: TreeContents,
  runGit: RunGit,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const patterns: string[] = [];
  for (const text of await readBlobs(destination, [...new Set(attributes)], runGit, signal)) {
    for (const [, pattern = ''] of text.matchAll(lfsPattern)) {
      patterns.push(pattern);
      if (patterns.length === mostPatterns) return patterns;
    }
  }
  return patterns;
}

/**
 * Bytes that the pointers of a commit stand for, as they say, all files that share an object counted. git-lfs takes more for pointers
 * than should be, and believes no size; so what is written is measured as well.
 */
export async function lfsBytes(
  destination: string,
  { small }: TreeContents,
  runGit: RunGit,
  signal: AbortSignal,
): Promise<number> {
  const counts = new Map<string, number>();
  for (const object of small) counts.set(object, (counts.get(object) ?? 0) + 1);
  const texts = await readBlobs(destination, [...counts.keys()], runGit, signal);
  const sizes = texts.map((text) => Number(/^version https?:\/\/.*^size \+?(\d+)$/ms.exec(text)?.[1] ?? 0));
  return [...counts.values()].reduce((sum, count, index) => sum + count * (sizes[index] ?? 0), 0);
}

/** How git writes files of LFS, for as long as it is open. */
export interface LfsFilter {
  readonly settings: readonly Setting[];
  readonly env: NodeJS.ProcessEnv;
  /** Fires when git is to be ended, with the AppFailure that says why. */
  readonly signal: AbortSignal;
  close(): Promise<void>;
}

export interface LfsParts {
  /** Absolute path of git-lfs. */
  readonly program: string;
  /** Where its files are kept for the next time. */
  readonly storage: string;
  readonly access: Access;
  readonly env: NodeJS.ProcessEnv;
  readonly lookUp: LookUp;
  readonly platform: NodeJS.Platform;
  readonly runGit: RunGit;
}

/**
 * Lets git itself fetch and write the files of LFS, while it writes all others: it never writes through links, which git-lfs has done
 * (CVE-2025-26625). What git-lfs fetches over http goes through {@link openLfsRelay}.
 * @throws AppFailure `source.invalid` for a server that the repository names and that isn't one to fetch from
 */
export async function openLfsFilter(
  destination: string,
  tree: TreeContents,
  parts: LfsParts,
  signal: AbortSignal,
): Promise<LfsFilter> {
  const { program, storage, access } = parts;
  const command = `'${program.replaceAll("'", `'\\''`)}'`;
  const settings: readonly Setting[] = [
    ['filter.lfs.process', `${command} filter-process`],
    ['filter.lfs.smudge', `${command} smudge -- %f`],
    ['filter.lfs.required', 'true'],
    ['lfs.storage', storage],
    // What the repository's .lfsconfig says comes after all of these.
    ['lfs.skipdownloaderrors', 'false'],
    ['lfs.basictransfersonly', 'true'],
  ];
  const server = (await namedServer(destination, tree, parts, signal)) ?? usualServer(access.now().remote);
  // Over ssh it asks the server itself where its files are, with the person's key.
  if (server === undefined) {
    return { settings, env: {}, signal, close: () => Promise.resolve() };
  }
  const ending = new AbortController();
  const relay = await openRelay(server, parts, ({ place, message }) => {
    const params = { text: place, reason: 'large files are not fetched from such an address' };
    ending.abort(appFailure('source.invalid', { params, cause: message, fixes: [{ kind: 'editInputs' }] }));
  });
  const { username, password } = relay.login;
  const asked = `http://${new URL(relay.url).host}`;
  const socket = await openCredentialSocket(
    ({ protocol, host }) => Promise.resolve(`${protocol}://${host}` === asked ? { username, password } : undefined),
    parts.platform === 'win32' ? 'loopback' : 'unix',
  ).catch(async (error: unknown) => {
    await relay.close();
    throw error;
  });
  return {
    settings: [
      ...settings,
      ['lfs.url', relay.url],
      [`lfs.${relay.url}.access`, 'basic'],
      ['credential.helper', ''], // the relay asks for what its server wants
      ...socket.settings,
    ],
    env: socket.env,
    signal: AbortSignal.any([signal, ending.signal]),
    async close() {
      await Promise.all([socket.close(), relay.close()]);
    },
  };
}

/** It leads no further than the repository did. */
async function openRelay(
  server: string,
  { access, env, lookUp }: LfsParts,
  onRefused: (refused: RefusedPlace) => void,
) {
  return openLfsRelay({
    server,
    onRefused,
    reach: access.now().there.reach === 'local' ? 'local' : 'public',
    credential: (request) => access.credential(request),
    guard: {
      environment: env,
      ...(server.startsWith('https:') ? { authorities: await gitAuthorities(env) } : {}),
      lookUp(name, answer) {
        lookUp(name).then(
          (all) =>
            answer(
              null,
              all.map((address) => ({ address, family: net.isIP(address) })),
            ),
          (error: NodeJS.ErrnoException) => answer(error, []),
        );
      },
    },
  });
}

/** Where git-lfs looks for the server of a repository that names none. Git's own protocol counts as https there. */
function usualServer({ scheme, url }: Remote): string | undefined {
  if (scheme === 'ssh') return undefined;
  const repository = url.replace(/^git:/, 'https:').replace(/\/+$/, '');
  return `${repository}${repository.endsWith('.git') ? '' : '.git'}/info/lfs`;
}

/** The server that the repository itself names. */
async function namedServer(
  destination: string,
  { lfsconfig }: TreeContents,
  { access, lookUp, runGit }: LfsParts,
  signal: AbortSignal,
): Promise<string | undefined> {
  const settings = lfsconfig === undefined ? [] : await readConfig(destination, lfsconfig, runGit, signal);
  const named =
    settings.find(([name]) => name === 'lfs.url') ?? settings.find(([name]) => /^remote\..*\.lfsurl$/.test(name));
  if (named === undefined) return undefined;
  const server = parseRemote(named[1]);
  if (server.scheme !== 'https' && server.scheme !== 'http')
    throw appFailure('source.invalid', { params: { text: server.url, reason: 'large files come by https' } });
  checkReach(await locate(server, lookUp), access);
  return server.url.replace(/\/+$/, '');
}

/** What git-lfs says when it fails, as an error. */
export function lfsFailure({ remote }: Access, cause: string): AppFailure {
  return appFailure('source.lfsFailed', {
    params: { host: remote.host, remote: remote.url },
    cause,
    fixes: [{ kind: 'retry' }],
  });
}
