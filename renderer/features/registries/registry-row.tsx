import { Ellipsis, FolderSearch, LogIn, LogOut, Pin, PinOff, PlugZap } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { expiryState } from '@shared/model/credential-expiry.ts';
import type { RegistryCredential } from '@shared/model/registry.ts';
import { useCommand } from '../../api/hooks.ts';
import { navigate } from '../../app/location.ts';
import { paths } from '../../app/paths.ts';
import {
  Button,
  Chip,
  ConfirmPanel,
  ErrorCard,
  IconButton,
  Menu,
  MiddleTruncate,
  notify,
  notifyFailure,
  Tooltip,
  useFocusStays,
  useNow,
} from '../../components/index.ts';
import { CheckResult } from './check-result.tsx';
import type { RegistryEntry } from './registry-entries.ts';
import { ExpiryNote, LimitNote, lookAgain } from './registry-notes.tsx';

interface RegistryRowProps {
  readonly entry: RegistryEntry;
  /** Names without a registry go there. */
  readonly isDefault: boolean;
}

/** One registry: who we are there, where that is kept, how long it holds, whether it works. */
export function RegistryRow({ entry: { host, credential, rateLimit, local }, isDefault }: RegistryRowProps) {
  useFocusStays();
  const { t } = useTranslation('registries');
  const test = useCommand('registries', 'test');
  const update = useCommand('settings', 'update');
  const [leaving, setLeaving] = useState(false);
  const ours = credential?.source === 'slipway';
  const now = useNow(lookAgain);
  const ends = credential?.expiresAt !== undefined && expiryState(credential.expiresAt, now) !== 'valid';
  // A test tells of the credential that it was made with, and of no later one.
  const who = `${credential?.source} ${credential?.kind} ${credential?.savedAt} ${credential?.username}`;
  const [testedAs, setTestedAs] = useState(who);
  const runTest = () => {
    setTestedAs(who);
    test.mutate({ host });
  };
  const signInAgain = () => navigate(paths.signIn(host));
  const setDefault = (defaultRegistry: string) => update.mutate({ defaultRegistry }, { onError: notifyFailure });
  return (
    <li className="flex flex-col gap-2 px-3 py-2.5">
      <div className="flex items-center gap-2">
        <div className="flex min-w-0 flex-1 flex-col gap-0.5">
          <span className="flex min-w-0 items-center gap-2">
            <MiddleTruncate text={host} className="font-medium" />
            {local && <Chip tone="succeeded">{t('local.mark')}</Chip>}
            {credential !== undefined && <SourceChip credential={credential} />}
            {isDefault && (
              <Tooltip content={t('default.hint')}>
                <span>
                  <Chip tone="accent">{t('default.mark')}</Chip>
                </span>
              </Tooltip>
            )}
          </span>
          <span className="flex min-w-0 flex-wrap items-center gap-x-3 text-xs text-ink-2">
            {credential === undefined ? (
              <span className="text-ink-3">{t('kind.nobody')}</span>
            ) : (
              <>
                {credential.username !== '' && <MiddleTruncate text={credential.username} />}
                {(credential.kind !== 'password' || credential.username === '') && (
                  <span className="text-ink-3">{t(`kind.${credential.kind}`)}</span>
                )}
                <ExpiryNote credential={credential} />
              </>
            )}
            {rateLimit !== undefined && <LimitNote rateLimit={rateLimit} />}
          </span>
        </div>
        {ours && ends && (
          <Button size="small" icon={LogIn} onClick={signInAgain}>
            {t('login.again')}
          </Button>
        )}
        <Button size="small" icon={FolderSearch} onClick={() => navigate(paths.browse(host))}>
          {t('browse.open')}
        </Button>
        <Button size="small" icon={PlugZap} busy={test.isPending} onClick={runTest}>
          {t('test.open')}
        </Button>
        <Menu
          trigger={<IconButton icon={Ellipsis} label={t('columns.actions')} />}
          sections={[
            [
              isDefault
                ? { id: 'clear', icon: PinOff, label: t('default.clear'), onSelect: () => setDefault('') }
                : { id: 'set', icon: Pin, label: t('default.set'), onSelect: () => setDefault(host) },
              { id: 'again', icon: LogIn, label: t('login.again'), onSelect: signInAgain },
            ],
            [
              {
                id: 'logout',
                icon: LogOut,
                label: t('logout.open'),
                danger: ours,
                ...(ours ? {} : { disabled: t(`sourceHint.${credential?.source ?? 'nobody'}`) }),
                onSelect: () => setLeaving(true),
              },
            ],
          ]}
        />
      </div>
      {testedAs === who && test.data !== undefined && <CheckResult check={test.data} />}
      {testedAs === who && test.error !== null && <ErrorCard error={test.error.error} onFix={{ retry: runTest }} />}
      {leaving && <SignOutPanel host={host} onClose={() => setLeaving(false)} />}
    </li>
  );
}

function SourceChip({ credential: { source, origin } }: { readonly credential: RegistryCredential }) {
  const { t } = useTranslation('registries');
  const hint = t(`sourceHint.${source}`);
  return (
    <Tooltip content={origin === undefined ? hint : `${hint} ${origin}`}>
      <span>
        <Chip>{t(`source.${source}`)}</Chip>
      </span>
    </Tooltip>
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
    <ConfirmPanel
      title={t('logout.title')}
      detail={t('logout.detail', { host })}
      confirm={t('logout.confirm')}
      icon={LogOut}
      busy={logout.isPending}
      failure={logout.error}
      onConfirm={leave}
      onClose={onClose}
    />
  );
}
