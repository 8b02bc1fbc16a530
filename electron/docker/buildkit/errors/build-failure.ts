import { type AppFailure, type ErrorPlace, appFailure } from '@shared/model/app-error.ts';
import { ConnectionLost } from '../grpc/client.ts';
import { GrpcStatus } from '../grpc/status.ts';
import type { BuildVertex } from '../vertices.ts';
import { type FailedWords, causeOf, quotedTexts } from './causes.ts';
import { readDaemonError } from './daemon-error.ts';
import { DockerfileLines, parseStep } from './dockerfile-lines.ts';

/** What is known of a build when it fails. */
export interface FailedBuild {
  /** As errors name it: relative to the context where it lies inside. */
  readonly dockerfile: string;
  readonly dockerfileText: string;
  /** The platforms that were asked for, joined by commas; empty for the engine's own. */
  readonly platform: string;
  /** By digest where the daemon gave one, else the vertex that failed last. */
  vertex(digest: string | undefined): BuildVertex | undefined;
  /** The end of a vertex's output. */
  outputOf(number: number): string;
}

/**
 * Why a build failed, from what its Solve was rejected with: `dockerfile.*`, `image.notFound`, `registry.*`,
 * `secret.notFound`, `platform.noEmulation`, `disk.full`, `engine.lost`, else `build.failed` with `params`
 * `{instruction, vertex, exitCode?}`. `where` names the instruction's line; `cause` keeps the daemon's words.
 */
export function buildFailure(thrown: unknown, build: FailedBuild): unknown {
  if (thrown instanceof ConnectionLost) {
    return appFailure('engine.lost', { cause: thrown.message, fixes: [{ kind: 'retry' }] }, thrown);
  }
  if (!(thrown instanceof GrpcStatus)) return thrown;
  const error = readDaemonError(thrown);
  const vertex = build.vertex(error.vertex);
  const lines = new DockerfileLines(build.dockerfileText);
  const words: FailedWords = {
    text: error.text,
    vertex: vertex?.name ?? '',
    output: vertex === undefined ? '' : build.outputOf(vertex.number),
    platform: build.platform,
  };
  const place = (line: number | undefined, column?: number): { readonly where: ErrorPlace } => ({
    where: {
      file: build.dockerfile,
      ...(line === undefined ? {} : { line }),
      ...(column === undefined ? {} : { column }),
    },
  });
  const lineOfVertex = () => error.line ?? (vertex === undefined ? undefined : lines.lineOfVertex(vertex.name));

  const cause = causeOf(words);
  if (cause?.file !== undefined) {
    return appFailure(
      cause.code,
      { params: cause.params, fixes: [...cause.fixes], cause: error.text, where: { file: cause.file } },
      thrown,
    );
  }
  if (cause !== undefined) {
    const line = cause.line ?? lineOfVertex() ?? lines.lineContaining(cause.quoted ?? []);
    const column = line === undefined ? undefined : firstColumn(lines, line, cause.quoted ?? []);
    // Of one FROM, unlike all that was asked for.
    const platform = cause.code === 'image.noPlatform' && line !== undefined ? lines.platformOf(line) : undefined;
    const params = { ...cause.params, ...(platform === undefined ? {} : { platform }) };
    const details = { params, fixes: [...cause.fixes], cause: error.text };
    return appFailure(cause.code, { ...details, ...place(line, column) }, thrown);
  }
  if (vertex === undefined && (error.line !== undefined || error.text.includes('failed to create LLB definition'))) {
    return invalidDockerfile(thrown, error.text, error.line, lines, place);
  }
  return failedStep(thrown, error.text, vertex, lines, place(lineOfVertex()));
}

/** The frontend refused the file before anything was built. */
function invalidDockerfile(
  thrown: GrpcStatus,
  text: string,
  told: number | undefined,
  lines: DockerfileLines,
  place: (line: number | undefined, column?: number) => { readonly where: ErrorPlace },
): AppFailure {
  const message = text.replace(/^.*failed to create LLB definition: /s, '');
  const quoted = quotedTexts(message);
  const line = told ?? lines.lineContaining(quoted);
  const column = line === undefined ? undefined : firstColumn(lines, line, quoted);
  return appFailure(
    'dockerfile.invalid',
    { params: { message }, fixes: [{ kind: 'retry' }], cause: text, ...place(line, column) },
    thrown,
  );
}

function failedStep(
  thrown: GrpcStatus,
  text: string,
  vertex: BuildVertex | undefined,
  lines: DockerfileLines,
  place: { readonly where: ErrorPlace },
): AppFailure {
  const { line } = place.where;
  const instruction =
    (vertex === undefined ? undefined : parseStep(vertex.name)?.text) ??
    (line === undefined ? undefined : lines.instructionAt(line)) ??
    vertex?.name;
  const exitCode = /exit code: (\d+)/.exec(text)?.[1];
  const params = {
    instruction: instruction ?? '',
    ...(vertex === undefined ? {} : { vertex: vertex.number }),
    ...(exitCode === undefined ? {} : { exitCode: Number(exitCode) }),
  };
  return appFailure('build.failed', { params, fixes: [{ kind: 'retry' }], cause: text, ...place }, thrown);
}

function firstColumn(lines: DockerfileLines, line: number, texts: readonly string[]): number | undefined {
  for (const text of texts) {
    const column = text === '' ? undefined : lines.columnOf(line, text);
    if (column !== undefined) return column;
  }
  return undefined;
}
