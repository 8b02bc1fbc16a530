import path from 'node:path';
import { appFailure, toAppError } from '@shared/model/app-error.ts';
import { parsePlatform } from '@shared/model/platform.ts';
import {
  type BuildSecret,
  longestInlineDockerfile,
  QuickBuildRequest,
  type SshForward,
} from '@shared/model/quick-build.ts';
import type { OutputImage, Run } from '@shared/model/run.ts';
import { formatBytes } from '@shared/format/bytes.ts';
import { attestationOf } from '../engine/command-line/build-options.ts';
import type { Runtime } from '../runtime.ts';
import { readContextArgument } from './context-argument.ts';
import { type ExitCode, exitCodeOf, exitCodeOfError, exitCodes } from './exit-codes.ts';
import { finishedEvent, refusedEvent } from './finished-event.ts';
import { followRun, jsonListener, plainListener } from './follow-run.ts';
import type { Messages } from './messages.ts';
import type { Output } from './output.ts';
import { readInputUpTo } from './prompt.ts';

/** The flags of `slipway build` as they were typed. */
export interface BuildFlags {
  readonly image: readonly string[];
  /** docker's name of the same. */
  readonly tag: readonly string[];
  readonly file?: string;
  readonly target?: string;
  readonly platform?: string;
  readonly engine?: string;
  readonly buildArg: readonly string[];
  readonly secretBuildArg: readonly string[];
  readonly secret: readonly string[];
  readonly ssh: readonly string[];
  readonly label: readonly string[];
  readonly cache: boolean;
  readonly cacheFrom: readonly string[];
  readonly cacheTo: readonly string[];
  readonly attest: readonly string[];
  /** `true` where nothing was typed behind it. */
  readonly sbom?: string;
  readonly provenance?: string;
  readonly pull: boolean;
  readonly push: boolean;
  readonly registry?: string;
  readonly timeout?: string;
  readonly json: boolean;
}

/**
 * Turns what was typed into a request. Paths are relative to the current folder, as for `az acr build` with a local context; the
 * Dockerfile of any other context is one of its own files.
 * @param input the Dockerfile, where it was read from standard input
 * @throws AppFailure `request.invalid`, `platform.invalid`, `context.*`
 */
export function buildRequest(
  context: string,
  flags: BuildFlags,
  env: NodeJS.ProcessEnv,
  input: string | undefined,
): QuickBuildRequest {
  const { kind, text } = readContextArgument(context);
  const timeout = flags.timeout === undefined ? {} : { timeoutSeconds: Number(flags.timeout) };
  const asked = {
    context: text,
    ...(input === undefined ? {} : { inlineDockerfile: { text: input, from: 'standardInput' as const } }),
    ...(flags.file === undefined || input !== undefined
      ? {}
      : { dockerfile: kind === 'folder' ? path.resolve(flags.file) : flags.file }),
    tags: [...flags.image, ...flags.tag],
    buildArgs: [
      ...flags.buildArg.map((text) => ({ ...nameAndValue(text, env), secret: false })),
      ...flags.secretBuildArg.map((text) => ({ ...nameAndValue(text, env), secret: true })),
    ],
    secrets: flags.secret.map(parseSecret),
    ssh: flags.ssh.map(parseSsh),
    labels: Object.fromEntries(
      flags.label.map((text) => [text.split('=', 1)[0] ?? '', text.slice(text.indexOf('=') + 1 || text.length)]),
    ),
    ...(flags.target === undefined ? {} : { target: flags.target }),
    platforms: (flags.platform ?? '')
      .split(',')
      .filter((part) => part.trim() !== '')
      .map(parsePlatform),
    noCache: !flags.cache,
    cacheFrom: flags.cacheFrom,
    cacheTo: flags.cacheTo,
    attestations: [
      ...flags.attest,
      ...(flags.sbom === undefined ? [] : [attestationOf('sbom', flags.sbom)]),
      ...(flags.provenance === undefined ? [] : [attestationOf('provenance', flags.provenance)]),
    ],
    pull: flags.pull,
    push: flags.push,
    ...timeout,
    ...(flags.engine === undefined ? {} : { engine: flags.engine }),
    ...(flags.registry === undefined ? {} : { registry: flags.registry }),
  };
  const parsed = QuickBuildRequest.safeParse(asked);
  if (parsed.success) return parsed.data;
  const reason = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ');
  throw appFailure('request.invalid', { params: { reason } });
}

/** `name=value` split at the first `=`; a name alone takes the caller's environment (spec: cli-surface 1.2). */
function nameAndValue(text: string, env: NodeJS.ProcessEnv): { name: string; value?: string } {
  const at = text.indexOf('=');
  if (at > 0) return { name: text.slice(0, at), value: text.slice(at + 1) };
  const value = env[text];
  return value === undefined ? { name: text } : { name: text, value };
}

/** docker's `--secret id=…,src=…|env=…`. */
function parseSecret(text: string): BuildSecret {
  const fields = new Map(
    text.split(',').map((part) => [part.split('=', 1)[0]?.trim() ?? '', part.slice(part.indexOf('=') + 1)]),
  );
  const id = fields.get('id');
  const file = fields.get('src') ?? fields.get('source');
  const name = fields.get('env');
  if (id === undefined || id === '')
    throw appFailure('request.invalid', { params: { reason: `--secret ${text.split('=', 1)[0]}: id=… is missing` } });
  if (file !== undefined) return { id, source: { kind: 'file', path: path.resolve(file) } };
  return { id, source: { kind: 'env', name: name ?? id } };
}

/** docker's `--ssh default|id[=path,…]`. */
function parseSsh(text: string): SshForward {
  const at = text.indexOf('=');
  return at === -1
    ? { id: text, paths: [] }
    : {
        id: text.slice(0, at),
        paths: text
          .slice(at + 1)
          .split(',')
          .map((each) => path.resolve(each)),
      };
}

/** @throws AppFailure `request.invalid` for one that is longer than may be kept */
async function readDockerfileFromInput(): Promise<string> {
  const text = await readInputUpTo(longestInlineDockerfile);
  if (text !== undefined && text.trim() !== '') return text;
  const reason =
    text === undefined
      ? `the Dockerfile on standard input is longer than ${longestInlineDockerfile} characters`
      : 'there is no Dockerfile on standard input';
  throw appFailure('request.invalid', { params: { reason } });
}

/** Builds, shows the log, and says what was made. Ctrl-C cancels; what was started is cleaned up before this resolves. */
export async function buildCommand(
  runtime: Runtime,
  context: string,
  flags: BuildFlags,
  output: Output,
  messages: Messages,
  canceled: AbortSignal,
): Promise<ExitCode> {
  let run: Run;
  try {
    const input = flags.file === '-' ? await readDockerfileFromInput() : undefined;
    run = await runtime.handlers.runs.quickBuild(buildRequest(context, flags, process.env, input), canceled);
  } catch (thrown) {
    const error = toAppError(thrown);
    if (flags.json) output.event(refusedEvent(error, messages));
    else output.error(error);
    return exitCodeOfError(error.code);
  }
  return watchRun(runtime, run, flags.json, output, messages, canceled);
}

/** Follows a run that this process carries out, until its end; the signal cancels it. */
export async function watchRun(
  runtime: Runtime,
  run: Run,
  json: boolean,
  output: Output,
  messages: Messages,
  canceled: AbortSignal,
): Promise<ExitCode> {
  if (json) output.event({ event: 'run.created', runId: run.runId, time: run.createTime });
  else output.progress(messages.t('build.queued', { runId: run.runId }));
  const cancel = () =>
    void runtime.handlers.runs.cancel({ runId: run.runId }, new AbortController().signal).catch(() => undefined);
  if (canceled.aborted) cancel();
  canceled.addEventListener('abort', cancel, { once: true });
  const lost = new AbortController();
  const stopListening = runtime.onFault((runId, error) => {
    if (runId === run.runId) lost.abort(appFailure(error.code, error));
  });
  try {
    const listener = json ? jsonListener(output) : plainListener(output, messages);
    const ended = await followRun(runtime, run.runId, 'end', listener, lost.signal);
    if (json) output.event(finishedEvent(ended, messages));
    else sayEnd(ended, output, messages);
    return exitCodeOf(ended.status);
  } catch (thrown) {
    // What happened can't be read from the record: this is the only word of it.
    const error = toAppError(lost.signal.aborted ? lost.signal.reason : thrown);
    if (!json) output.error(error);
    else output.event(finishedEvent({ ...run, status: 'Error', error }, messages));
    return exitCodes.failed;
  } finally {
    stopListening();
    canceled.removeEventListener('abort', cancel);
  }
}

function sayEnd(run: Run, output: Output, messages: Messages): void {
  for (const finding of run.findings) output.finding(finding);
  if (run.error !== undefined) output.error(run.error);
  for (const image of run.outputImages) output.result(imageLine(image));
  output.progress(messages.t(`build.ended.${run.status}`, { runId: run.runId }));
}

function imageLine(image: OutputImage): string {
  const name = [image.registry, image.repository].filter((part) => part !== '').join('/');
  const tagged = image.tag === undefined ? name : `${name}:${image.tag}`;
  const size = image.size === undefined ? '' : ` ${formatBytes(image.size)}`;
  const named =
    image.digest === undefined
      ? [tagged, image.imageId ?? ''].filter((part) => part !== '').join(' ')
      : `${tagged}@${image.digest}`;
  return `${named}${size}`;
}
