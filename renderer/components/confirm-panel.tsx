import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import type { AppFailure } from '@shared/model/app-error.ts';
import { useTranslation } from 'react-i18next';
import { Button } from './button.tsx';
import { FailureCard } from './error-card.tsx';
import { useFocusBack, useFocusOnAppearing } from './use-focus.ts';

interface ConfirmPanelProps {
  readonly title: string;
  readonly detail: string;
  /** What the button says that does it. */
  readonly confirm: string;
  readonly icon: LucideIcon;
  readonly busy: boolean;
  readonly failure: AppFailure | null;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
  /** A choice to be made along with it. */
  readonly children?: ReactNode;
}

/** Asked before what can't be brought back, where it was asked for. Escape is no. */
export function ConfirmPanel(props: ConfirmPanelProps) {
  const { title, detail, confirm, icon, busy, failure, onConfirm, onClose, children } = props;
  const { t } = useTranslation('common');
  useFocusBack();
  const no = useFocusOnAppearing<HTMLButtonElement>();
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- only for Escape; the buttons do the same
    <section
      aria-label={title}
      className="flex flex-col gap-2 rounded-md border border-line bg-surface-sunken p-3"
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.stopPropagation();
        onClose();
      }}
    >
      <p className="font-semibold">{title}</p>
      <p className="break-words text-ink-2">{detail}</p>
      {children}
      <FailureCard failure={failure} onFix={{ retry: onConfirm }} />
      <div className="flex gap-2">
        <Button size="small" look="danger" icon={icon} busy={busy} onClick={onConfirm}>
          {confirm}
        </Button>
        <Button ref={no} size="small" look="quiet" onClick={onClose}>
          {t('cancel')}
        </Button>
      </div>
    </section>
  );
}
