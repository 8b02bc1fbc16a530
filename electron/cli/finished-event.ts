import type { AppError } from '@shared/model/app-error.ts';
import type { Run } from '@shared/model/run.ts';
import type { Messages } from './messages.ts';

/** The last event of `--json` (docs/cli.md). */
export function finishedEvent(run: Run, messages: Messages) {
  const { runId, status, outputImages, dependencies, error } = run;
  return {
    event: 'run.finished',
    runId,
    status,
    outputImages,
    dependencies,
    ...(error === undefined ? {} : { error: errorOf(error, messages) }),
  };
}

/** The only event of `--json` where no run came to be: the definition is invalid (`Failed`), or there is no engine for it (`Error`). */
export function refusedEvent(error: AppError, messages: Messages) {
  const status = error.code.startsWith('engine.') ? 'Error' : 'Failed';
  return { event: 'run.finished', status, outputImages: [], dependencies: [], error: errorOf(error, messages) };
}

function errorOf(error: AppError, messages: Messages) {
  const { title, why, todo } = messages.error(error);
  return {
    code: error.code,
    message: [title, why, error.cause ?? ''].filter((part) => part !== '').join('\n'),
    ...(error.where?.line === undefined ? {} : { line: error.where.line }),
    ...(error.where?.column === undefined ? {} : { column: error.where.column }),
    ...(todo === '' ? {} : { hint: todo }),
  };
}
