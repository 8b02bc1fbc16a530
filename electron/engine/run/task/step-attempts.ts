import { setTimeout as delay } from 'node:timers/promises';
import { appFailure, toAppError } from '@shared/model/app-error.ts';
import { formatMoment } from '@shared/format/moment.ts';
import type { StepAttempt } from '@shared/model/run.ts';
import type { TaskStep } from '@shared/model/task.ts';
import type { RunLogWriter } from '../../journal.ts';
import { maskedError } from '../masking.ts';
import type { RunParts } from '../run-parts.ts';
import { changeStep, shortWords } from '../step-record.ts';
import { createOutputMatch, type OutputMatch } from './output-match.ts';

/**
 * Launches a step's container or build as often as the task says: `repeat` + 1 rounds, each of up to `retries` + 1 attempts;
 * every round is carried out whatever became of the others (spec: task-yaml 6.5). Whatever is launched more than once is kept on
 * the record with its times and exit codes.
 * @throws the first round's failure, its cause naming those of all rounds; the signal's reason
 */
export async function runAttempts(
  runId: string,
  step: TaskStep,
  parts: RunParts,
  log: RunLogWriter,
  signal: AbortSignal,
  launch: (match: OutputMatch, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const { id, repeat, retries, retryDelay, retryOnErrors } = step;
  const failures: unknown[] = [];
  const attempts: StepAttempt[] = [];
  const tell = () => {
    if (attempts.length > 1) changeStep(runId, id, parts, { attempts: [...attempts] });
  };
  for (let round = 1; round <= repeat + 1; round++) {
    for (let attempt = 1; ; attempt++) {
      signal.throwIfAborted();
      const match = createOutputMatch(retryOnErrors);
      const told: StepAttempt = {
        number: attempts.length + 1,
        round,
        startTime: formatMoment(parts.clock.now()),
      };
      attempts.push(told);
      tell();
      log.engineLine(id, `Launching container with name: ${id}`);
      const end = (change: Partial<StepAttempt>) => {
        attempts[attempts.length - 1] = { ...told, finishTime: formatMoment(parts.clock.now()), ...change };
        tell();
      };
      try {
        await launch(match, signal);
        end({ exitCode: 0 });
        log.engineLine(id, `Successfully executed container: ${id}`);
        break;
      } catch (thrown) {
        signal.throwIfAborted();
        const error = maskedError(toAppError(thrown), log);
        const { exitCode } = error.params;
        end({ error, ...(typeof exitCode === 'number' ? { exitCode } : {}) });
        if (attempt > retries || !match.mayRetry()) {
          log.engineLine(id, `Container failed during run: ${id}. No retries remaining.`);
          failures.push(thrown);
          break;
        }
        log.engineLine(id, `Container failed during run: ${id}, waiting ${retryDelay} seconds before retrying...`);
        await delay(retryDelay * 1000, undefined, { signal });
      }
    }
  }
  const [first, ...others] = failures;
  if (first === undefined) return;
  const error = toAppError(first);
  const cause = others.length === 0 ? error.cause : failures.map((each) => shortWords(toAppError(each))).join(', ');
  throw appFailure(error.code, { ...error, ...(cause === undefined ? {} : { cause }) }, first);
}
