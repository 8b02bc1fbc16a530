import path from 'node:path';
import { access } from 'node:fs/promises';
import { appFailure, toAppError } from '@shared/model/app-error.ts';
import { parsePlatform } from '@shared/model/platform.ts';
import { QuickRunRequest, TaskPermission, type TaskSource } from '@shared/model/quick-run.ts';
import type { Run } from '@shared/model/run.ts';
import type { Runtime } from '../runtime.ts';
import { watchRun } from './build-command.ts';
import { type ContextArgument, readContextArgument } from './context-argument.ts';
import { type ExitCode, exitCodeOfError } from './exit-codes.ts';
import { refusedEvent } from './finished-event.ts';
import type { Messages } from './messages.ts';
import { nameAndValue } from './name-and-value.ts';
import type { Output } from './output.ts';
import { askAtPauses } from './pause-prompt.ts';
import { readStandardInput } from './prompt.ts';
import { tellFindings } from './validate-command.ts';

/** The flags of `slipway run` as they were typed. */
export interface RunFlags {
  readonly file?: string;
  readonly cmd?: string;
  readonly set: readonly string[];
  readonly setSecret: readonly string[];
  readonly values?: string;
  readonly platform?: string;
  readonly engine?: string;
  readonly registry?: string;
  readonly timeout?: string;
  readonly allow: readonly string[];
  readonly askAgain: boolean;
  readonly breakBefore: readonly string[];
  readonly breakAfter: readonly string[];
  readonly breakOnFailure: boolean;
  readonly json: boolean;
}

const noContext: ContextArgument = { kind: 'none', text: '' };
/** What is looked for where `-f` isn't given: ACR's default, then the name that its documents use. */
const usualNames = ['acb.yaml', 'acr-task.yaml'];

/**
 * Turns what was typed into a request. As on ACR, `-f` and `--values` are paths inside the context; without a context they are
 * relative to the current folder.
 * @throws AppFailure `request.invalid`, `platform.invalid`, `taskfile.notFound`
 */
export async function runRequest(
  context: string | undefined,
  flags: RunFlags,
  readInput: () => Promise<string>,
  env: NodeJS.ProcessEnv,
): Promise<QuickRunRequest> {
  const { kind, text } = context === undefined ? noContext : readContextArgument(context);
  const folder = kind === 'folder' ? text : undefined;
  const elsewhere = kind !== 'folder' && kind !== 'none';
  if (flags.file !== undefined && flags.cmd !== undefined)
    throw appFailure('request.invalid', { params: { reason: '-f and --cmd are given; a run is of one of them' } });
  const input = {
    ...(kind === 'none' ? {} : { context: text }),
    source: elsewhere && flags.file !== '-' ? fetchedSource(flags) : await sourceOf(folder, flags, readInput),
    ...(flags.values === undefined
      ? {}
      : { valuesFile: elsewhere ? flags.values : path.resolve(folder ?? '.', flags.values) }),
    values: [
      ...flags.set.map((text) => ({ ...nameAndValue(text, {}), secret: false })),
      ...flags.setSecret.map((text) => ({ ...nameAndValue(text, env), secret: true })),
    ],
    ...(flags.platform === undefined ? {} : { platform: parsePlatform(flags.platform) }),
    ...(flags.engine === undefined ? {} : { engine: flags.engine }),
    ...(flags.registry === undefined ? {} : { registry: flags.registry }),
    ...(flags.timeout === undefined ? {} : { timeoutSeconds: Number(flags.timeout) }),
    allow: flags.allow.flatMap((text) => text.split(',')).map(permissionOf),
    breakpoints: { before: [...flags.breakBefore], after: [...flags.breakAfter], onFailure: flags.breakOnFailure },
  };
  const parsed = QuickRunRequest.safeParse(input);
  if (parsed.success) return parsed.data;
  const reason = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ');
  throw appFailure('request.invalid', { params: { reason } });
}

/** Of files that are yet to be fetched: ACR's default name is all that can be meant. */
function fetchedSource({ file = 'acb.yaml', cmd }: RunFlags): TaskSource {
  return cmd === undefined ? { kind: 'file', path: file } : { kind: 'command', command: cmd };
}

async function sourceOf(
  folder: string | undefined,
  { file, cmd }: RunFlags,
  readInput: () => Promise<string>,
): Promise<TaskSource> {
  if (cmd !== undefined) return { kind: 'command', command: cmd };
  if (file === '-') return { kind: 'text', text: await readInput(), name: 'stdin' };
  const places = file === undefined ? usualNames : [file];
  for (const name of places) {
    const place = path.resolve(folder ?? '.', name);
    if (file !== undefined || (await isThere(place))) return { kind: 'file', path: place };
  }
  throw appFailure('taskfile.notFound', { params: { path: path.resolve(folder ?? '.', usualNames[0] ?? '') } });
}

async function isThere(place: string): Promise<boolean> {
  try {
    await access(place);
    return true;
  } catch {
    return false; // said with all the names that were tried
  }
}

function permissionOf(text: string): TaskPermission {
  const parsed = TaskPermission.safeParse(text.trim());
  if (parsed.success) return parsed.data;
  throw appFailure('request.invalid', {
    params: { reason: `--allow ${text}: one of ${TaskPermission.options.join(', ')}` },
  });
}

/** Runs a task, shows its log, and says what came of it. Ctrl-C cancels; what was started is cleared away before this resolves. */
export async function runCommand(
  runtime: Runtime,
  context: string | undefined,
  flags: RunFlags,
  output: Output,
  messages: Messages,
  canceled: AbortSignal,
): Promise<ExitCode> {
  let run: Run;
  let request: QuickRunRequest | undefined;
  try {
    request = await runRequest(context, flags, readStandardInput, process.env);
    if (flags.askAgain) await runtime.handlers.taskFiles.withdraw({ request }, canceled);
    run = await runtime.handlers.runs.quickRun(request, canceled);
  } catch (thrown) {
    const error = toAppError(thrown);
    if (flags.json) output.event(refusedEvent(error, messages));
    else {
      if (error.code === 'taskfile.invalid' && request !== undefined) {
        const { name, findings } = await runtime.handlers.taskFiles.preview(request, canceled);
        tellFindings(name, findings, output, messages);
      }
      output.error(error);
    }
    return exitCodeOfError(error.code);
  }
  const stopAsking = askAtPauses(runtime, run.runId, output, messages);
  try {
    return await watchRun(runtime, run, flags.json, output, messages, canceled);
  } finally {
    stopAsking();
  }
}
