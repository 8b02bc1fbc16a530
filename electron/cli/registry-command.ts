import type { Runtime } from '../runtime.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import type { Messages } from './messages.ts';
import type { Output } from './output.ts';
import { ask, secretFromInput, unlockVault } from './prompt.ts';

/** Signs in to a registry and keeps the credential in the store that the window reads too. The password is never an argument. */
export async function loginCommand(
  runtime: Runtime,
  host: string,
  flags: { readonly username?: string; readonly passwordStdin: boolean },
  output: Output,
  messages: Messages,
  signal: AbortSignal,
): Promise<ExitCode> {
  const { t } = messages;
  const username = flags.username ?? (await ask(t('registry.username'), false, signal));
  const password = flags.passwordStdin ? await secretFromInput() : await ask(t('registry.password'), true, signal);
  await unlockVault(runtime, messages, signal);
  await runtime.handlers.registries.login({ host, username, password }, signal);
  output.result(t('registry.signedIn', { host, username }));
  return exitCodes.succeeded;
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

/** Lists hosts, user names and where each credential comes from. */
export async function listCredentials(
  runtime: Runtime,
  json: boolean,
  output: Output,
  { t }: Messages,
  signal: AbortSignal,
): Promise<ExitCode> {
  for (const credential of await runtime.handlers.registries.list(undefined, signal)) {
    if (json) output.event(credential);
    else output.result(`${credential.host}\t${credential.username}\t${t(`registry.source.${credential.source}`)}`);
  }
  return exitCodes.succeeded;
}

/** Asks a registry whether it is one, and whether it takes the credential. */
export async function testRegistry(
  runtime: Runtime,
  host: string,
  json: boolean,
  output: Output,
  { t }: Messages,
  signal: AbortSignal,
): Promise<ExitCode> {
  const check = await runtime.handlers.registries.test({ host }, signal);
  if (json) output.event(check);
  else
    output.result(
      t(check.signedIn ? 'registry.answersSignedIn' : 'registry.answers', {
        ...check,
        latency: Math.round(check.latency),
      }),
    );
  return exitCodes.succeeded;
}
