import { LogIn } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useCommand } from '../../api/hooks.ts';
import { Button, ErrorCard, Field, Input, notify, Panel } from '../../components/index.ts';

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
  const login = useCommand('registries', 'login');
  const complete = host.trim() !== '' && username.trim() !== '' && password !== '';
  const submit = () => {
    if (!complete || login.isPending) return;
    login.mutate(
      { host: host.trim(), username: username.trim(), password },
      {
        onSuccess: (check) => {
          notify({ title: t('signedIn', { host: check.host }) });
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
        <div className="grid grid-cols-3 gap-3">
          <Field label={t('form.host')}>
            <Input mono autoFocus={asked === ''} value={host} placeholder="registry.example.com" onValue={setHost} />
          </Field>
          <Field label={t('form.username')}>
            <Input autoFocus={asked !== ''} value={username} onValue={setUsername} />
          </Field>
          <Field label={t('form.password')}>
            <Input type="password" value={password} onValue={setPassword} />
          </Field>
        </div>
        {login.error !== null && <ErrorCard error={login.error.error} onFix={{ retry: submit }} />}
        <div className="flex items-center gap-2">
          <Button type="submit" look="primary" icon={LogIn} busy={login.isPending} disabled={!complete}>
            {t('form.submit')}
          </Button>
          <Button look="quiet" onClick={onClose}>
            {t('form.cancel')}
          </Button>
          <p className="min-w-0 flex-1 text-xs text-ink-3">{t('form.note')}</p>
        </div>
      </form>
    </Panel>
  );
}
