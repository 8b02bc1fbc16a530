import { RefreshCw } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { QuickRunInput } from '@shared/model/quick-run.ts';
import type { TaskFinding } from '@shared/model/task-finding.ts';
import { client } from '../../api/client.ts';
import {
  Button,
  Empty,
  ErrorCard,
  IconButton,
  notifyFailure,
  Skeleton,
  Spinner,
  Tabs,
} from '../../components/index.ts';
import type { FixHandlers } from '../../components/index.ts';
import { EffectsView } from './effects-view.tsx';
import { FindingsPanel } from './findings-panel.tsx';
import { textOf } from './form.ts';
import type { FormPartProps } from './run-task-screen.tsx';
import { RenderedView, SourceView } from './source-view.tsx';
import { StepsView } from './steps-view.tsx';
import { TerminalView } from './terminal-view.tsx';
import type { TextTarget } from './text-view.tsx';
import { withoutSecrets } from './use-run-task.ts';
import type { PreviewState } from './use-task-preview.ts';

export type PreviewTab = 'effects' | 'steps' | 'rendered' | 'source' | 'terminal';

interface PreviewPaneProps extends FormPartProps {
  readonly state: PreviewState;
  /** Undefined while the form can't be run. */
  readonly request: QuickRunInput | undefined;
  /** What the screen does about a preview that failed. */
  readonly onFix: FixHandlers;
  readonly tab: PreviewTab;
  readonly onTab: (tab: PreviewTab) => void;
  readonly target: TextTarget | undefined;
  readonly onFinding: (finding: TaskFinding, replaceWith?: string) => void;
  readonly onLine: (line: number) => void;
}

/** Beside the form: what the task will do, its steps, its text, and what there is to say about it. */
export function PreviewPane(props: PreviewPaneProps) {
  const { form, onForm, state, request, onFix, tab, onTab, target, onFinding, onLine } = props;
  const { t } = useTranslation('task-screen');
  const { preview, fresh, failure, refresh } = state;
  const withdraw = () => {
    if (request === undefined) return;
    client.taskFiles.withdraw({ request: withoutSecrets(request) }).then(refresh, notifyFailure);
  };
  const panes = (() => {
    if (preview === undefined) return undefined;
    const { task } = preview;
    const toSource = () => onTab('source');
    const broken = (
      <Empty title={t('broken.title')} text={t('broken.text')}>
        <Button look="primary" onClick={toSource}>
          {t('broken.open')}
        </Button>
      </Empty>
    );
    return {
      effects:
        task === undefined ? (
          broken
        ) : (
          <EffectsView
            form={form}
            onForm={onForm}
            preview={preview}
            task={task}
            onRefresh={refresh}
            onWithdraw={withdraw}
            onSource={toSource}
          />
        ),
      steps:
        task === undefined ? (
          broken
        ) : (
          <StepsView steps={task.steps} breakpoints={form.breakpoints} onLine={onLine} onSource={toSource} />
        ),
      rendered: <RenderedView preview={preview} />,
      source: <SourceView form={form} onForm={onForm} preview={preview} target={target} />,
      terminal: <TerminalView request={request} />,
    };
  })();
  return (
    <section
      aria-label={t('preview.label')}
      className="flex min-w-0 flex-1 flex-col bg-surface narrow:h-[36rem] narrow:border-t narrow:border-line"
    >
      {failure !== undefined && (
        <div className="p-4">
          <ErrorCard error={failure.error} onFix={{ retry: refresh, ...onFix }} />
        </div>
      )}
      {panes === undefined ? (
        failure === undefined && (
          <div className="p-5">{request === undefined ? <Waiting /> : <Skeleton rows={8} />}</div>
        )
      ) : (
        <>
          <Tabs
            value={tab}
            onValue={onTab}
            className="flex-1 pt-2 [&>div:first-child]:px-2"
            panelClassName="flex-1 overflow-hidden focus-visible:-outline-offset-2"
            aside={
              <div className="flex items-center pb-0.5">
                {fresh || request === undefined ? (
                  <IconButton icon={RefreshCw} size="small" label={t('preview.refresh')} onClick={refresh} />
                ) : (
                  <output aria-label={t('preview.reading')} className="flex p-1 text-ink-3">
                    <Spinner />
                  </output>
                )}
              </div>
            }
            tabs={(['effects', 'steps', 'rendered', 'source', 'terminal'] as const).map((value) => ({
              value,
              label: t(`tab.${value}`),
              panel: panes[value],
            }))}
          />
          {preview !== undefined && (
            <FindingsPanel findings={preview.findings} onFinding={onFinding} editable={textOf(form) !== undefined} />
          )}
        </>
      )}
    </section>
  );
}

/** The form says too little to show anything: one command without an image. */
function Waiting() {
  const { t } = useTranslation('task-screen');
  return <Empty title={t('preview.waiting')} text={t('preview.waitingText')} className="pt-16" />;
}
