import { formatBytes } from '@shared/format/bytes.ts';
import { safeBuildKit, trustsFrontends } from '@shared/model/buildkit-flaws.ts';
import { runnablePlatforms } from '@shared/model/emulation.ts';
import type { EngineAttempt, EngineInfo, EngineStatus } from '@shared/model/engine-status.ts';
import type { Runtime } from '../runtime.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import type { Messages } from './messages.ts';
import type { Output } from './output.ts';

/** Says what engine is used and what it can do; or every place that was tried, why not, and what helps. */
export async function engineCommand(
  runtime: Runtime,
  json: boolean,
  output: Output,
  messages: Messages,
  signal: AbortSignal,
): Promise<ExitCode> {
  const status = await runtime.handlers.engine.find(undefined, signal);
  if (json) output.event(status);
  else if (status.state === 'ready') for (const line of describe(status.info, messages)) output.result(line);
  else sayNoEngine(status, output, messages);
  return status.state === 'ready' ? exitCodes.succeeded : exitCodes.noEngine;
}

/** Why there is no engine, and every place that was tried. */
export function sayNoEngine(
  status: Exclude<EngineStatus, { readonly state: 'ready' }>,
  output: Output,
  messages: Messages,
): void {
  if (status.state === 'absent') output.error(status.error);
  for (const attempt of status.attempts) output.progress(`  ${attemptLine(attempt, messages)}`);
}

/** What there is to know of an engine, a line each. */
export function describe(info: EngineInfo, { t }: Messages): readonly string[] {
  const rows: readonly (readonly [string, string])[] = [
    [
      t('engine.product'),
      `${info.product} ${info.version}${info.apiVersion === '' ? '' : ` (API ${info.apiVersion})`}`,
    ],
    [t('engine.host'), info.host],
    [t('engine.foundBy'), t(`engine.source.${info.source}`)],
    [t('engine.builder'), t(`engine.builders.${info.builder}`)],
    ...(info.buildkitVersion === undefined ? [] : [[t('engine.buildkit'), buildKitOf(info, t)] as const]),
    [t('engine.platforms'), runnablePlatforms(info).join(', ')],
    ...(info.diskFree === undefined ? [] : [[t('engine.diskFree'), formatBytes(info.diskFree)] as const]),
    ...(info.embedded ? [[t('engine.embedded'), t('engine.embeddedExplained')] as const] : []),
  ];
  return rows.map(([name, value]) => `${name}: ${value}`);
}

function buildKitOf(info: EngineInfo, t: Messages['t']): string {
  const { buildkitVersion = '' } = info;
  if (trustsFrontends(info) !== 'yes') return buildkitVersion;
  return `${buildkitVersion}. ${t('engine.buildkitOld', { safe: safeBuildKit })}`;
}

/** One place that was tried, in a line. */
function attemptLine(attempt: EngineAttempt, { t }: Messages): string {
  const place = attempt.host === '' ? '' : ` ${attempt.host}`;
  const why = attempt.skipReason === undefined ? attempt.reason : t(`engine.skipReason.${attempt.skipReason}`);
  const reason = why === undefined ? '' : ` (${why})`;
  return `${t(`engine.source.${attempt.source}`)}${place}: ${t(`engine.outcome.${attempt.outcome}`)}${reason}`;
}
