import { useTranslation } from 'react-i18next';
import type { Run } from '@shared/model/run.ts';
import type { TextRange } from '@shared/model/task-finding.ts';
import { RunFailure } from '../run-failure.tsx';
import { RunFindings } from '../run-notes.tsx';
import { shownErrorOf } from '../run-outcome.tsx';
import { RunOutputs } from '../run-outputs.tsx';
import { useTaskFindings } from '../task-text/use-task-findings.ts';
import type { TaskText } from '../task-text/use-task-text.ts';
import type { RunActions } from '../use-run-actions.ts';
import { Part } from './part.tsx';
import { RunDependencies } from './run-dependencies.tsx';
import { RunInputs } from './run-inputs.tsx';
import { StepsSummary } from './steps-summary.tsx';
import { TaskNotes } from './task-notes.tsx';

interface RunSummaryProps {
  readonly run: Run;
  readonly actions: RunActions;
  readonly taskText: TaskText | undefined;
  /** Shows a step's log. */
  readonly onStep: (stepId: string) => void;
  /** Shows a place in the task's text. */
  readonly onPlace: (range: TextRange) => void;
}

/** A task's run on one page: what came of it, and what it was asked for. */
export function RunSummary({ run, actions, taskText, onStep, onPlace }: RunSummaryProps) {
  const { t } = useTranslation('run');
  const { findings } = useTaskFindings(run, taskText?.name ?? '', taskText?.source);
  const error = shownErrorOf(run);
  return (
    <section
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reachable by keyboard
      tabIndex={0}
      aria-label={t('tab.summary')}
      className="h-full overflow-y-auto focus-visible:-outline-offset-2"
    >
      <div className="mx-auto flex max-w-350 gap-8 px-5 pt-4 pb-8 max-[1100px]:flex-col">
        <div className="flex min-w-0 flex-[3] flex-col gap-6">
          {error !== undefined && (
            <Part title={t('failure.title')}>
              <RunFailure run={run} error={error} actions={actions} taskText={taskText} />
            </Part>
          )}
          <Part title={t('summary.steps')}>
            <StepsSummary run={run} onStep={onStep} />
          </Part>
          {run.outputImages.length > 0 && (
            <Part title={t('outputs.title')}>
              <RunOutputs run={run} open />
            </Part>
          )}
          {run.dependencies.length > 0 && (
            <Part title={t('dependencies.title')}>
              <RunDependencies dependencies={run.dependencies} />
            </Part>
          )}
          {(run.findings.length > 0 || findings.length > 0) && (
            <Part title={t('findings')}>
              <RunFindings findings={run.findings} />
              <TaskNotes findings={findings} onPlace={onPlace} />
            </Part>
          )}
        </div>
        <div className="flex min-w-0 flex-[2] flex-col gap-6">
          <RunInputs run={run} />
        </div>
      </div>
    </section>
  );
}
