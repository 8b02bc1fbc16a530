import { CirclePause, FilePen, Play, RotateCcw, Square, SquareTerminal } from 'lucide-react';
import type { LucideIcon } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { AppError } from '@shared/model/app-error.ts';
import type { InputFor } from '../../../api/client.ts';
import { placeOfContext } from '../../../app/active-runs.ts';
import { useCommand } from '../../../api/hooks.ts';
import { useCommands } from '../../../commands/index.ts';
import type { Command } from '../../../commands/index.ts';
import { Button, Chip, Duration, ErrorCard, Switch } from '../../../components/index.ts';
import type { Run, RunPause } from '@shared/model/run.ts';

interface PauseBarProps {
  readonly run: Run;
  readonly pause: RunPause;
  /** The task's text to go on with; undefined while it is as it was. */
  readonly changedTask: string | undefined;
  /** It went on with the changed text. */
  readonly onResumed: () => void;
  /** Shows the task's text, at a line where something is wrong with it. */
  readonly onEdit: (where?: AppError['where']) => void;
  readonly onShell: () => void;
}

/** Where a run stands still and why, and what can be done about it. */
export function PauseBar({ run, pause, changedTask, onResumed, onEdit, onShell }: PauseBarProps) {
  const { t } = useTranslation('run');
  const resume = useCommand('runs', 'resume');
  const [sendChanges, setSendChanges] = useState(false);
  const { runId, request } = run;
  // What was fetched stays as it is; only a folder of this machine changes under the run.
  const hasFolder =
    request.kind === 'quickRun' &&
    request.run.context !== undefined &&
    placeOfContext(request.run.context)?.kind === 'folder';
  const { stepId, at, since, shell } = pause;
  const asked = resume.isPending ? resume.variables.action : undefined;
  const go = (action: Action) => {
    if (resume.isPending) return;
    const change =
      action === 'stop' ? {} : { sendChanges, ...(changedTask === undefined ? {} : { task: changedTask }) };
    resume.mutate({ runId, action, ...change }, { onSuccess: onResumed });
  };
  usePauseCommands(at, go);
  return (
    <section
      aria-label={t('pause.label')}
      className="flex shrink-0 flex-col gap-2 border-b border-warning-line bg-warning-bg px-4 py-2"
    >
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <div className="flex min-w-[min(26rem,100%)] flex-1 items-start gap-2">
          <CirclePause aria-hidden size={18} strokeWidth={1.75} className="mt-px shrink-0 text-warning-fg" />
          <div className="min-w-0">
            <p className="font-semibold break-words">
              {t(`pause.at.${at}`, { step: stepId })}
              <span className="ml-2 font-normal text-ink-2">
                <Duration start={since} />
              </span>
            </p>
            <p className="text-xs text-ink-2">{t(`pause.why.${at}`)}</p>
            {shell !== 'none' && shell !== 'container' && (
              <p className="text-xs text-ink-2">{t(`pause.shellIn.${shell}`)}</p>
            )}
          </div>
        </div>
        <div className="flex flex-wrap items-center gap-2">
          {changedTask !== undefined && <Chip tone="accent">{t('pause.changed')}</Chip>}
          {hasFolder && (
            <Switch
              size="small"
              checked={sendChanges}
              onChecked={setSendChanges}
              label={t('pause.send')}
              className="mr-1"
            />
          )}
          {shell !== 'none' && (
            <Button size="small" icon={SquareTerminal} onClick={onShell}>
              {t('pause.shell')}
            </Button>
          )}
          <Button size="small" icon={FilePen} onClick={() => onEdit()}>
            {t('pause.edit')}
          </Button>
          <span aria-hidden className="mx-1 h-5 border-l border-warning-line" />
          <Button size="small" look="danger" icon={Square} busy={asked === 'stop'} onClick={() => go('stop')}>
            {t('pause.stop')}
          </Button>
          {at === 'failure' ? (
            <>
              <Button size="small" icon={Play} busy={asked === 'continue'} onClick={() => go('continue')}>
                {t('pause.continueAnyway')}
              </Button>
              <Button size="small" look="primary" icon={RotateCcw} busy={asked === 'retry'} onClick={() => go('retry')}>
                {t('pause.retry')}
              </Button>
            </>
          ) : (
            <>
              {at === 'after' && (
                <Button size="small" icon={RotateCcw} busy={asked === 'retry'} onClick={() => go('retry')}>
                  {t('pause.retry')}
                </Button>
              )}
              <Button
                size="small"
                look="primary"
                icon={Play}
                busy={asked === 'continue'}
                onClick={() => go('continue')}
              >
                {t('pause.continue')}
              </Button>
            </>
          )}
        </div>
      </div>
      {resume.error !== null && <ResumeError error={resume.error.error} onEdit={onEdit} />}
    </section>
  );
}

type Action = InputFor<'runs', 'resume'>['action'];

/** The same by palette. */
function usePauseCommands(at: RunPause['at'], go: (action: Action) => void): void {
  const { t } = useTranslation('run');
  const command = (action: Action, title: string, icon: LucideIcon): Command => ({
    id: `run.${action}`,
    title,
    group: 'run',
    icon,
    run: () => go(action),
  });
  useCommands([
    command('continue', t(at === 'failure' ? 'pause.continueAnyway' : 'pause.continue'), Play),
    ...(at === 'before' ? [] : [command('retry', t('pause.retry'), RotateCcw)]),
    command('stop', t('pause.stop'), Square),
  ]);
}

function ResumeError({ error, onEdit }: { readonly error: AppError } & Pick<PauseBarProps, 'onEdit'>) {
  const { t } = useTranslation('run');
  const { where } = error;
  return (
    <ErrorCard error={error} onFix={where?.line === undefined ? { editInputs: () => onEdit(where) } : {}}>
      {where?.line !== undefined && (
        <Button size="small" className="w-fit" onClick={() => onEdit(where)}>
          {where.column === undefined
            ? t('pause.goToLine', { line: where.line })
            : t('pause.goToColumn', { line: where.line, column: where.column })}
        </Button>
      )}
    </ErrorCard>
  );
}
