import type { AppErrorCode } from '@shared/model/app-error.ts';
import type { RunStatus } from '@shared/model/run.ts';

/** What the shell is told. */
export const exitCodes = { succeeded: 0, failed: 1, usage: 2, noEngine: 3, canceled: 4, timedOut: 5 } as const;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** The exit code of a run that has ended. */
export function exitCodeOf(status: RunStatus): ExitCode {
  switch (status) {
    case 'Succeeded':
      return exitCodes.succeeded;
    case 'Canceled':
      return exitCodes.canceled;
    case 'Timeout':
      return exitCodes.timedOut;
    case 'Failed':
    case 'Error':
    case 'Queued':
    case 'Started':
    case 'Running':
      return exitCodes.failed;
  }
}

/** The exit code of an error that no run carries: nothing was started, or a command other than build failed. */
export function exitCodeOfError(code: AppErrorCode): ExitCode {
  switch (code) {
    case 'engine.notFound':
    case 'engine.permissionDenied':
    case 'engine.startFailed':
    case 'engine.refused':
    case 'engine.tooOld':
    case 'engine.notThere':
    case 'engine.certificateUnknown':
    case 'engine.certificateExpired':
    case 'engine.certificateName':
    case 'engine.certificateWanted':
      return exitCodes.noEngine;
    case 'engine.unknown':
    case 'engine.nameInvalid':
    case 'engine.nameTaken':
    case 'engine.addressInvalid':
    case 'context.notFound':
    case 'context.notAFolder':
    case 'context.unreadable':
    case 'context.unsupported':
    case 'context.required':
    case 'context.invalid':
    case 'context.unknownScheme':
    case 'context.noVersion':
    case 'context.notAnArchive':
    case 'dockerfile.notFound':
    case 'dockerfile.invalid':
    case 'build.cacheUnsupported':
    case 'build.attestationsUnsupported':
    case 'image.invalidReference':
    case 'platform.invalid':
    case 'template.invalid':
    case 'taskfile.notFound':
    case 'taskfile.invalid':
    case 'task.notAllowed':
    case 'registry.missing':
    case 'source.tokenUnknown':
    case 'request.invalid':
    case 'run.notFound':
    case 'run.finished':
    case 'run.notPaused':
      return exitCodes.usage;
    case 'run.canceled':
      return exitCodes.canceled;
    case 'run.timeout':
      return exitCodes.timedOut;
    default:
      return exitCodes.failed;
  }
}
