import { Info, OctagonX, TriangleAlert } from 'lucide-react';
import type { LucideIcon } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { cx } from '../../components/index.ts';
import type { Severity } from './findings.ts';

const looks: Readonly<Record<Severity, { readonly icon: LucideIcon; readonly color: string }>> = {
  error: { icon: OctagonX, color: 'text-failed-fg' },
  warning: { icon: TriangleAlert, color: 'text-warning-fg' },
  info: { icon: Info, color: 'text-ink-3' },
};

interface SeverityIconProps {
  readonly severity: Severity;
  /** Where no word says it. */
  readonly labelled?: boolean;
  readonly className?: string;
}

/** How much a finding weighs, by shape and colour. */
export function SeverityIcon({ severity, labelled = false, className }: SeverityIconProps) {
  const { t } = useTranslation('task-screen');
  const { icon: Icon, color } = looks[severity];
  return (
    <Icon
      size={14}
      strokeWidth={2}
      role={labelled ? 'img' : undefined}
      aria-hidden={labelled ? undefined : true}
      aria-label={labelled ? t(`severity.${severity}`) : undefined}
      className={cx('shrink-0', color, className)}
    />
  );
}
