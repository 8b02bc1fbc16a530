import { z } from 'zod';

/**
 * Every way in which Slipway itself can fail, told by a stable code. An instruction that exits 1 is a result, told as
 * `build.failed`. The words that a person reads are in i18n under `error.<code>.{title,why,todo}`.
 *
 * Grouped by who has to act: engine, context, source in git, dockerfile, image, task, registry, run, source of secrets, the desk itself.
 */
export const AppErrorCode = z.enum([
  'engine.notFound',
  'engine.permissionDenied',
  'engine.lost',
  'engine.tooOld',
  'engine.startFailed',
  'engine.refused',
  'engine.notThere',
  'engine.unknown',
  'engine.noneFits',
  'engine.buildsOnly',
  'engine.nameInvalid',
  'engine.nameTaken',
  'engine.addressInvalid',
  'engine.certificateUnknown',
  'engine.certificateExpired',
  'engine.certificateName',
  'engine.certificateWanted',
  'context.notFound',
  'context.notAFolder',
  'context.unreadable',
  'context.unsupported',
  'context.outside',
  'context.changed',
  'context.required',
  'context.invalid',
  'context.unknownScheme',
  'context.noVersion',
  'context.notAnArchive',
  'source.gitNotFound',
  'source.invalid',
  'source.unauthorized',
  'source.tokenRefused',
  'source.tokenUnknown',
  'source.forbidden',
  'source.notFound',
  'source.hostUnknown',
  'source.unreachable',
  'source.untrusted',
  'source.serverFailed',
  'source.notARepository',
  'source.empty',
  'source.refNotFound',
  'source.commitNotFound',
  'source.folderNotFound',
  'source.folderOutside',
  'source.submoduleRefused',
  'source.withheld',
  'source.lfsFailed',
  'source.timeout',
  'source.tooLarge',
  'source.failed',
  'download.notFound',
  'download.unauthorized',
  'download.forbidden',
  'download.unreachable',
  'download.notReached',
  'download.failed',
  'download.tooLarge',
  'download.noFiles',
  'archive.invalid',
  'archive.tooLarge',
  'dockerfile.notFound',
  'dockerfile.invalid',
  'dockerfile.targetNotFound',
  'build.failed',
  'build.notFailed',
  'build.unsupportedOption',
  'build.cacheUnsupported',
  'build.attestationsUnsupported',
  'image.invalidReference',
  'image.notFound',
  'image.noPlatform',
  'platform.invalid',
  'platform.noEmulation',
  'platform.otherSystem',
  'platform.emulationFailed',
  'template.invalid',
  'taskfile.notFound',
  'taskfile.invalid',
  'task.notAllowed',
  'task.secretUnknown',
  'step.failed',
  'container.invalid',
  'container.startFailed',
  'container.noShell',
  'registry.missing',
  'registry.unauthorized',
  'registry.forbidden',
  'registry.notFound',
  'registry.unreachable',
  'registry.hostUnknown',
  'registry.refused',
  'registry.untrusted',
  'registry.timeout',
  'registry.engineElsewhere',
  'registry.portTaken',
  'registry.rateLimited',
  'registry.failed',
  'registry.full',
  'registry.invalid',
  'registry.credentialsUnreadable',
  'secret.notFound',
  'secret.locked',
  'secret.noKeyring',
  'secret.wrongPassphrase',
  'secret.tooShort',
  'keyvault.noPrincipal',
  'keyvault.principalRefused',
  'keyvault.forbidden',
  'keyvault.secretNotFound',
  'keyvault.secretDisabled',
  'keyvault.unreachable',
  'keyvault.rateLimited',
  'keyvault.failed',
  'keyvault.invalid',
  'run.notFound',
  'run.timeout',
  'run.canceled',
  'run.interrupted',
  'run.finished',
  'run.notPaused',
  'run.noPlatform',
  'disk.full',
  'store.newerVersion',
  'store.damaged',
  'request.invalid',
  'internal',
]);
export type AppErrorCode = z.infer<typeof AppErrorCode>;

/** Something a button can do about an error; the window maps each kind to one command. */
export const Fix = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('retry') }),
  z.object({ kind: z.literal('startEngine') }),
  z.object({ kind: z.literal('chooseEngine') }),
  z.object({ kind: z.literal('chooseFolder') }),
  z.object({ kind: z.literal('chooseDockerfile') }),
  z.object({ kind: z.literal('editInputs') }),
  z.object({ kind: z.literal('signIn'), registry: z.string() }),
  /** `place` as in `GitHostCredential`. */
  z.object({ kind: z.literal('signInToGit'), place: z.string() }),
  /** The same repository, at another branch or tag; another folder of it, from the root on. */
  z.object({ kind: z.literal('useRef'), ref: z.string() }),
  z.object({ kind: z.literal('useFolder'), folder: z.string() }),
  z.object({ kind: z.literal('buildWithoutPush') }),
  z.object({ kind: z.literal('setDefaultRegistry') }),
  z.object({ kind: z.literal('unlockSecrets') }),
  z.object({ kind: z.literal('setServicePrincipal') }),
  z.object({ kind: z.literal('setUpEmulation') }),
  z.object({ kind: z.literal('copyCommand'), command: z.string() }),
  z.object({ kind: z.literal('openUrl'), url: z.string() }),
]);
export type Fix = z.infer<typeof Fix>;

/** Where in a file (or step) an error stands. Lines and columns count from 1. */
export const ErrorPlace = z.object({
  file: z.string().optional(),
  line: z.number().int().positive().optional(),
  column: z.number().int().positive().optional(),
  step: z.string().optional(),
});
export type ErrorPlace = z.infer<typeof ErrorPlace>;

/**
 * An error as data: it crosses IPC, is kept on run records and is printed by the command line.
 * `params` fill the placeholders of the text; `cause` keeps the words of the daemon or the registry, masked.
 */
export const AppError = z.object({
  code: AppErrorCode,
  params: z.record(z.string(), z.union([z.string(), z.number()])).default({}),
  where: ErrorPlace.optional(),
  cause: z.string().optional(),
  fixes: z.array(Fix).default([]),
  retry: z.object({ afterMs: z.number().nonnegative() }).optional(),
});
export type AppError = z.infer<typeof AppError>;

/** What {@link appFailure} takes: everything but the code may be left out. */
export type AppErrorDetails = Partial<Omit<AppError, 'code'>>;

/** The one exception class of the project: an {@link AppError} that is thrown. `cause` may keep the original. */
export class AppFailure extends Error {
  readonly error: AppError;

  constructor(error: AppError, options?: { readonly cause?: unknown }) {
    super(error.cause === undefined ? error.code : `${error.code}: ${error.cause}`, options);
    this.name = 'AppFailure';
    this.error = error;
  }
}

/** Makes an {@link AppFailure}, to be thrown by the caller: `throw appFailure('engine.notFound', {…})`. */
export function appFailure(code: AppErrorCode, details: AppErrorDetails = {}, original?: unknown): AppFailure {
  return new AppFailure(
    { params: {}, fixes: [], ...details, code },
    original === undefined ? undefined : { cause: original },
  );
}

/** What writing to a place failed with: `disk.full` about that place where there was no room, else what was thrown. */
export function writeFailure(thrown: unknown, path: string): unknown {
  return isDiskFull(thrown)
    ? appFailure('disk.full', { params: { path }, cause: thrown.message, fixes: [{ kind: 'retry' }] }, thrown)
    : thrown;
}

/** The system's words for that, or for this account's share of the disk. */
function isDiskFull(thrown: unknown): thrown is Error {
  return thrown instanceof Error && 'code' in thrown && (thrown.code === 'ENOSPC' || thrown.code === 'EDQUOT');
}

/** What was thrown, as an {@link AppError}: itself when it is one, `disk.full` for the system's word for that, else `internal`. */
export function toAppError(thrown: unknown): AppError {
  if (thrown instanceof AppFailure) return thrown.error;
  if (isDiskFull(thrown)) {
    const path = 'path' in thrown && typeof thrown.path === 'string' ? thrown.path : '';
    return { code: 'disk.full', params: { path }, cause: thrown.message, fixes: [{ kind: 'retry' }] };
  }
  const cause = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
  return { code: 'internal', params: {}, cause, fixes: [] };
}
