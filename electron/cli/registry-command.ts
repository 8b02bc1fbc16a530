import { text } from 'node:stream/consumers';
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { appFailure } from '@shared/model/app-error.ts';
import type { Runtime } from '../runtime.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import type { Messages } from './messages.ts';
import type { Output } from './output.ts';

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
  const password = flags.passwordStdin
    ? (await text(process.stdin)).replace(/\r?\n$/, '')
    : await ask(t('registry.password'), true, signal);
  await unlockVault(runtime, messages, signal);
  await runtime.handlers.registries.login({ host, username, password }, signal);
  output.result(t('registry.signedIn', { host, username }));
  return exitCodes.succeeded;
}

/** Opens the store when it is under a passphrase, asking for it on a terminal. */
async function unlockVault(runtime: Runtime, { t }: Messages, signal: AbortSignal): Promise<void> {
  const vault = await runtime.handlers.registries.vault(undefined, signal);
  switch (vault.state) {
    case 'keyring':
    case 'unlocked':
      return;
    case 'locked':
    case 'needsPassphrase': {
      const passphrase = await ask(t(`registry.passphrase.${vault.state}`), true, signal);
      await runtime.handlers.registries.unlock({ passphrase }, signal);
    }
  }
}

/** Asks on the terminal; what is typed to a `hidden` question isn't echoed. */
async function ask(question: string, hidden: boolean, signal: AbortSignal): Promise<string> {
  if (!process.stdin.isTTY)
    throw appFailure('request.invalid', { params: { reason: `${question}: no terminal to ask on` } });
  process.stderr.write(`${question}: `);
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const terminal = createInterface({ input: process.stdin, output: hidden ? silent : process.stderr, terminal: true });
  try {
    return await terminal.question('', { signal });
  } finally {
    terminal.close();
    if (hidden) process.stderr.write('\n');
  }
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
