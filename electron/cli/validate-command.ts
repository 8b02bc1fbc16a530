import { toAppError } from '@shared/model/app-error.ts';
import type { TaskFinding } from '@shared/model/task-finding.ts';
import { loadTask, type LoadedTask } from '../engine/taskfile/load-task.ts';
import { aliasSources } from '../runtime/alias-sources.ts';
import { type ExitCode, exitCodeOfError, exitCodes } from './exit-codes.ts';
import type { Messages } from './messages.ts';
import type { Output } from './output.ts';
import { type TaskFlags, taskInputs } from './task-inputs.ts';

/** `slipway render`: prints the rendered text and nothing else; what is wrong with it goes to standard error. */
export async function renderCommand(
  flags: TaskFlags,
  output: Output,
  messages: Messages,
  signal: AbortSignal,
): Promise<ExitCode> {
  return withTask(flags, output, signal, (name, { rendered, findings }) => {
    if (rendered === undefined) {
      tellFindings(name, findings, output, messages);
      return exitCodes.usage;
    }
    process.stdout.write(rendered);
    // What has no meaning for the text (a key that isn't known) is `validate`'s to tell.
    const strict = findings.filter(
      ({ code, severity }) => flags.strict === true && severity === 'error' && code.startsWith('template.'),
    );
    if (strict.length === 0) return exitCodes.succeeded;
    tellFindings(name, strict, output, messages);
    return exitCodes.usage;
  });
}

/** `slipway validate`: every problem with its place; exit code 2 when one of them is an error. */
export async function validateCommand(
  flags: TaskFlags & { readonly json: boolean },
  output: Output,
  messages: Messages,
  signal: AbortSignal,
): Promise<ExitCode> {
  return withTask(flags, output, signal, (name, { findings }) => {
    if (flags.json) {
      for (const finding of findings) output.event({ event: 'finding', file: name, ...asEvent(finding, messages) });
    } else {
      tellFindings(name, findings, output, messages);
      const errors = findings.filter(({ severity }) => severity === 'error').length;
      output.progress(
        errors === 0
          ? messages.t('validate.valid', { file: name })
          : messages.t('validate.errors', { file: name, count: errors }),
      );
    }
    return findings.some(({ severity }) => severity === 'error') ? exitCodes.usage : exitCodes.succeeded;
  });
}

async function withTask(
  flags: TaskFlags,
  output: Output,
  signal: AbortSignal,
  tell: (name: string, loaded: LoadedTask) => ExitCode,
): Promise<ExitCode> {
  try {
    const inputs = await taskInputs(flags, aliasSources);
    return tell(inputs.name, await loadTask(inputs, signal));
  } catch (thrown) {
    const error = toAppError(thrown);
    output.error(error);
    return exitCodeOfError(error.code);
  }
}

/** A line a finding: `task.yaml:3:5: error: …`, as compilers write them. */
export function tellFindings(name: string, findings: readonly TaskFinding[], output: Output, messages: Messages): void {
  for (const finding of findings) {
    const { range, severity, acr, suggestion } = finding;
    const place = [name, range?.line, range?.column].filter((part) => part !== undefined).join(':');
    output.progress(`${place}: ${messages.t(`severity.${severity}`)}: ${messages.taskFinding(finding)}`);
    if (suggestion !== undefined) output.progress(`  ${messages.t('validate.suggestion', { suggestion })}`);
    if (acr !== undefined) output.progress(`  ACR: ${acr}`);
  }
}

function asEvent(finding: TaskFinding, messages: Messages) {
  const { code, severity, range, acr, step, suggestion } = finding;
  return {
    code,
    severity,
    message: messages.taskFinding(finding),
    ...range,
    ...(acr === undefined ? {} : { acr }),
    ...(step === undefined ? {} : { step }),
    ...(suggestion === undefined ? {} : { suggestion }),
  };
}
