import { appFailure } from '@shared/model/app-error.ts';
import type { Runtime } from '../runtime.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import type { Output } from './output.ts';

/** Prints what attestations a run's images have, one a line (digest, kind, type of predicate, bytes, platform, separated by tabs). */
export async function listAttestations(
  runtime: Runtime,
  runId: string,
  json: boolean,
  output: Output,
  signal: AbortSignal,
): Promise<ExitCode> {
  const contents = await runtime.handlers.runs.contents({ runId }, signal);
  for (const { image, platform, attestations } of contents) {
    for (const attestation of attestations) {
      const { digest, kind, predicateType, size } = attestation;
      if (json) output.event({ image, ...(platform === undefined ? {} : { platform }), ...attestation });
      else output.result([digest, kind, predicateType, size, platform ?? ''].join('\t'));
    }
  }
  return exitCodes.succeeded;
}

/** Prints the statement of one attestation, as the image has it. @throws AppFailure `request.invalid` for one that isn't kept */
export async function printStatement(
  runtime: Runtime,
  runId: string,
  digest: string,
  output: Output,
  signal: AbortSignal,
): Promise<ExitCode> {
  const statement = await runtime.handlers.runs.statement({ runId, digest }, signal);
  if (statement === null) throw appFailure('request.invalid', { params: { reason: `${digest} is not kept` } });
  output.result(statement);
  return exitCodes.succeeded;
}
