import { ChevronDown, ChevronUp } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { AppError } from '@shared/model/app-error.ts';
import type { Run } from '@shared/model/run.ts';
import { Button, cx } from '../../components/index.ts';
import type { FailureShell } from './build-frame.tsx';
import { RunCaches } from './run-caches.tsx';
import { RunFailure } from './run-failure.tsx';
import { RunFindings } from './run-notes.tsx';
import { RunOutputs } from './run-outputs.tsx';
import type { TaskText } from './task-text/use-task-text.ts';
import type { RunActions } from './use-run-actions.ts';

interface OutcomeProps {
  readonly run: Run;
  readonly actions: RunActions;
  readonly taskText: TaskText | undefined;
  /** Where it failed, when one can be opened there. */
  readonly shell: FailureShell | undefined;
  /** Leaves more room to the log. */
  readonly small: boolean;
  /** Shown when it is asked for: the graph above takes its room. */
  readonly closed: boolean;
}

/** What a run failed of, as it is told; undefined when it didn't, or when somebody canceled it. */
export function shownErrorOf(run: Run): AppError | undefined {
  const ofStep = run.steps.find((step) => step.error !== undefined && step.errorIgnored !== true)?.error;
  const error = run.error ?? ofStep;
  return error?.code === 'run.canceled' ? undefined : error;
}

/** Error, images and notes; can be put away for a long log. */
export function Outcome({ run, actions, taskText, shell, small, closed }: OutcomeProps) {
  const { t } = useTranslation('run');
  const [asked, setAsked] = useState<boolean>();
  const open = asked ?? !closed;
  const error = shownErrorOf(run);
  if (error === undefined && run.outputImages.length === 0 && run.findings.length === 0) return null;
  const title = error === undefined ? t('outputs.title') : t('failure.title');
  return (
    <section
      aria-label={title}
      className={cx(
        'flex min-h-10 shrink-0 flex-col border-b border-line bg-canvas',
        small ? 'max-h-[30%]' : 'max-h-[58%]',
      )}
    >
      <div className="flex h-10 shrink-0 items-center justify-between pr-2 pl-3">
        <h2 className="text-sm font-semibold">{title}</h2>
        <Button
          look="quiet"
          size="small"
          icon={open ? ChevronUp : ChevronDown}
          aria-expanded={open}
          onClick={() => setAsked(!open)}
        >
          {open ? t('hide') : t('show')}
        </Button>
      </div>
      {open && (
        <div className="flex min-h-0 flex-col gap-2 overflow-y-auto px-3 pb-2.5">
          {error !== undefined && (
            <RunFailure run={run} error={error} actions={actions} taskText={taskText} shell={shell} />
          )}
          <RunOutputs run={run} />
          <RunCaches run={run} />
          <RunFindings findings={run.findings} />
        </div>
      )}
    </section>
  );
}
