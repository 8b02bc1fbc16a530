import { useTranslation } from 'react-i18next';
import { TriangleAlert } from 'lucide-react';
import { useEffect, useRef } from 'react';
import type { ReactNode } from 'react';
import type { AppError, AppFailure, ErrorPlace, Fix } from '@shared/model/app-error.ts';
import { Button } from './button.tsx';
import { CodeLine, CopyTextButton } from './copy.tsx';
import { cx } from './cx.ts';
import { useFixActions } from './fixes.ts';
import type { FixHandlers } from './fixes.ts';
import { errorMarkdown, errorTexts } from './error-texts.ts';

interface ErrorCardProps {
  readonly error: AppError;
  /** What fixes do here. One that nobody handles isn't offered. */
  readonly onFix?: FixHandlers;
  /** Stands between the words and the fixes: the failing instruction, the last lines. */
  readonly children?: ReactNode;
  /** Goes along when the error is copied: what `children` shows, as Markdown. */
  readonly extraMarkdown?: string;
  readonly className?: string;
}

/** An error: what happened, why we think so, what to do, and buttons that do it. */
export function ErrorCard({ error, onFix = {}, children, extraMarkdown, className }: ErrorCardProps) {
  const { t, i18n } = useTranslation('common');
  const texts = errorTexts(i18n, error);
  const actions = useFixActions(error.fixes, onFix);
  const commands = error.fixes.filter(
    (fix): fix is Extract<Fix, { kind: 'copyCommand' }> => fix.kind === 'copyCommand',
  );
  return (
    <section
      role="alert"
      className={cx('flex min-w-0 flex-col gap-2 rounded-md border border-failed-line bg-failed-bg p-3', className)}
    >
      <div className="flex items-start gap-2">
        <TriangleAlert aria-hidden size={16} strokeWidth={1.75} className="mt-0.5 shrink-0 text-failed-fg" />
        <div className="flex min-w-0 flex-1 flex-col gap-0.5">
          <p className="font-semibold break-words">{texts.title}</p>
          {error.where !== undefined && <Place where={error.where} />}
          {texts.why !== undefined && <p className="break-words text-ink-2">{texts.why}</p>}
          {texts.todo !== undefined && <p className="break-words">{texts.todo}</p>}
        </div>
      </div>
      {children}
      {commands.map((fix) => (
        <CodeLine key={fix.command} text={fix.command} label={t('copyCommand')} wrap />
      ))}
      {error.cause !== undefined && (
        <details className="min-w-0">
          <summary className="w-fit rounded-sm text-xs text-ink-2 hover:text-ink">{t('error.details')}</summary>
          <pre
            className="mt-1 max-h-48 overflow-auto rounded-md border border-line bg-surface px-2.5 py-2 break-all whitespace-pre-wrap text-ink-2"
            // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reachable by keyboard
            tabIndex={0}
          >
            {error.cause}
          </pre>
        </details>
      )}
      <div className="flex flex-wrap items-center gap-2">
        {actions.map((action, index) => (
          <Button key={action.id} size="small" look={index === 0 ? 'primary' : 'plain'} onClick={action.run}>
            {action.label}
          </Button>
        ))}
        <CopyTextButton
          text={[errorMarkdown(texts, error), extraMarkdown].filter((part) => part !== undefined).join('\n\n')}
          look="quiet"
        >
          {t('error.copy')}
        </CopyTextButton>
      </div>
    </section>
  );
}

interface FailureCardProps extends Omit<ErrorCardProps, 'error'> {
  readonly failure: AppFailure | null;
  /** A fix that isn't offered: it would lead here. */
  readonly without?: Fix['kind'];
}

/** Why what a person has just tried did not work. It comes into view: the button may be further down. */
export function FailureCard({ failure, without, ...rest }: FailureCardProps) {
  const card = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (failure !== null) card.current?.scrollIntoView({ block: 'nearest' });
  }, [failure]);
  if (failure === null) return null;
  const { error } = failure;
  return (
    <div ref={card} className="scroll-my-4">
      <ErrorCard error={{ ...error, fixes: error.fixes.filter(({ kind }) => kind !== without) }} {...rest} />
    </div>
  );
}

function Place({ where }: { readonly where: ErrorPlace }) {
  const { t } = useTranslation('common');
  const line = where.line === undefined ? '' : `:${where.line}${where.column === undefined ? '' : `:${where.column}`}`;
  return (
    <p className="flex flex-wrap gap-x-3 text-xs text-ink-2">
      {where.file !== undefined && <code className="text-xs break-all">{where.file + line}</code>}
      {where.step !== undefined && <span>{t('error.step', { step: where.step })}</span>}
    </p>
  );
}
