import { Play, RotateCw } from 'lucide-react';
import { useMemo, useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import { useTranslation } from 'react-i18next';
import type { TaskFinding } from '@shared/model/task-finding.ts';
import { navigate } from '../../app/location.ts';
import { paths } from '../../app/paths.ts';
import { useCommands } from '../../commands/index.ts';
import { ActionBar, Button, FailureCard, MiddleTruncate } from '../../components/index.ts';
import type { FixHandlers } from '../../components/index.ts';
import { BreakpointFields } from './breakpoint-fields.tsx';
import { chooseContext } from './choose-context.ts';
import { useDraft } from './drafts.ts';
import { formProblems, previewRequest, requestFromForm, taskName } from './form.ts';
import type { TaskForm, TaskOrigin } from './form.ts';
import { OptionFields } from './option-fields.tsx';
import { PreviewPane } from './preview-pane.tsx';
import type { PreviewTab } from './preview-pane.tsx';
import { runBlocker } from './run-blocker.ts';
import type { RunBlocker } from './run-blocker.ts';
import { SourceFields } from './source-fields.tsx';
import { SourceTabs } from './source-tabs.tsx';
import { lineTarget } from './text-view.tsx';
import type { TextTarget } from './text-view.tsx';
import { useRunTask } from './use-run-task.ts';
import { useTaskPreview } from './use-task-preview.ts';
import { ValueFields } from './value-fields.tsx';

interface RunTaskScreenProps {
  readonly draftKey: string;
  readonly start: () => TaskForm;
  /** The task files of the folder that was opened. */
  readonly files: readonly { readonly path: string; readonly name: string }[];
  /** The run that is repeated with what is typed here. */
  readonly rerunOf?: string;
}

/** What every part of the form gets. */
export interface FormPartProps {
  readonly form: TaskForm;
  readonly onForm: (change: (form: TaskForm) => TaskForm) => void;
}

/** The form of a task's run; beside it what the task will do. */
export function RunTaskScreen({ draftKey, start, files, rerunOf }: RunTaskScreenProps) {
  const { t } = useTranslation('task-screen');
  const [form, onForm] = useDraft(draftKey, start);
  const [chosenTab, setTab] = useState<PreviewTab>();
  const [target, setTarget] = useState<TextTarget>();
  const screen = useRef<HTMLDivElement>(null);
  const body = useRef<HTMLDivElement>(null);

  const keepsSecrets = rerunOf !== undefined;
  const problems = useMemo(() => formProblems(form), [form]);
  const request = useMemo(
    () => (problems.length === 0 ? requestFromForm(form, { keepsSecrets }) : undefined),
    [form, problems, keepsSecrets],
  );
  const asked = useMemo(() => request && previewRequest(request), [request]);
  const state = useTaskPreview(asked);
  const { preview } = state;
  // What doesn't hold is read first where it is wrong.
  const tab = chosenTab ?? (preview === undefined || preview.task !== undefined ? 'effects' : 'source');
  const blocker = runBlocker({
    formProblems: problems,
    preview,
    failed: state.failure !== undefined,
    allow: form.allow,
  });
  const task = useRunTask({ draftKey, request, shown: state.fresh ? preview : undefined, rerunOf });

  const goTo = (finding: TaskFinding, replaceWith?: string) => {
    if (finding.range === undefined) return;
    setTab('source');
    setTarget({ range: finding.range, ...(replaceWith === undefined ? {} : { replaceWith }) });
  };
  const goToLine = (line: number) => {
    setTab('source');
    setTarget(lineTarget(line));
  };
  const review = (what: RunBlocker) => {
    switch (what.kind) {
      case 'form':
        return focusIn(body.current, '[aria-invalid]');
      case 'command':
        return focusIn(body.current, 'input:not([aria-hidden])');
      case 'errors': {
        const first = preview?.findings.find((finding) => finding.severity === 'error' && finding.range !== undefined);
        return first === undefined ? setTab('source') : goTo(first);
      }
      case 'permissions':
        flushSync(() => setTab('effects'));
        return focusIn(screen.current, '[data-part="permissions"] [role="switch"][aria-checked="false"]');
      case 'secrets':
        flushSync(() => setTab('effects'));
        return focusIn(screen.current, '[data-part="secrets"] input');
      case 'unread':
      case 'unreadable':
        return state.refresh();
    }
  };

  const title = rerunOf === undefined ? t('run') : t('rerun');
  const reason = blocker === undefined ? undefined : t(`blocker.${blocker.kind}`, { count: countOf(blocker) });
  useCommands([
    {
      id: 'task.start',
      title,
      group: 'task',
      icon: Play,
      shortcuts: ['mod+enter'],
      run: () => (blocker === undefined ? task.run() : review(blocker)),
    },
  ]);

  const fixes: FixHandlers = {
    chooseFolder: () => chooseContext(onForm),
    editInputs: () => focusIn(body.current, 'input:not([aria-hidden])'),
    chooseEngine: () => focusIn(body.current, '[data-part="engine"] button'),
  };
  const { origin } = form;
  return (
    <div ref={screen} className="flex h-full min-h-0 flex-col">
      <div className="flex min-h-0 flex-1 narrow:block narrow:overflow-y-auto">
        <div
          ref={body}
          className="w-92 shrink-0 overflow-y-auto border-r border-line narrow:w-full narrow:overflow-visible narrow:border-r-0 wide:w-108"
        >
          <div className="flex flex-col gap-6 px-5 pt-5 pb-8">
            <header className="flex min-w-0 flex-col gap-2">
              <div className="min-w-0">
                <h1 className="truncate text-xl font-semibold tracking-tight" title={taskName(origin)}>
                  {rerunOf === undefined ? titleOf(origin, t) : t('rerunTitle', { runId: rerunOf })}
                </h1>
                {origin.kind === 'file' && (
                  <MiddleTruncate text={origin.path} tail={24} copyLabel={t('copyPath')} className="text-ink-2" />
                )}
                {origin.kind === 'command' && <p className="text-ink-2">{t('command.lead')}</p>}
              </div>
              {origin.kind === 'command' && rerunOf === undefined && <SourceTabs value="command" />}
            </header>
            <FailureCard failure={task.failure ?? null} onFix={{ ...fixes, retry: () => task.run() }} />
            <SourceFields form={form} onForm={onForm} files={files} />
            <ValueFields form={form} onForm={onForm} problems={problems} keepsSecrets={keepsSecrets} />
            <OptionFields form={form} onForm={onForm} problems={problems} stepPlatforms={preview?.platforms ?? []} />
            <BreakpointFields breakpoints={form.breakpoints} onForm={onForm} steps={preview?.task?.steps} />
          </div>
        </div>
        <PreviewPane
          form={form}
          onForm={onForm}
          state={state}
          request={request}
          onFix={fixes}
          tab={tab}
          onTab={setTab}
          target={target}
          onFinding={goTo}
          onLine={goToLine}
        />
      </div>
      <ActionBar>
        <output className="flex min-w-0 flex-1 items-center gap-2 text-xs">
          {blocker !== undefined && reason !== undefined && (
            <>
              <span className={quiet(blocker) ? 'text-ink-2' : 'text-failed-fg'}>{reason}</span>
              {blocker.kind !== 'unread' && blocker.kind !== 'command' && (
                <Button size="small" look="quiet" onClick={() => review(blocker)}>
                  {t(`review.${blocker.kind}`)}
                </Button>
              )}
            </>
          )}
        </output>
        <Button look="quiet" onClick={() => navigate(paths.task())}>
          {t('otherTask')}
        </Button>
        <Button
          look="primary"
          icon={rerunOf === undefined ? Play : RotateCw}
          shortcut="mod+enter"
          busy={task.busy}
          disabled={blocker !== undefined}
          reason={reason}
          onClick={() => task.run()}
        >
          {title}
        </Button>
      </ActionBar>
    </div>
  );
}

type Translate = ReturnType<typeof useTranslation<'task-screen'>>['t'];

function titleOf(origin: TaskOrigin, t: Translate): string {
  return origin.kind === 'command' ? t('command.title') : t('titleOf', { name: taskName(origin) });
}

function focusIn(element: HTMLElement | null, selector: string): void {
  element?.querySelector<HTMLElement>(selector)?.focus();
}

/** Nothing is wrong; something is only not there yet. */
function quiet(blocker: RunBlocker): boolean {
  return blocker.kind === 'unread' || blocker.kind === 'command';
}

function countOf(blocker: RunBlocker): number {
  switch (blocker.kind) {
    case 'form':
    case 'errors':
      return blocker.count;
    case 'permissions':
      return blocker.missing.length;
    case 'secrets':
      return blocker.ids.length;
    case 'command':
    case 'unread':
    case 'unreadable':
      return 1;
  }
}
