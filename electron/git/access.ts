import { type AppFailure, appFailure } from '@shared/model/app-error.ts';
import { placeOfRemote } from '@shared/model/git-host.ts';
import type { CheckoutOptions, CredentialOfRemote, GitCredential } from '../engine/ports/git.ts';
import { type GitCommand, type RunGit, tooLarge } from './command.ts';
import { type CredentialRequest, openCredentialSocket } from './credential-socket.ts';
import { remoteSettings } from './environment.ts';
import { cleanLine, failureOf, secretForms, tokenFixes } from './failures.ts';
import { parseRemote, type Remote } from './location.ts';
import { checkKnown, checkReach, directUrl, type Located, locate, type LookUp, pinned } from './reach.ts';

/**
 * A remote that git commands can reach while it is open: with a credential for its host, and by its own scheme alone. A redirect changes
 * where the commands go, and nothing else.
 */
export interface Access extends Located {
  /**
   * Runs a command that names the remote `origin`. What fails is answered, so that the caller can make sense of it.
   * @throws as `RunGit`, also `source.tooLarge` for what turns out to be so in the end; what the credential's source threw
   */
  run(command: RemoteCommand, signal: AbortSignal): Promise<Reached>;
  /** Where it is by now: a redirect has led there. */
  now(): Located;
  /** What git is answered when a server asks it. */
  credential(request: CredentialRequest): Promise<GitCredential | undefined>;
  /** Whether the server has answered, and whether it wanted a credential until now. */
  answered(): 'never' | 'anybody' | 'withCredential';
  close(): Promise<void>;
}

export interface RemoteCommand extends Omit<GitCommand, 'onLine'> {
  /** Its lines are for the log. */
  readonly told?: boolean;
}

export type Reached =
  | { readonly kind: 'done'; readonly stdout: string; readonly stderr: string }
  /** `failure` makes an error of it: what git's words mean by themselves. */
  | { readonly kind: 'failed'; readonly stderr: string; failure(): AppFailure };

export interface AccessOptions {
  readonly runGit: RunGit;
  readonly env: NodeJS.ProcessEnv;
  readonly lookUp: LookUp;
  readonly credential: CredentialOfRemote;
  readonly onProgress: (line: string) => void;
  readonly platform: NodeJS.Platform;
  readonly reach: CheckoutOptions['reach'];
  /** What named this remote, where no person did. */
  readonly from?: Located | undefined;
}

const mostRedirects = 3;

/** @throws AppFailure `source.invalid` for a remote that leads where nothing is fetched from */
export async function openAccess(remote: Remote, options: AccessOptions, signal: AbortSignal): Promise<Access> {
  const { runGit, env, lookUp, onProgress, platform, reach, from } = options;
  const located = await locate(remote, lookUp);
  checkReach(located, from ?? (reach === 'public' ? 'elsewhere' : undefined));
  checkKnown(located, env);
  // A person's own server may know itself by its name alone.
  const urlOf = (to: Located) => (from === undefined && reach === 'local' ? to.remote.url : directUrl(to));
  const credentials = credentialsFor(remote, options, signal);
  const socket = await openCredentialSocket(credentials.answer, platform === 'win32' ? 'loopback' : 'unix');
  let target = located;
  let answered = false;

  /** What fails on the way to success is nobody's news, nor are the names that things have in our cache. */
  const tell = (line: string) => {
    if (!/^(?:fatal: |error: |From |\s)/.test(line)) onProgress(cleanLine(line, credentials.secrets));
  };

  async function once(command: RemoteCommand, inner: AbortSignal): Promise<Reached> {
    const { told = false, ...rest } = command;
    const settings = [
      ...remoteSettings(target.remote.scheme, urlOf(target)),
      ...pinned(target),
      ...socket.settings,
      ...(rest.settings ?? []),
    ];
    const outcome = await runGit(
      {
        ...rest,
        settings,
        env: { ...socket.env, ...rest.env },
        onLine: told ? tell : undefined,
      },
      inner,
    );
    // What came in one go, between two looks.
    if (rest.watch !== undefined && (await rest.watch.grown()) > rest.watch.maxBytes)
      throw tooLarge(rest.watch.maxBytes);
    if (outcome.kind === 'done') {
      answered = true;
      return outcome;
    }
    credentials.throwIfFailed();
    const { stderr } = outcome;
    const { remote: reached } = target;
    return {
      kind: 'failed',
      stderr,
      failure: () =>
        failureOf({
          remote: reached,
          stderr,
          gaveCredential: credentials.gave(),
          tokenPlace: credentials.placeAt(reached),
          secrets: credentials.secrets,
        }),
    };
  }

  return {
    ...located,
    async run(command, inner) {
      for (let redirects = 0; ; redirects++) {
        const asked = target;
        const reached = await once(command, inner);
        if (reached.kind === 'done' || !/returned error: 30[12378]/.test(reached.stderr)) return reached;
        if (redirects === mostRedirects) return reached;
        if (target !== asked) continue; // another command found the way in the meantime
        const location = await askLocation(once, command, inner);
        const next = await redirected(asked, location, lookUp, credentials.placeAt(asked.remote));
        if (next !== undefined) checkKnown(next, env);
        if (next === undefined) return reached;
        onProgress(`redirected to ${next.remote.url}`);
        target = next;
      }
    },
    now: () => target,
    credential: (request) => credentials.answer(request),
    answered: () => (!answered ? 'never' : credentials.gave() ? 'withCredential' : 'anybody'),
    close: () => socket.close(),
  };
}

/**
 * Where a server redirects to. Git tells the status alone, and following is off, since it would follow anywhere; so the question is
 * asked once more with curl's trace on.
 */
async function askLocation(
  once: (command: RemoteCommand, signal: AbortSignal) => Promise<Reached>,
  { watch }: RemoteCommand,
  signal: AbortSignal,
): Promise<string> {
  const env = { GIT_TRACE_CURL: '1', GIT_TRACE_CURL_NO_DATA: '1' };
  const asked = await once({ watch, env, args: ['ls-remote', '--end-of-options', 'origin', 'HEAD'] }, signal);
  return [...asked.stderr.matchAll(/<= Recv header: location: (\S+)/gi)].at(-1)?.[1] ?? '';
}

/** A redirect that may be followed: to a repository, not from https to http, not from outside into this network. */
async function redirected(
  from: Located,
  location: string,
  lookUp: LookUp,
  tokenPlace: string | undefined,
): Promise<Located | undefined> {
  const base = `${from.remote.url.replace(/\/$/, '')}/info/refs`;
  if (location === '' || !URL.canParse(location, base)) return undefined;
  const url = new URL(location, base);
  const ending = '/info/refs';
  if (!url.pathname.endsWith(ending) && /_signin|\/login|\/sign_in|oauth/i.test(url.pathname)) {
    const { host, url: remote } = from.remote;
    throw appFailure('source.unauthorized', { params: { host, remote }, fixes: tokenFixes(tokenPlace) });
  }
  if (!url.pathname.endsWith(ending) || (from.remote.scheme === 'https' && url.protocol !== 'https:')) return undefined;
  const remote = parseRemote(`${url.protocol}//${url.host}${url.pathname.slice(0, -ending.length)}`);
  const located = await locate(remote, lookUp);
  checkReach(located, from);
  return located;
}

/** Answers git's questions: for the remote's own host and scheme alone, whatever server they come from. */
function credentialsFor(remote: Remote, { credential, reach, from }: AccessOptions, signal: AbortSignal) {
  const secrets: string[] = [];
  let asking: ReturnType<CredentialOfRemote> | undefined;
  let given = false;
  let failed: { readonly error: unknown } | undefined;
  // What a repository names may be plain http, where anybody on the way reads along; a person's own choice may be as well.
  const named = from === undefined ? reach === 'local' : isSameServer(remote, from.remote);
  const trusted = remote.scheme === 'https' || named;
  return {
    secrets,
    gave: () => given,
    /** Where a token would have to be kept that this server is given. */
    placeAt: ({ host, scheme }: Remote): string | undefined =>
      trusted && host === remote.host && scheme === remote.scheme ? placeOfRemote(remote.url) : undefined,
    throwIfFailed() {
      if (failed !== undefined) throw failed.error;
    },
    answer: async ({ protocol, host }: CredentialRequest) => {
      if (!trusted || protocol !== remote.scheme || host.toLowerCase() !== remote.host) return undefined;
      try {
        const found = await (asking ??= credential(remote.url, signal));
        if (found === undefined) return undefined;
        if (/[\n\r\0]/.test(found.username + found.password)) throw notOneLine(remote);
        given = true;
        secrets.push(...secretForms(found.username, found.password));
        return found;
      } catch (error) {
        failed = { error };
        return undefined;
      }
    },
  };
}

function isSameServer(one: Remote, other: Remote): boolean {
  return one.scheme === other.scheme && one.host === other.host;
}

function notOneLine({ host, url }: Remote): AppFailure {
  return appFailure('source.tokenRefused', { params: { host, remote: url }, cause: 'it is not one line' });
}
