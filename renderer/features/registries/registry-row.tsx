import { Check, LogOut, PlugZap } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { RegistryCredential } from '@shared/model/registry.ts';
import { useCommand } from '../../api/hooks.ts';
import { Button, Chip, ErrorCard, MiddleTruncate, RelativeTime } from '../../components/index.ts';

/** One credential: whose it is, where it is kept, whether it works. */
export function RegistryRow({ credential }: { readonly credential: RegistryCredential }) {
  const { t } = useTranslation('registries');
  const test = useCommand('registries', 'test');
  const logout = useCommand('registries', 'logout');
  const { host, username, source, lastUsedAt } = credential;
  const failure = test.error ?? logout.error;
  return (
    <li className="flex flex-col gap-2 px-3 py-2">
      <div className="flex items-center gap-3">
        <div className="flex min-w-0 flex-1 flex-col">
          <span className="flex min-w-0 items-center gap-2">
            <MiddleTruncate text={host} className="font-medium" />
            <Chip>{t(`source.${source}`)}</Chip>
          </span>
          <span className="flex min-w-0 flex-wrap gap-x-3 text-xs text-ink-2">
            <MiddleTruncate text={username} />
            {lastUsedAt !== undefined && (
              <span>
                {t('lastUsed')} <RelativeTime time={lastUsedAt} />
              </span>
            )}
          </span>
        </div>
        {test.data !== undefined && (
          <span role="status" className="flex items-center gap-1.5 text-xs text-succeeded-fg">
            <Check aria-hidden size={14} />
            {t('works', { ms: Math.round(test.data.latency) })}
          </span>
        )}
        <Button size="small" icon={PlugZap} busy={test.isPending} onClick={() => test.mutate({ host })}>
          {t('test')}
        </Button>
        <Button
          size="small"
          look="danger"
          icon={LogOut}
          busy={logout.isPending}
          disabled={source !== 'slipway'}
          reason={source === 'slipway' ? undefined : t('notOurs')}
          onClick={() => logout.mutate({ host })}
        >
          {t('signOut')}
        </Button>
      </div>
      {failure !== null && <ErrorCard error={failure.error} onFix={{ retry: () => test.mutate({ host }) }} />}
    </li>
  );
}
