import { Check, CircleHelp, X } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { RegistryCheck, Told } from '@shared/model/registry.ts';
import { cx } from '../../components/index.ts';

const looks = {
  yes: { icon: Check, className: 'text-succeeded-fg' },
  no: { icon: X, className: 'text-failed-fg' },
  unknown: { icon: CircleHelp, className: 'text-ink-3' },
} as const satisfies Record<Told, unknown>;

/** What a test found: that it answers, who we are there, and what we may do. */
export function CheckResult({ check }: { readonly check: RegistryCheck }) {
  const { t } = useTranslation('registries');
  const { signedIn, username, latency, scheme, access } = check;
  const known = username !== undefined && username !== '<token>';
  const repository = access?.repository ?? '';
  return (
    <output className="grid grid-cols-2 gap-x-6 gap-y-1 rounded-md border border-line bg-surface-sunken px-3 py-2 text-xs narrow:grid-cols-1">
      <Line told="yes">
        {signedIn ? (known ? t('test.signedIn', { username }) : t('test.signedInWithToken')) : t('test.anonymous')}
      </Line>
      <span className="text-ink-3">
        {t('test.latency', { latency: Math.round(latency), scheme })}
        {scheme === 'http' && <span className="text-warning-fg"> · {t('test.plain')}</span>}
      </span>
      {access !== undefined && (
        <>
          <Line told={access.catalog}>{t(`access.catalog.${access.catalog}`)}</Line>
          {access.pull === undefined ? (
            <span className="text-ink-3">{t('access.noRepository')}</span>
          ) : (
            <Line told={access.pull}>{t(`access.pull.${access.pull}`, { repository })}</Line>
          )}
          {access.push !== undefined && (
            <Line told={access.push}>{t(`access.push.${access.push}`, { repository })}</Line>
          )}
        </>
      )}
    </output>
  );
}

function Line({ told, children }: { readonly told: Told; readonly children: string }) {
  const { icon: Icon, className } = looks[told];
  return (
    <span className={cx('flex min-w-0 items-center gap-1.5', className)}>
      <Icon aria-hidden size={14} className="shrink-0" />
      <span className="min-w-0 break-words">{children}</span>
    </span>
  );
}
