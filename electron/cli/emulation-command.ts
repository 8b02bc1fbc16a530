import { acrPlatforms, canSetUpEmulation, missingPlatforms, platformSupport } from '@shared/model/emulation.ts';
import type { EngineInfo } from '@shared/model/engine-status.ts';
import { formatPlatform } from '@shared/model/platform.ts';
import type { Runtime } from '../runtime.ts';
import { sayNoEngine } from './engine-command.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import type { Messages } from './messages.ts';
import type { Output } from './output.ts';
import { ask } from './prompt.ts';

/** What `slipway engine emulation` was given. */
export interface EmulationFlags {
  readonly install: boolean;
  readonly yes: boolean;
}

/**
 * Says how an engine (`name`, else the default one) runs programs of each platform; with `--install`, sets up QEMU where one is missing, after somebody has said so.
 * @throws AppFailure `engine.unknown`; `request.invalid` where nobody can be asked; as `engine.setUpEmulation`
 */
export async function emulationCommand(
  runtime: Runtime,
  name: string | undefined,
  { install, yes }: EmulationFlags,
  json: boolean,
  output: Output,
  messages: Messages,
  signal: AbortSignal,
): Promise<ExitCode> {
  const { t } = messages;
  const { engine } = runtime.handlers;
  const status =
    name === undefined ? await engine.find(undefined, signal) : (await engine.test({ name }, signal)).status;
  if (status.state !== 'ready') {
    sayNoEngine(status, output, messages);
    return exitCodes.noEngine;
  }
  let { info } = status;
  if (install && canSetUpEmulation(info)) {
    const { emulationImage: image } = await runtime.handlers.settings.get(undefined, signal);
    output.progress(t('emulation.consent', { image, host: info.host }));
    if (!yes && !isYes(await ask(t('emulation.goOn'), false, signal))) return exitCodes.canceled;
    const after = await engine.setUpEmulation({ consent: true, ...(name === undefined ? {} : { name }) }, signal);
    if (after.state === 'ready') ({ info } = after);
  }
  tell(info, json, output, messages);
  const missing = missingPlatforms(info);
  if (install && missing.length > 0) output.progress(t('emulation.stillMissing', { platforms: missing.join(', ') }));
  return install && missing.length > 0 ? exitCodes.failed : exitCodes.succeeded;
}

function tell(info: EngineInfo, json: boolean, output: Output, { t }: Messages): void {
  const rows = acrPlatforms.map((each) => ({ platform: formatPlatform(each), support: platformSupport(info, each) }));
  if (json) output.event({ platforms: rows });
  else for (const { platform, support } of rows) output.result(`${platform}: ${t(`emulation.support.${support}`)}`);
}

/** In the language of the question, or in English. */
function isYes(answer: string): boolean {
  return ['y', 'yes', '예', '네'].includes(answer.trim().toLowerCase());
}
