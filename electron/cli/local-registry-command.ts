import { appFailure } from '@shared/model/app-error.ts';
import type { LocalRegistryStatus } from '@shared/model/local-registry.ts';
import type { Runtime } from '../runtime.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import type { Messages } from './messages.ts';
import type { Output } from './output.ts';

/** Starts the registry that Slipway keeps in the engine, and prints its address. */
export async function startLocalRegistry(
  runtime: Runtime,
  flags: { readonly json: boolean; readonly port?: string; readonly image?: string },
  output: Output,
  messages: Messages,
  signal: AbortSignal,
): Promise<ExitCode> {
  const port = flags.port === undefined ? undefined : Number(flags.port);
  if (port !== undefined && !(Number.isInteger(port) && port >= 1 && port <= 65_535))
    throw appFailure('request.invalid', { params: { reason: `--port ${flags.port}: a number from 1 to 65535` } });
  output.progress(messages.t('registry.local.starting'));
  const status = await runtime.handlers.registries.startLocal({ port, image: flags.image }, signal);
  return show(status, flags.json, output, messages);
}

/** Prints how it stands: as it is, or after it was stopped, which keeps what was pushed to it. */
export async function showLocalRegistry(
  runtime: Runtime,
  { stop, json }: { readonly stop: boolean; readonly json: boolean },
  output: Output,
  messages: Messages,
  signal: AbortSignal,
): Promise<ExitCode> {
  const { local, stopLocal } = runtime.handlers.registries;
  return show(await (stop ? stopLocal : local)(undefined, signal), json, output, messages);
}

/** Removes it; what was pushed to it only with `data`. */
export async function removeLocalRegistry(
  runtime: Runtime,
  data: boolean,
  output: Output,
  { t }: Messages,
  signal: AbortSignal,
): Promise<ExitCode> {
  await runtime.handlers.registries.removeLocal({ data }, signal);
  output.result(t(data ? 'registry.local.removedData' : 'registry.local.removed'));
  return exitCodes.succeeded;
}

function show(status: LocalRegistryStatus, json: boolean, output: Output, { t }: Messages): ExitCode {
  if (json) output.event(status);
  else output.result(t(`registry.local.${status.state}`, 'host' in status ? { ...status } : {}));
  return exitCodes.succeeded;
}
