import { LogIn } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { AppError } from '@shared/model/app-error.ts';
import { useCommand, useOperation } from '../../api/hooks.ts';
import { Button, ErrorCard, Field, Input, notify, Panel, useFocusOnAppearing } from '../../components/index.ts';

interface SignInFormProps {
  /** Filled in when another screen asked for it. */
  readonly host: string;
  readonly onClose: () => void;
}

/** Name and password for a registry; checked there before they are kept. */
export function SignInForm({ host: asked, onClose }: SignInFormProps) {
  const { t } = useTranslation('registries');
  const [host, setHost] = useState(asked);
  const [username, setUsername] = useState('');
  const [password, setPassword] = useState('');
  const [tried, setTried] = useState(false);
  const vault = useOperation('registries', 'vault', undefined);
  const login = useCommand('registries', 'login');
  const hostField = useFocusOnAppearing<HTMLInputElement>(asked === '');
  const nameField = useFocusOnAppearing<HTMLInputElement>(asked !== '');
  const complete = host.trim() !== '' && username.trim() !== '' && password !== '';
  const submit = () => {
    setTried(true);
    if (!complete || login.isPending) return;
    login.mutate(
      { host: host.trim(), username: username.trim(), password },
      {
        onSuccess: (check) => {
          const lasts = vault.data?.state !== 'needsPassphrase';
          const title = !check.signedIn
            ? t('login.notNeeded', check)
            : lasts
              ? t('login.done', check)
              : t('login.doneForSession', check);
          notify({ title });
          onClose();
        },
      },
    );
  };
  return (
    <Panel className="p-4">
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <h2 className="text-lg font-semibold">
          {asked === '' ? t('login.title') : t('login.titleFor', { host: asked })}
        </h2>
        <Field
          label={t('login.host')}
          hint={t('login.hostHint')}
          error={tried && host.trim() === '' ? t('login.missing.host') : undefined}
        >
          <Input mono ref={hostField} value={host} placeholder="registry.example.com" onValue={setHost} />
        </Field>
        <div className="grid grid-cols-2 items-start gap-3">
          <Field
            label={t('login.username')}
            error={tried && username.trim() === '' ? t('login.missing.username') : undefined}
          >
            <Input ref={nameField} value={username} onValue={setUsername} />
          </Field>
          <Field
            label={t('login.password')}
            hint={t('login.passwordHint')}
            error={tried && password === '' ? t('login.missing.password') : undefined}
          >
            <Input type="password" value={password} onValue={setPassword} />
          </Field>
        </div>
        {login.error !== null && <ErrorCard error={withoutSignIn(login.error.error)} onFix={{ retry: submit }} />}
        <div className="flex items-center gap-2">
          <Button type="submit" look="primary" icon={LogIn} busy={login.isPending}>
            {login.isPending ? t('login.checking') : t('login.submit')}
          </Button>
          <Button look="quiet" onClick={onClose}>
            {t('login.cancel')}
          </Button>
        </div>
      </form>
    </Panel>
  );
}

/** The error without the way to this very form. */
function withoutSignIn(error: AppError): AppError {
  return { ...error, fixes: error.fixes.filter((fix) => fix.kind !== 'signIn') };
}
