import { formatGitPlace, parseGitPlace, tokenUserOf } from '@shared/model/git-host.ts';
import type { Runtime } from '../runtime.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import type { Messages } from './messages.ts';
import type { Output } from './output.ts';
import { ask, secretFromInput, unlockVault } from './prompt.ts';

/** The flags of `slipway git login` as they were typed. */
export interface GitLoginFlags {
  readonly username?: string;
  readonly tokenStdin: boolean;
}

/** Keeps a token for a git host in the store that the window reads too. The token is never an argument. */
export async function gitLogin(
  runtime: Runtime,
  host: string,
  flags: GitLoginFlags,
  output: Output,
  messages: Messages,
  signal: AbortSignal,
): Promise<ExitCode> {
  const { t } = messages;
  // What is wrong with the host is said before anything is typed.
  const at = parseGitPlace(host);
  const username = flags.username ?? tokenUserOf(at);
  const token = flags.tokenStdin ? await secretFromInput() : await ask(t('git.token'), true, signal);
  await unlockVault(runtime, messages, signal);
  const { place } = await runtime.handlers.gitHosts.login({ place: formatGitPlace(at), username, token }, signal);
  output.result(t('git.kept', { place, username }));
  return exitCodes.succeeded;
}

/** Forgets the token of a git host. */
export async function gitLogout(
  runtime: Runtime,
  place: string,
  output: Output,
  { t }: Messages,
  signal: AbortSignal,
): Promise<ExitCode> {
  await runtime.handlers.gitHosts.logout({ place }, signal);
  output.result(t('git.removed', { place }));
  return exitCodes.succeeded;
}

/** A line a host: where its token is for, and the user name that goes with it. */
export async function listGitHosts(
  runtime: Runtime,
  json: boolean,
  output: Output,
  signal: AbortSignal,
): Promise<ExitCode> {
  for (const host of await runtime.handlers.gitHosts.list(undefined, signal)) {
    if (json) output.event(host);
    else output.result(`${host.place}\t${host.username}`);
  }
  return exitCodes.succeeded;
}

/** Asks a repository for its branches and tags, with the token that is kept for it. */
export async function testGitHost(
  runtime: Runtime,
  remote: string,
  json: boolean,
  output: Output,
  { t }: Messages,
  signal: AbortSignal,
): Promise<ExitCode> {
  const check = await runtime.handlers.gitHosts.test({ remote }, signal);
  if (json) output.event(check);
  else output.result(t(check.place === undefined ? 'git.answers' : 'git.answersWithToken', { ...check }));
  return exitCodes.succeeded;
}
