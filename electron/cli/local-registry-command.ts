import { appFailure } from '@shared/model/app-error.ts';
import type { LocalRegistryStatus } from '@shared/model/local-registry.ts';
import type { Runtime } from '../runtime.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import type { Messages } from './messages.ts';
import type { Output } from './output.ts';

/** How long a list waits for the engine, in ms. */
const patience = 10_000;

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

/** How the local registry stands, for a list of all: undefined where there is none, and where no engine answers soon. */
export async function localRegistryIn(
  runtime: Runtime,
  signal: AbortSignal,
): Promise<Extract<LocalRegistryStatus, { readonly host: string }> | undefined> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(patience)]);
  try {
    await runtime.handlers.engine.find(undefined, limit);
    const status = await runtime.handlers.registries.local(undefined, limit);
    return 'host' in status ? status : undefined;
  } catch {
    // The list is of credentials in the first place; `registry status` says what is wrong with the engine.
    signal.throwIfAborted();
    return undefined;
  }
}
