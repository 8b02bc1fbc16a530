import type { Runtime } from '../runtime.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import type { Messages } from './messages.ts';
import type { Output } from './output.ts';
import { ask, secretFromInput, unlockVault } from './prompt.ts';

/** `slipway secret set ADDRESS`: ties a value, asked for or from standard input, to what a task's `keyvault:` (or a secret's id) names. */
export async function setSecret(
  runtime: Runtime,
  address: string,
  output: Output,
  messages: Messages,
  signal: AbortSignal,
): Promise<ExitCode> {
  const value = process.stdin.isTTY ? await ask(messages.t('secret.value'), true, signal) : await secretFromInput();
  await unlockVault(runtime, messages, signal);
  await runtime.handlers.taskFiles.setSecret({ address, value }, signal);
  output.progress(messages.t('secret.set', { address }));
  return exitCodes.succeeded;
}

/** `slipway secret list`: addresses, never values. */
export async function listSecrets(runtime: Runtime, output: Output, signal: AbortSignal): Promise<ExitCode> {
  for (const address of await runtime.handlers.taskFiles.secretAddresses(undefined, signal)) output.result(address);
  return exitCodes.succeeded;
}

export async function removeSecret(
  runtime: Runtime,
  address: string,
  output: Output,
  messages: Messages,
  signal: AbortSignal,
): Promise<ExitCode> {
  await runtime.handlers.taskFiles.removeSecret({ address }, signal);
  output.progress(messages.t('secret.removed', { address }));
  return exitCodes.succeeded;
}
