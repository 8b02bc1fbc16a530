import { Undo2 } from 'lucide-react';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { UseQueryResult } from '@tanstack/react-query';
import type { AppFailure } from '@shared/model/app-error.ts';
import type { Run } from '@shared/model/run.ts';
import { Button, CopyTextButton, Empty, ErrorCard, Skeleton, cx, errorTexts } from '../../../components/index.ts';
import { FindingsPanel } from '../../task/findings-panel.tsx';
import { renderedLines, unixLines } from '../../task/text-lines.ts';
import { TextView } from '../../task/text-view.tsx';
import type { TextTarget } from '../../task/text-view.tsx';
import { useTaskFindings } from './use-task-findings.ts';
import type { TaskText } from './use-task-text.ts';

/** Which of the two texts is shown. */
export type TextKind = 'written' | 'rendered';

interface TaskPanelProps {
  readonly run: Run;
  readonly text: UseQueryResult<TaskText, AppFailure>;
  readonly kind: TextKind;
  readonly onKind: (kind: TextKind) => void;
  /** The text to go on with, while the run stands still and it was changed. */
  readonly draft: string | undefined;
  readonly onDraft: (draft: string | undefined) => void;
  /** A place to look at. */
  readonly target: TextTarget | undefined;
  readonly onTarget: (target: TextTarget) => void;
}

/** The task of a run as its author wrote it and as it ran; while the run stands still it can be changed. */
export function TaskPanel({ text, ...rest }: TaskPanelProps) {
  if (text.error !== null && text.data === undefined)
    return <ErrorCard error={text.error.error} onFix={{ retry: () => void text.refetch() }} className="m-4" />;
  if (text.data === undefined || text.data === null) return <Skeleton rows={10} className="p-5" />;
  return <TaskTexts {...rest} text={text.data} />;
}

function TaskTexts({ run, kind, onKind, draft, onDraft, target, onTarget, text }: TaskTextsProps) {
  const { t, i18n } = useTranslation('run');
  const paused = run.pause !== undefined;
  const source = useMemo(() => unixLines(text.source), [text.source]);
  const rendered = useMemo(() => (text.rendered === undefined ? undefined : unixLines(text.rendered)), [text.rendered]);
  const written = paused ? (draft ?? source) : source;
  const { findings, failure } = useTaskFindings(run, text.name, written);
  const lines = useMemo(
    () => (rendered === undefined ? undefined : renderedLines(source, rendered)),
    [source, rendered],
  );
  const lineOf = useMemo(() => (line: number) => lines?.get(line), [lines]);
  const edit = (next: string) => onDraft(next === source ? undefined : next);
  const shown = kind === 'written' ? written : rendered;
  return (
    <div className="flex h-full min-h-0 flex-col bg-surface">
      <div className="flex min-h-10 shrink-0 flex-wrap items-center gap-x-3 gap-y-1 border-b border-line py-1 pr-2 pl-4">
        <fieldset aria-label={t('task.which')} className="flex rounded-md border border-control-line p-px">
          {(['written', 'rendered'] as const).map((each) => (
            <button
              key={each}
              type="button"
              aria-pressed={each === kind}
              className={cx(
                'h-6 rounded-sm px-2.5 text-xs transition-colors',
                each === kind ? 'bg-selected font-medium text-accent' : 'text-ink-2 hover:bg-hover hover:text-ink',
              )}
              onClick={() => onKind(each)}
            >
              {t(`task.${each}`)}
            </button>
          ))}
        </fieldset>
        <p className="min-w-40 flex-1 text-xs text-ink-2">{note()}</p>
        {paused && draft !== undefined && kind === 'written' && (
          <Button size="small" look="quiet" icon={Undo2} onClick={() => onDraft(undefined)}>
            {t('task.discard')}
          </Button>
        )}
        {shown !== undefined && (
          <CopyTextButton text={shown} look="quiet">
            {t('task.copy')}
          </CopyTextButton>
        )}
      </div>
      {shown === undefined ? (
        <Empty title={t('task.notRendered')} text={t('task.notRenderedText')} className="flex-1 pt-16" />
      ) : kind === 'written' ? (
        <TextView
          key="written"
          text={shown}
          label={t('task.labelWritten', { name: text.name })}
          findings={findings}
          target={target}
          {...(paused ? { onText: edit } : {})}
        />
      ) : (
        <TextView
          key="rendered"
          text={shown}
          label={t('task.labelRendered', { name: text.name })}
          findings={findings}
          lineOf={lineOf}
          target={target}
        />
      )}
      {failure === null ? (
        <FindingsPanel
          findings={findings}
          editable={paused && kind === 'written'}
          onFinding={(finding, replaceWith) => {
            if (finding.range === undefined) return;
            onTarget({ range: finding.range, ...(replaceWith === undefined ? {} : { replaceWith }) });
          }}
        />
      ) : (
        <p role="alert" className="shrink-0 border-t border-line px-4 py-2 text-xs text-warning-fg">
          {t('task.notChecked')} {errorTexts(i18n, failure.error).title}
        </p>
      )}
    </div>
  );

  function note(): string {
    if (kind === 'rendered') return t('task.noteRendered');
    if (!paused) return t('task.noteWritten');
    return draft === undefined ? t('task.notePaused') : t('task.noteChanged');
  }
}

interface TaskTextsProps extends Omit<TaskPanelProps, 'text'> {
  readonly text: NonNullable<TaskText>;
}
