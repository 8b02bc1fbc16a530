import { formatMoment } from '@shared/format/moment.ts';
import { appFailure } from '@shared/model/app-error.ts';
import { expiryState } from '@shared/model/credential-expiry.ts';
import { type RateLimit, rateLimitState } from '@shared/model/rate-limit.ts';
import { CredentialInput, type CredentialKind, type RegistryCredential } from '@shared/model/registry.ts';
import type { Runtime } from '../runtime.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import type { Messages } from './messages.ts';
import type { Output } from './output.ts';
import { ask, secretFromInput, unlockVault } from './prompt.ts';

/** The flags of `slipway registry login` as they were typed. */
export interface LoginFlags {
  readonly username?: string;
  readonly kind: CredentialKind;
  readonly expires?: string;
  readonly passwordStdin: boolean;
}

/** Signs in to a registry and keeps the credential in the store that the window reads too. The secret is never an argument. */
export async function loginCommand(
  runtime: Runtime,
  host: string,
  flags: LoginFlags,
  output: Output,
  messages: Messages,
  signal: AbortSignal,
): Promise<ExitCode> {
  const { t } = messages;
  const { kind } = flags;
  const named = kind === 'password' || kind === 'servicePrincipal';
  const expiresAt = flags.expires === undefined ? undefined : endOf(flags.expires);
  const username = named ? (flags.username ?? (await ask(t(`registry.asked.${kind}`), false, signal))) : '';
  const secret = flags.passwordStdin ? await secretFromInput() : await ask(t('registry.password'), true, signal);
  const credential = CredentialInput.safeParse({ kind, secret, ...(named ? { username } : {}) });
  if (!credential.success) {
    const reason = credential.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ');
    throw appFailure('request.invalid', { params: { reason } });
  }
  await unlockVault(runtime, messages, signal);
  await runtime.handlers.registries.login({ host, credential: credential.data, expiresAt }, signal);
  output.result(
    username === '' ? t('registry.signedInWithToken', { host }) : t('registry.signedIn', { host, username }),
  );
  return exitCodes.succeeded;
}

/** A day, to its end, or a moment. @throws `request.invalid` */
function endOf(text: string): string {
  const time = Date.parse(/^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T23:59:59Z` : text);
  if (Number.isNaN(time)) throw appFailure('request.invalid', { params: { reason: `--expires ${text}: 2027-01-31` } });
  return formatMoment(time);
}

/** Forgets a credential of Slipway's own store. */
export async function logoutCommand(
  runtime: Runtime,
  host: string,
  output: Output,
  { t }: Messages,
  signal: AbortSignal,
): Promise<ExitCode> {
  await runtime.handlers.registries.logout({ host }, signal);
  output.result(t('registry.signedOut', { host }));
  return exitCodes.succeeded;
}

/**
 * Lists hosts, user names, where each credential comes from, and what is to be known of it; the local registry and those that told a
 * limit also where nobody is signed in. No engine is looked for: of the local registry it tells what was last seen. A broken helper is an error of its own.
 */
export async function listCredentials(
  runtime: Runtime,
  json: boolean,
  output: Output,
  messages: Messages,
  signal: AbortSignal,
): Promise<ExitCode> {
  const { t } = messages;
  const { registries } = runtime.handlers;
  const [{ credentials, unreadable }, limits, seen] = await Promise.all([
    registries.list(undefined, signal),
    registries.rateLimits(undefined, signal),
    registries.localSeen(undefined, signal),
  ]);
  const local = seen !== null && 'host' in seen ? seen : undefined;
  const hosts = [...(local === undefined ? [] : [local.host]), ...limits.map(({ registry }) => registry)];
  const others = [...new Set(hosts)].filter((host) => !credentials.some((credential) => credential.host === host));
  const rows = [
    ...credentials.map((each) => ({ host: each.host, credential: each })),
    ...others.map((host) => ({ host, credential: undefined })),
  ];
  for (const { host, credential } of rows) {
    const rateLimit = limits.find(({ registry }) => registry === host);
    const state = local?.host === host ? local.state : undefined;
    if (json) {
      output.event({ ...(credential ?? { host }), ...(rateLimit && { rateLimit }), ...(state && { local: state }) });
      continue;
    }
    const notes = [
      state && t(`registry.local.state.${state}`),
      credential && expiryNote(credential, messages),
      rateLimit && limitNote(rateLimit, messages),
    ];
    output.result(
      [host, ...whoIsThere(credential, messages), ...notes.filter((note) => note !== undefined)].join('\t'),
    );
  }
  for (const error of unreadable) output.error(error);
  return unreadable.length === 0 ? exitCodes.succeeded : exitCodes.failed;
}

function whoIsThere(
  credential: RegistryCredential | undefined,
  { t }: Messages,
): readonly [user: string, source: string] {
  if (credential === undefined) return ['', t('registry.nobody')];
  const { username, kind, source } = credential;
  return [username === '' ? t(`registry.kind.${kind}`) : username, t(`registry.source.${source}`)];
}

function expiryNote({ expiresAt }: RegistryCredential, { t }: Messages): string | undefined {
  if (expiresAt === undefined) return undefined;
  return t(`registry.expiry.${expiryState(expiresAt, Date.now())}`, { date: expiresAt.slice(0, 10) });
}

function limitNote(rateLimit: RateLimit, { t }: Messages): string {
  const { remaining, limit, retryAt, seenAt } = rateLimit;
  const state = rateLimitState(rateLimit, Date.now());
  if (state === 'out' && retryAt !== undefined) return t('registry.limit.waits', { time: retryAt });
  if (remaining === undefined || limit === undefined) return t('registry.limit.none');
  return t(`registry.limit.${state}`, { remaining, limit, time: seenAt });
}

/** Asks a registry whether it is one, whether it takes the credential, and what that is good for. */
export async function testRegistry(
  runtime: Runtime,
  host: string,
  { json, repository }: { readonly json: boolean; readonly repository?: string },
  output: Output,
  { t }: Messages,
  signal: AbortSignal,
): Promise<ExitCode> {
  const check = await runtime.handlers.registries.test({ host, repository }, signal);
  if (json) {
    output.event(check);
    return exitCodes.succeeded;
  }
  const { access, signedIn, latency } = check;
  output.result(
    t(signedIn ? 'registry.answersSignedIn' : 'registry.answers', { ...check, latency: Math.round(latency) }),
  );
  if (access === undefined) return exitCodes.succeeded;
  output.result(t(`registry.access.catalog.${access.catalog}`));
  const { repository: seen, pull, push } = access;
  if (pull !== undefined) output.result(t(`registry.access.pull.${pull}`, { repository: seen }));
  if (push !== undefined) output.result(t(`registry.access.push.${push}`, { repository: seen }));
  return exitCodes.succeeded;
}
