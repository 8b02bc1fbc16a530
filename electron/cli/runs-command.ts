import type { Writable } from 'node:stream';
import { formatDuration } from '@shared/format/duration.ts';
import { parseVertexName } from '@shared/format/vertex-name.ts';
import { formatPlatform, knownPlatform, parsePlatform, samePlatform } from '@shared/model/platform.ts';
import { type Run, RunFilter, RunStatus } from '@shared/model/run.ts';
import { appFailure } from '@shared/model/app-error.ts';
import type { Runtime } from '../runtime.ts';
import { watchRun } from './build-command.ts';
import { type ExitCode, exitCodeOf, exitCodes } from './exit-codes.ts';
import { followRun, jsonListener, plainListener, plainText, type RunListener } from './follow-run.ts';
import type { Messages } from './messages.ts';
import type { Output } from './output.ts';

export interface ListFlags {
  readonly task?: string;
  readonly status?: string;
  readonly image?: string;
  readonly since?: string;
  readonly top: string;
  readonly json: boolean;
}

/** Prints records, newest first, in ACR's columns; with `--json` one whole record a line. */
export async function listRuns(
  runtime: Runtime,
  flags: ListFlags,
  output: Output,
  signal: AbortSignal,
): Promise<ExitCode> {
  const filter = RunFilter.safeParse({
    limit: Number(flags.top),
    ...(flags.task === undefined ? {} : { task: flags.task }),
    ...(flags.status === undefined ? {} : { statuses: flags.status.split(',').map(statusNamed) }),
    ...(flags.image === undefined ? {} : { image: flags.image }),
    ...(flags.since === undefined ? {} : { since: sinceMoment(flags.since) }),
  });
  if (!filter.success)
    throw appFailure('request.invalid', {
      params: { reason: filter.error.issues.map((issue) => issue.message).join('; ') },
    });
  const runs = await runtime.handlers.runs.list(filter.data, signal);
  if (flags.json) for (const run of runs) output.event(run);
  else for (const line of table(runs)) output.result(line);
  return exitCodes.succeeded;
}

function statusNamed(text: string): RunStatus {
  const status = RunStatus.options.find((each) => each.toLowerCase() === text.trim().toLowerCase());
  if (status === undefined)
    throw appFailure('request.invalid', { params: { reason: `${text}: ${RunStatus.options.join(', ')}` } });
  return status;
}

/** `7d`, `12h`, `30m`, or a moment in ISO 8601. */
function sinceMoment(text: string): string {
  const span = /^(\d+)([dhm])$/.exec(text);
  const unit = { d: 86_400_000, h: 3_600_000, m: 60_000 };
  const time = span === null ? Date.parse(text) : Date.now() - Number(span[1]) * unit[span[2] as 'd' | 'h' | 'm'];
  if (Number.isNaN(time)) throw appFailure('request.invalid', { params: { reason: `--since ${text}` } });
  return new Date(time).toISOString();
}

/** ACR's table (spec: runs-and-logs 3): an empty value is one blank, the duration is blank while a run goes on. */
function table(runs: readonly Run[]): readonly string[] {
  const rows = runs.map((run) => [
    run.runId,
    run.task ?? ' ',
    run.platforms[0]?.os ?? ' ',
    run.status,
    run.cause.kind === 'rerun' ? `Rerun of ${run.cause.of}` : 'Manual',
    run.startTime === undefined ? ' ' : `${run.startTime.slice(0, 19)}Z`,
    run.startTime === undefined || run.finishTime === undefined
      ? ' '
      : clockDuration(Date.parse(run.finishTime) - Date.parse(run.startTime)),
  ]);
  const all = [['RUN ID', 'TASK', 'PLATFORM', 'STATUS', 'TRIGGER', 'STARTED', 'DURATION'], ...rows];
  const widths = all[0]?.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0))) ?? [];
  return all.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

function clockDuration(ms: number): string {
  const seconds = Math.round(ms / 1000);
  return [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60]
    .map((part) => String(part).padStart(2, '0'))
    .join(':');
}

/** Prints a whole record, with what its images are made of; as indented JSON for people, as one line with `--json`. */
export async function showRun(
  runtime: Runtime,
  runId: string,
  json: boolean,
  output: Output,
  signal: AbortSignal,
): Promise<ExitCode> {
  const [run, imageContents] = await Promise.all([
    runtime.handlers.runs.show({ runId }, signal),
    runtime.handlers.runs.contents({ runId }, signal),
  ]);
  const shown = { ...run, imageContents };
  if (json) output.event(shown);
  else output.result(JSON.stringify(shown, undefined, 2));
  return exitCodes.succeeded;
}

/** Tells the lines of one platform of a build. @throws AppFailure `platform.invalid`, `run.noPlatform` */
async function linesOfPlatform(runtime: Runtime, runId: string, text: string, signal: AbortSignal) {
  const platform = parsePlatform(text);
  const platforms = new Map<string, Set<string>>();
  for (const { stepId, number, name } of await runtime.handlers.runs.vertices({ runId }, signal)) {
    const own = parseVertexName(name).platform;
    if (own !== undefined) platforms.set(own, (platforms.get(own) ?? new Set()).add(`${stepId} ${number}`));
  }
  const isWanted = (name: string) => {
    const known = knownPlatform(name);
    return known !== undefined && samePlatform(known, platform);
  };
  const lines = [...platforms].find(([name]) => isWanted(name))?.[1];
  if (lines === undefined)
    throw appFailure('run.noPlatform', {
      params: { runId, platform: formatPlatform(platform), platforms: [...platforms.keys()].toSorted().join(', ') },
    });
  return (stepId: string, vertex: number) => lines.has(`${stepId} ${vertex}`);
}

/**
 * Prints a log as stored, or the lines of one platform of a build. With `follow`, goes on until the run ends and exits as it did; Ctrl-C stops following and leaves the
 * run going.
 */
export async function printLog(
  runtime: Runtime,
  runId: string,
  { follow, json, platform }: { readonly follow: boolean; readonly json: boolean; readonly platform?: string },
  output: Output,
  messages: Messages,
  signal: AbortSignal,
): Promise<ExitCode> {
  if (platform !== undefined && (follow || json))
    throw appFailure('request.invalid', { params: { reason: messages.t('run.platformAlone') } });
  if (!follow && !json) {
    await runtime.handlers.runs.show({ runId }, signal);
    const only = platform === undefined ? undefined : await linesOfPlatform(runtime, runId, platform, signal);
    for await (const text of runtime.logs.text(runId, output.color, only)) {
      if (!process.stdout.writable) break;
      if (!process.stdout.write(text)) await drained(process.stdout);
    }
    return exitCodes.succeeded;
  }
  const plain: RunListener = {
    ...plainListener(output, messages),
    onLine: ({ text }) => output.result(plainText(text, output)),
  };
  try {
    const run = await followRun(runtime, runId, follow ? 'end' : 'now', json ? jsonListener(output) : plain, signal);
    return follow ? exitCodeOf(run.status) : exitCodes.succeeded;
  } catch (error) {
    if (signal.aborted) return exitCodes.succeeded;
    throw error;
  }
}

/** Resolves when the stream takes more, or takes nothing any more. */
function drained(stream: Writable): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      stream.off('drain', done).off('close', done).off('error', done);
      resolve();
    };
    stream.on('drain', done).on('close', done).on('error', done);
  });
}

/** Cancels a run of any process and waits until it has ended. */
export async function cancelRun(
  runtime: Runtime,
  runId: string,
  output: Output,
  messages: Messages,
  signal: AbortSignal,
): Promise<ExitCode> {
  await runtime.handlers.runs.cancel({ runId }, signal);
  const silent = {
    onRun: () => undefined,
    onStepStarted: () => undefined,
    onLine: () => undefined,
    onStepFinished: () => undefined,
  };
  const ended = await followRun(runtime, runId, 'end', silent, signal);
  const took =
    ended.startTime === undefined || ended.finishTime === undefined
      ? 0
      : Date.parse(ended.finishTime) - Date.parse(ended.startTime);
  output.progress(messages.t(`build.ended.${ended.status}`, { runId, duration: formatDuration(took) }));
  return ended.status === 'Canceled' ? exitCodes.succeeded : exitCodes.failed;
}

/** Runs the same inputs again, here and now. */
export async function rerun(
  runtime: Runtime,
  runId: string,
  json: boolean,
  output: Output,
  messages: Messages,
  canceled: AbortSignal,
): Promise<ExitCode> {
  const run = await runtime.handlers.runs.rerun({ runId }, canceled);
  return watchRun(runtime, run, json, output, messages, canceled);
}
