import { KeyRound } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { AppFailure } from '@shared/model/app-error.ts';
import { type GitPlace, parseGitPlace, tokenUserOf } from '@shared/model/git-host.ts';
import { useCommand, useOperation } from '../../api/hooks.ts';
import { Button, FailureCard, Field, Form, Input, notify, Panel, useFocusOnAppearing } from '../../components/index.ts';

interface TokenFormProps {
  /** Filled in when something asked for it. */
  readonly place: string;
  /** Kept for something that failed for want of it, and that is tried again then. */
  readonly retries?: boolean;
  readonly onKept: () => void;
  readonly onClose: () => void;
}

/** Takes a token for a git host into the vault; it never comes back to the window. */
export function TokenForm({ place: asked, retries = false, onKept, onClose }: TokenFormProps) {
  const { t } = useTranslation('settings');
  const [place, setPlace] = useState(asked);
  const [token, setToken] = useState('');
  const [username, setUsername] = useState('');
  const [tried, setTried] = useState(false);
  const vault = useOperation('registries', 'vault', undefined);
  const login = useCommand('gitHosts', 'login');
  const placeField = useFocusOnAppearing<HTMLInputElement>(asked === '');
  const tokenField = useFocusOnAppearing<HTMLInputElement>(asked !== '');
  const submit = () => {
    setTried(true);
    if (place.trim() === '' || token.trim() === '' || login.isPending) return;
    const user = username.trim();
    login.mutate(
      { place: place.trim(), token: token.trim(), ...(user === '' ? {} : { username: user }) },
      {
        onSuccess: (kept) => {
          const lasts = vault.data?.state !== 'needsPassphrase';
          notify({ title: t(lasts ? 'gitHosts.done' : 'gitHosts.doneForSession', { place: kept.place }) });
          onKept();
        },
      },
    );
  };
  const at = placeIn(place);
  return (
    <Panel className="p-4">
      <Form aria-label={t('gitHosts.title')} className="flex flex-col gap-4" onSubmit={submit}>
        <h3 className="font-semibold break-words">
          {asked === '' ? t('gitHosts.title') : t('gitHosts.titleFor', { place: asked })}
        </h3>
        <div className="grid grid-cols-2 items-start gap-3">
          <Field
            label={t('gitHosts.place')}
            hint={t('gitHosts.placeHint')}
            error={tried && place.trim() === '' ? t('gitHosts.missing.place') : undefined}
          >
            <Input mono ref={placeField} value={place} placeholder="github.com" onValue={setPlace} />
          </Field>
          <Field
            label={t('gitHosts.user')}
            hint={t('gitHosts.userHint', { username: at === undefined ? 'x-access-token' : tokenUserOf(at) })}
          >
            <Input mono value={username} onValue={setUsername} />
          </Field>
        </div>
        <Field
          label={t('gitHosts.token')}
          hint={t('gitHosts.tokenHint')}
          error={tried && token.trim() === '' ? t('gitHosts.missing.token') : undefined}
        >
          <Input mono type="password" ref={tokenField} value={token} onValue={setToken} />
        </Field>
        <FailureCard failure={login.error} onFix={{ retry: submit }} />
        <div className="flex items-center gap-2">
          <Button type="submit" look="primary" icon={KeyRound} busy={login.isPending}>
            {retries ? t('gitHosts.submitRetry') : t('gitHosts.submit')}
          </Button>
          <Button look="quiet" onClick={onClose}>
            {t('gitHosts.cancel')}
          </Button>
        </div>
      </Form>
    </Panel>
  );
}

/** Undefined while what is typed is no place yet. */
function placeIn(text: string): GitPlace | undefined {
  try {
    return parseGitPlace(text);
  } catch (thrown) {
    if (thrown instanceof AppFailure) return undefined;
    throw thrown;
  }
}
