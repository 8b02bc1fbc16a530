import { Ban, Check, CircleDashed, CircleSlash, Lock, X } from 'lucide-react';
import type { LucideIcon } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { EngineAttempt } from '@shared/model/engine-status.ts';
import { cx, MiddleTruncate, Panel } from '../../components/index.ts';

const looks: Readonly<Record<EngineAttempt['outcome'], { readonly icon: LucideIcon; readonly color: string }>> = {
  answers: { icon: Check, color: 'text-succeeded-fg' },
  absent: { icon: CircleDashed, color: 'text-ink-3' },
  refused: { icon: Ban, color: 'text-warning-fg' },
  permissionDenied: { icon: Lock, color: 'text-warning-fg' },
  failed: { icon: X, color: 'text-failed-fg' },
  skipped: { icon: CircleSlash, color: 'text-ink-3' },
};

/** Every place where an engine was looked for, in that order, with its reason. */
export function AttemptList({ attempts }: { readonly attempts: readonly EngineAttempt[] }) {
  const { t } = useTranslation('engine');
  return (
    <Panel>
      <table className="w-full table-fixed text-left">
        <colgroup>
          <col className="w-40" />
          <col className="w-2/5" />
          <col />
        </colgroup>
        <thead className="sr-only">
          <tr>
            <th>{t('attempt.outcome')}</th>
            <th>{t('attempt.place')}</th>
            <th>{t('attempt.reason')}</th>
          </tr>
        </thead>
        <tbody className="divide-y divide-line">
          {attempts.map((attempt, index) => {
            const look = looks[attempt.outcome];
            return (
              <tr key={`${attempt.source}-${attempt.host}-${index}`} className="align-top">
                <td className={cx('py-2 pl-3', look.color)}>
                  <span className="flex items-center gap-2">
                    <look.icon aria-hidden size={15} strokeWidth={1.75} className="shrink-0" />
                    {t(`outcome.${attempt.outcome}`)}
                  </span>
                </td>
                <td className="py-2 pr-3">
                  <span className="block">{t(`source.${attempt.source}`)}</span>
                  {attempt.host !== '' && (
                    <MiddleTruncate text={attempt.host} tail={20} className="font-mono text-xs text-ink-2" />
                  )}
                </td>
                <td className="py-2 pr-3 text-xs leading-5 break-words text-ink-2">
                  {attempt.skipReason === undefined ? attempt.reason : t(`skipReason.${attempt.skipReason}`)}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </Panel>
  );
}
