import { readFile } from 'node:fs/promises';
import { appFailure } from '@shared/model/app-error.ts';
import { platformTag } from '@shared/model/platform-tag.ts';
import type { BuildSecret } from '@shared/model/quick-build.ts';
import type { Finding } from '@shared/model/run.ts';
import type { RunLogWriter } from '../journal.ts';
import type { BuildEvent, BuiltImage, CredentialSource, ImageBuild } from '../ports.ts';
import { checkPlatforms } from '../run/check-platforms.ts';
import type { RunParts } from '../run/run-parts.ts';
import { createVertexRecorder } from '../run/vertex-recorder.ts';
import { withPlatformsThere } from './missing-platform.ts';

/** The build of a step, about to begin. */
export interface StepBuild extends Omit<ImageBuild, 'secrets'> {
  readonly stepId: string;
  readonly secrets: readonly BuildSecret[];
  readonly credentials: CredentialSource;
}

/** The build as an engine takes it: secrets are read, and masked, when it asks for them. */
export function imageBuildOf(
  { stepId: _step, credentials: _credentials, secrets, ...given }: StepBuild,
  parts: RunParts,
  log: Pick<RunLogWriter, 'mask'>,
): ImageBuild {
  return { ...given, secrets: new Map(secrets.map((secret) => [secret.id, () => readSecret(secret, parts, log)])) };
}

/** What the build made, and what was sent for it. */
export interface BuildStepResult {
  readonly image: BuiltImage;
  readonly sentBytes: number;
  readonly sentFiles: number;
}

/**
 * Builds the image of a step, its output going to the log and its vertices to the record while it runs.
 * @throws AppFailure what {@link import('../ports.ts').ContainerEngine.build} throws; why log or record could not be written,
 * which stops the build
 * @param see looks at what is printed
 */
export async function runBuildStep(
  step: StepBuild,
  parts: RunParts,
  log: RunLogWriter,
  signal: AbortSignal,
  see: (stream: 'stdout' | 'stderr', data: Uint8Array) => void = () => undefined,
): Promise<BuildStepResult> {
  const { runId, stepId, credentials } = step;
  // Events come from timers and threads, where nobody would hear what is thrown: it stops the build instead.
  const broken = new AbortController();
  const stop = AbortSignal.any([signal, broken.signal]);
  const onFault = (error: unknown) => broken.abort(error);
  const recorder = createVertexRecorder(runId, stepId, parts.store, log, onFault);
  const sent = { bytes: 0, files: 0 };
  const found = new Set<string>();
  const find = (finding: Finding) => parts.store.addFinding(runId, finding);
  const take = (event: BuildEvent): void => {
    switch (event.kind) {
      case 'vertex':
        for (const finding of lostCache(event.vertex)) {
          if (found.has(event.vertex.name)) continue;
          found.add(event.vertex.name);
          find({ ...finding, params: { ...finding.params, reason: log.masked(String(finding.params['reason'])) } });
        }
        return recorder.record(event.vertex);
      case 'log':
        see(event.stream, event.data);
        return log.write(stepId, event.vertex, event.stream, event.data, event.time);
      case 'sent':
        sent.bytes = event.bytes;
        sent.files = event.files;
        return undefined;
      case 'warning':
        log.engineLine(stepId, `WARNING: ${event.text}`);
        return find({
          code: 'build.buildkitWarning',
          params: { text: log.masked(event.text), ...(event.line === undefined ? {} : { line: event.line }) },
        });
      case 'context':
        return find({
          code: event.problem === 'vanished' ? 'context.fileVanished' : 'context.fileUnsupported',
          params: { path: event.path },
        });
    }
  };
  const onEvent = (event: BuildEvent): void => {
    if (broken.signal.aborted) return;
    try {
      take(event);
    } catch (error) {
      onFault(error);
    }
  };
  try {
    await checkPlatforms(step, parts.engine, stop);
    const image = await parts.engine
      .build(imageBuildOf(step, parts, log), credentials, onEvent, stop)
      .catch(async (error: unknown) => {
        throw await withPlatformsThere(error, parts, stop);
      });
    broken.signal.throwIfAborted();
    const kept = image.platforms?.flatMap(({ platform }) => step.tags.map((tag) => platformTag(tag, platform))) ?? [];
    if (kept.length > 0) find({ code: 'build.platformTags', params: { images: kept.join(', ') } });
    return { image, sentBytes: sent.bytes, sentFiles: sent.files };
  } finally {
    recorder.finish();
  }
}

/** What to say of a cache that could not be read. */
function lostCache({
  name,
  error,
}: {
  readonly name: string;
  readonly error?: string | undefined;
}): readonly Finding[] {
  const ref = /^importing cache manifest from (.+)$/.exec(name)?.[1];
  if (ref === undefined || error === undefined) return [];
  const words = error.replace(/^failed to configure registry cache importer: /, '');
  const reason = (words.startsWith(`${ref}: `) ? words.slice(ref.length + 2) : words).slice(0, 300);
  return [{ code: 'build.cacheNotImported', params: { ref, reason } }];
}

/** Reads a secret when the build asks for it, and has it masked before the build can print it. */
async function readSecret(secret: BuildSecret, parts: RunParts, log: Pick<RunLogWriter, 'mask'>): Promise<Uint8Array> {
  const value = await secretValue(secret, parts);
  log.mask([value.toString('utf8')]);
  return value;
}

async function secretValue({ id, source }: BuildSecret, parts: RunParts): Promise<Buffer> {
  switch (source.kind) {
    case 'file':
      try {
        return await readFile(source.path);
      } catch (error) {
        throw appFailure(
          'secret.notFound',
          { params: { id, path: source.path }, cause: String(error), fixes: [{ kind: 'editInputs' }] },
          error,
        );
      }
    case 'env': {
      const value = parts.environment[source.name];
      if (value === undefined)
        throw appFailure('secret.notFound', { params: { id, name: source.name }, fixes: [{ kind: 'editInputs' }] });
      return Buffer.from(value);
    }
    case 'value':
      if (source.value === undefined)
        throw appFailure('secret.notFound', { params: { id }, fixes: [{ kind: 'editInputs' }] });
      return Buffer.from(source.value);
  }
}
