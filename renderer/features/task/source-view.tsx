import { Pencil, Undo2 } from 'lucide-react';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { TaskPreview } from '@shared/model/quick-run.ts';
import { Button, CopyButton, Empty } from '../../components/index.ts';
import { textOf } from './form.ts';
import type { FormPartProps } from './run-task-screen.tsx';
import { renderedLines, unixLines } from './text-lines.ts';
import { TextView } from './text-view.tsx';
import type { TextTarget } from './text-view.tsx';

interface SourceViewProps extends FormPartProps {
  readonly preview: TaskPreview;
  readonly target: TextTarget | undefined;
}

/** The task as its author wrote it; it can be edited for this run, and the file stays as it is. */
export function SourceView({ form, onForm, preview, target }: SourceViewProps) {
  const { t } = useTranslation('task-screen');
  const typed = textOf(form);
  const text = useMemo(() => unixLines(typed ?? preview.source), [typed, preview.source]);
  const edit = (edited: string | undefined) => onForm((now) => ({ ...now, edited }));
  return (
    <div className="flex h-full min-h-0 flex-col">
      <div className="flex min-h-10 shrink-0 items-center gap-2 border-b border-line pr-2 pl-4">
        <p className="min-w-0 flex-1 py-1 text-xs text-ink-2">
          {typed === undefined ? t(`sourceView.${form.origin.kind}`) : t('sourceView.edited')}
        </p>
        {typed === undefined ? (
          <Button size="small" icon={Pencil} onClick={() => edit(text)}>
            {t('sourceView.edit')}
          </Button>
        ) : (
          form.edited !== undefined && (
            <Button size="small" look="quiet" icon={Undo2} onClick={() => edit(undefined)}>
              {t(`sourceView.back.${form.origin.kind}`)}
            </Button>
          )
        )}
        <CopyButton text={text} label={t('sourceView.copy')} size="normal" />
      </div>
      <TextView
        text={text}
        label={t('sourceView.label', { name: preview.name })}
        findings={preview.findings}
        target={target}
        {...(typed === undefined ? {} : { onText: edit })}
      />
    </div>
  );
}

/** The task as it will run, templates filled in. */
export function RenderedView({ preview }: { readonly preview: TaskPreview }) {
  const { t } = useTranslation('task-screen');
  const { source, rendered, findings } = preview;
  const lines = useMemo(
    () => (rendered === undefined ? undefined : renderedLines(source, rendered)),
    [source, rendered],
  );
  const lineOf = useMemo(() => (line: number) => lines?.get(line), [lines]);
  if (rendered === undefined) return <Empty title={t('rendered.none')} text={t('rendered.noneText')} />;
  return (
    <div className="flex h-full min-h-0 flex-col">
      <div className="flex min-h-10 shrink-0 items-center gap-2 border-b border-line pr-2 pl-4">
        <p className="min-w-0 flex-1 py-1 text-xs text-ink-2">{t('rendered.note')}</p>
        <CopyButton text={rendered} label={t('rendered.copy')} size="normal" />
      </div>
      <TextView
        text={unixLines(rendered)}
        label={t('rendered.label', { name: preview.name })}
        findings={findings}
        lineOf={lineOf}
        target={undefined}
      />
    </div>
  );
}
