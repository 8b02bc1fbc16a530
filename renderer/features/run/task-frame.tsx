import { useState } from 'react';
import type { ReactNode } from 'react';
import type { UseQueryResult } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { AppError, AppFailure } from '@shared/model/app-error.ts';
import type { Run } from '@shared/model/run.ts';
import { Tabs, cx } from '../../components/index.ts';
import { lineTarget } from '../task/text-view.tsx';
import type { TextTarget } from '../task/text-view.tsx';
import { PauseBar } from './pause/pause-bar.tsx';
import { ShellPanel } from './shell/shell-panel.tsx';
import type { OpenShell } from './shell/shell-panel.tsx';
import { useShellCommand } from './shell/use-shell-command.ts';
import { useShellPrefs } from './shell/use-shell-prefs.ts';
import { RunSummary } from './summary/run-summary.tsx';
import { TaskPanel } from './task-text/task-panel.tsx';
import type { TextKind } from './task-text/task-panel.tsx';
import { useTaskDraft } from './task-text/use-task-draft.ts';
import type { TaskText } from './task-text/use-task-text.ts';
import type { RunActions } from './use-run-actions.ts';

export type TaskTab = 'steps' | 'summary' | 'task';

interface TaskFrameProps {
  readonly run: Run;
  readonly actions: RunActions;
  readonly taskText: UseQueryResult<TaskText, AppFailure>;
  /** The panel of the first tab, told whether it has only half of the window. */
  readonly steps: (half: boolean) => ReactNode;
  readonly tab: TaskTab;
  readonly onTab: (tab: TaskTab) => void;
  readonly onStep: (stepId: string) => void;
}

/** What a task's run has around its steps: a bar while it stands still, tabs, and a docked shell. */
export function TaskFrame({ run, actions, taskText, steps, tab, onTab, onStep }: TaskFrameProps) {
  const { t } = useTranslation('run');
  const [draft, setDraft] = useTaskDraft(run);
  const [kind, setKind] = useState<TextKind>('written');
  const [target, setTarget] = useState<TextTarget>();
  const [shell, setShell] = useState<OpenShell>();
  const [shellPrefs, setShellPrefs] = useShellPrefs();
  const { pause } = run;

  const edit = (where?: AppError['where']) => {
    setKind('written');
    onTab('task');
    if (where?.line === undefined) return;
    setTarget(lineTarget(where.line, where.column));
  };
  const openShell = () => {
    if (pause !== undefined) setShell({ stepId: pause.stepId, kind: pause.shell });
  };
  const canOpenShell = pause !== undefined && pause.shell !== 'none';
  useShellCommand(canOpenShell ? openShell : undefined);

  return (
    <>
      {pause !== undefined && (
        <PauseBar
          key={pause.since}
          run={run}
          pause={pause}
          changedTask={draft}
          onResumed={() => setDraft(undefined)}
          onEdit={edit}
          onShell={openShell}
        />
      )}
      <div className={cx('flex min-h-0 flex-1', shellPrefs.dock === 'bottom' ? 'flex-col' : 'flex-row')}>
        <Tabs
          value={tab}
          onValue={onTab}
          className="min-w-0 flex-1 bg-surface [&>div:first-child]:px-2"
          panelClassName="flex-1 overflow-hidden focus-visible:-outline-offset-2"
          tabs={[
            { value: 'steps', label: t('tab.steps'), panel: steps(shell !== undefined && shellPrefs.dock === 'right') },
            {
              value: 'summary',
              label: t('tab.summary'),
              panel: (
                <RunSummary
                  run={run}
                  actions={actions}
                  taskText={taskText.data}
                  onStep={onStep}
                  onPlace={(range) => {
                    setKind('written');
                    setTarget({ range });
                    onTab('task');
                  }}
                />
              ),
            },
            {
              value: 'task',
              label: t('tab.task'),
              panel: (
                <TaskPanel
                  run={run}
                  text={taskText}
                  kind={kind}
                  onKind={setKind}
                  draft={draft}
                  onDraft={setDraft}
                  target={target}
                  onTarget={setTarget}
                />
              ),
            },
          ]}
        />
        {shell !== undefined && (
          <ShellPanel
            runId={run.runId}
            shell={shell}
            prefs={shellPrefs}
            onPrefs={setShellPrefs}
            onAgain={canOpenShell ? openShell : undefined}
            onClose={() => setShell(undefined)}
          />
        )}
      </div>
    </>
  );
}
