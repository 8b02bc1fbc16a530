import { Check, Ellipsis, LogIn, LogOut, Pin, PinOff, PlugZap } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { RegistryCheck, RegistryCredential } from '@shared/model/registry.ts';
import { useCommand } from '../../api/hooks.ts';
import { navigate } from '../../app/location.ts';
import { paths } from '../../app/paths.ts';
import {
  Button,
  Chip,
  ErrorCard,
  IconButton,
  Menu,
  MiddleTruncate,
  notify,
  notifyFailure,
  RelativeTime,
  Tooltip,
} from '../../components/index.ts';

interface RegistryRowProps {
  readonly credential: RegistryCredential;
  /** Names without a registry go there. */
  readonly isDefault: boolean;
}

/** One credential: whose it is, where it is kept, whether it works. */
export function RegistryRow({ credential, isDefault }: RegistryRowProps) {
  const { t } = useTranslation('registries');
  const test = useCommand('registries', 'test');
  const update = useCommand('settings', 'update');
  const [leaving, setLeaving] = useState(false);
  const { host, username, source, lastUsedAt } = credential;
  const ours = source === 'slipway';
  const setDefault = (defaultRegistry: string) => update.mutate({ defaultRegistry }, { onError: notifyFailure });
  return (
    <li className="flex flex-col gap-2 px-3 py-2">
      <div className="flex items-center gap-3">
        <div className="flex min-w-0 flex-1 flex-col">
          <span className="flex min-w-0 items-center gap-2">
            <MiddleTruncate text={host} className="font-medium" />
            <Tooltip content={t(`sourceHint.${source}`)}>
              <span>
                <Chip>{t(`source.${source}`)}</Chip>
              </span>
            </Tooltip>
            {isDefault && (
              <Tooltip content={t('default.hint')}>
                <span>
                  <Chip tone="accent">{t('default.mark')}</Chip>
                </span>
              </Tooltip>
            )}
          </span>
          <span className="flex min-w-0 flex-wrap gap-x-3 text-xs text-ink-2">
            <MiddleTruncate text={username} />
            {lastUsedAt !== undefined && (
              <span className="text-ink-3">
                {t('columns.lastUsedAt')} <RelativeTime time={lastUsedAt} />
              </span>
            )}
          </span>
        </div>
        {test.data !== undefined && <CheckResult check={test.data} />}
        <Button size="small" icon={PlugZap} busy={test.isPending} onClick={() => test.mutate({ host })}>
          {t('test.open')}
        </Button>
        <Menu
          trigger={<IconButton icon={Ellipsis} label={t('columns.actions')} />}
          sections={[
            [
              isDefault
                ? { id: 'clear', icon: PinOff, label: t('default.clear'), onSelect: () => setDefault('') }
                : { id: 'set', icon: Pin, label: t('default.set'), onSelect: () => setDefault(host) },
              { id: 'again', icon: LogIn, label: t('login.again'), onSelect: () => navigate(paths.signIn(host)) },
            ],
            [
              {
                id: 'logout',
                icon: LogOut,
                label: t('logout.open'),
                danger: ours,
                ...(ours ? {} : { disabled: t(`sourceHint.${source}`) }),
                onSelect: () => setLeaving(true),
              },
            ],
          ]}
        />
      </div>
      {test.error !== null && <ErrorCard error={test.error.error} onFix={{ retry: () => test.mutate({ host }) }} />}
      {leaving && <SignOutPanel host={host} onClose={() => setLeaving(false)} />}
    </li>
  );
}

function CheckResult({ check }: { readonly check: RegistryCheck }) {
  const { t } = useTranslation('registries');
  return (
    <output className="flex shrink-0 flex-col items-end text-xs">
      <span className="flex items-center gap-1.5 text-succeeded-fg">
        <Check aria-hidden size={14} />
        {check.signedIn ? t('test.signedIn', { username: check.username ?? '' }) : t('test.anonymous')}
      </span>
      <span className="text-ink-3">
        {t('test.latency', { latency: Math.round(check.latency), scheme: check.scheme })}
      </span>
      {check.scheme === 'http' && <span className="text-warning-fg">{t('test.plain')}</span>}
    </output>
  );
}

/** Asked before, since a forgotten password can't be brought back. */
function SignOutPanel({ host, onClose }: { readonly host: string; readonly onClose: () => void }) {
  const { t } = useTranslation('registries');
  const logout = useCommand('registries', 'logout');
  const leave = () =>
    logout.mutate(
      { host },
      {
        onSuccess: () => {
          notify({ title: t('logout.done', { host }) });
          onClose();
        },
      },
    );
  return (
    <div className="flex flex-col gap-2 rounded-md border border-line bg-surface-sunken p-3">
      <p className="font-semibold">{t('logout.title')}</p>
      <p className="text-ink-2">{t('logout.detail', { host })}</p>
      {logout.error !== null && <ErrorCard error={logout.error.error} onFix={{ retry: leave }} />}
      <div className="flex gap-2">
        <Button size="small" look="danger" icon={LogOut} busy={logout.isPending} onClick={leave}>
          {t('logout.confirm')}
        </Button>
        <Button size="small" look="quiet" onClick={onClose}>
          {t('logout.cancel')}
        </Button>
      </div>
    </div>
  );
}
