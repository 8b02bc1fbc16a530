import { GitBranch, KeyRound, Plus, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { GitHostCredential } from '@shared/model/git-host.ts';
import { useCommand, useOperation } from '../../api/hooks.ts';
import { navigate, useQueryParams } from '../../app/location.ts';
import { paths } from '../../app/paths.ts';
import {
  Button,
  ConfirmPanel,
  IconButton,
  ListState,
  MiddleTruncate,
  notify,
  RelativeTime,
  useFocusStays,
} from '../../components/index.ts';
import { TokenForm } from './token-form.tsx';

/** Tokens of git hosts: which there are, and a form for more. */
export function GitHostsList() {
  const { t } = useTranslation('settings');
  const wanted = useQueryParams().get('token');
  const [adding, setAdding] = useState<string>();
  const hosts = useOperation('gitHosts', 'list', undefined);
  const place = adding ?? wanted ?? undefined;
  const close = () => {
    setAdding(undefined);
    if (wanted !== null) navigate(paths.settings('gitHosts'), { replace: true });
  };
  return (
    <>
      <p className="text-ink-2">{t('gitHosts.lead')}</p>
      <ListState query={hosts} rows={1} empty={<p className="text-ink-3">{t('gitHosts.empty')}</p>}>
        {(list) => (
          <ul aria-label={t('section.gitHosts')} className="divide-y divide-line rounded-md border border-line">
            {list.map((host) => (
              <HostRow key={host.place} host={host} onReplace={() => setAdding(host.place)} />
            ))}
          </ul>
        )}
      </ListState>
      {place === undefined ? (
        <Button className="self-start" icon={Plus} onClick={() => setAdding('')}>
          {t('gitHosts.add')}
        </Button>
      ) : (
        <TokenForm key={place} place={place} onKept={close} onClose={close} />
      )}
    </>
  );
}

function HostRow({ host, onReplace }: { readonly host: GitHostCredential; readonly onReplace: () => void }) {
  useFocusStays();
  const { t } = useTranslation('settings');
  const [removing, setRemoving] = useState(false);
  return (
    <li className="flex flex-col gap-2 px-3 py-2">
      <div className="flex items-center gap-3">
        <GitBranch aria-hidden size={15} strokeWidth={1.75} className="shrink-0 text-ink-3" />
        <div className="flex min-w-0 flex-1 flex-col">
          <MiddleTruncate text={host.place} className="font-medium" />
          <span className="flex min-w-0 flex-wrap gap-x-3 text-xs text-ink-2">
            <span className="min-w-0 break-words">{t('gitHosts.username', { username: host.username })}</span>
            <span className="text-ink-3">
              {t('gitHosts.saved')} <RelativeTime time={host.savedAt} />
            </span>
          </span>
        </div>
        <Button size="small" icon={KeyRound} onClick={onReplace}>
          {t('gitHosts.replace')}
        </Button>
        <IconButton icon={Trash2} label={t('gitHosts.remove')} onClick={() => setRemoving(true)} />
      </div>
      {removing && <RemovePanel place={host.place} onClose={() => setRemoving(false)} />}
    </li>
  );
}

/** Asked before, since a forgotten token can't be brought back. */
function RemovePanel({ place, onClose }: { readonly place: string; readonly onClose: () => void }) {
  const { t } = useTranslation('settings');
  const logout = useCommand('gitHosts', 'logout');
  const remove = () =>
    logout.mutate(
      { place },
      {
        onSuccess: () => {
          notify({ title: t('gitHosts.removed', { place }) });
          onClose();
        },
      },
    );
  return (
    <ConfirmPanel
      title={t('gitHosts.removeTitle')}
      detail={t('gitHosts.removeDetail', { place })}
      confirm={t('gitHosts.removeConfirm')}
      icon={Trash2}
      busy={logout.isPending}
      failure={logout.error}
      onConfirm={remove}
      onClose={onClose}
    />
  );
}
