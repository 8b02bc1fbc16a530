import { LogIn } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { CredentialInput, CredentialKind } from '@shared/model/registry.ts';
import type { RegistryCredential } from '@shared/model/registry.ts';
import { useCommand, useOperation } from '../../api/hooks.ts';
import {
  Button,
  FailureCard,
  Field,
  Form,
  Input,
  notify,
  Panel,
  Select,
  useFocusOnAppearing,
} from '../../components/index.ts';

interface SignInFormProps {
  /** Filled in when another screen asked for it. */
  readonly host: string;
  /** Who is signed in there. */
  readonly known: RegistryCredential | undefined;
  readonly onClose: () => void;
}

/** A credential for a registry; checked there before it is kept. */
export function SignInForm({ host: asked, known, onClose }: SignInFormProps) {
  const { t } = useTranslation('registries');
  const [host, setHost] = useState(asked);
  const [kind, setKind] = useState<CredentialKind>(known?.kind ?? 'password');
  const [username, setUsername] = useState(known?.username ?? '');
  const [secret, setSecret] = useState('');
  const [expires, setExpires] = useState('');
  const [tried, setTried] = useState(false);
  const vault = useOperation('registries', 'vault', undefined);
  const login = useCommand('registries', 'login');
  const hostField = useFocusOnAppearing<HTMLInputElement>(asked === '');
  const named = kind === 'password' || kind === 'servicePrincipal';
  const nameField = useFocusOnAppearing<HTMLInputElement>(asked !== '' && known === undefined);
  const secretField = useFocusOnAppearing<HTMLInputElement>(asked !== '' && known !== undefined);
  const credential = CredentialInput.safeParse({ kind, secret, ...(named ? { username: username.trim() } : {}) });
  const submit = () => {
    setTried(true);
    if (host.trim() === '' || !credential.success || login.isPending) return;
    login.mutate(
      {
        host: host.trim(),
        credential: credential.data,
        ...(expires === '' ? {} : { expiresAt: `${expires}T23:59:59.000Z` }),
      },
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
  const kinds = CredentialKind.options.map((value) => ({
    value,
    label: t(`kind.${value}`),
    detail: t(`login.kindDetail.${value}`),
  }));
  const nameWrong = tried && named && (username.trim() === '' || (kind === 'servicePrincipal' && !credential.success));
  return (
    <Panel className="p-4">
      <Form className="flex flex-col gap-4" onSubmit={submit}>
        <h2 className="text-lg font-semibold">
          {asked === '' ? t('login.title') : t('login.titleFor', { host: asked })}
        </h2>
        <div className="grid grid-cols-2 items-start gap-3">
          <Field
            label={t('login.host')}
            hint={t('login.hostHint')}
            error={tried && host.trim() === '' ? t('login.missing.host') : undefined}
          >
            <Input mono ref={hostField} value={host} placeholder="registry.example.com" onValue={setHost} />
          </Field>
          <Field label={t('login.kind')} hint={t(`login.kindDetail.${kind}`)}>
            <Select value={kind} options={kinds} onValue={setKind} />
          </Field>
        </div>
        <div className="grid grid-cols-2 items-start gap-3">
          {named && (
            <Field
              label={kind === 'servicePrincipal' ? t('login.clientId') : t('login.username')}
              error={
                !nameWrong
                  ? undefined
                  : kind === 'servicePrincipal'
                    ? t('login.missing.clientId')
                    : t('login.missing.username')
              }
            >
              <Input mono={kind === 'servicePrincipal'} ref={nameField} value={username} onValue={setUsername} />
            </Field>
          )}
          <Field
            label={t(`login.secret.${kind}`)}
            hint={t('login.passwordHint')}
            error={tried && secret === '' ? t('login.missing.password') : undefined}
          >
            <Input type="password" ref={secretField} value={secret} onValue={setSecret} />
          </Field>
          <Field label={t('login.expires')} hint={t(`login.expiresHint.${kind}`)}>
            <Input type="date" value={expires} onValue={setExpires} />
          </Field>
        </div>
        <FailureCard failure={login.error} without="signIn" onFix={{ retry: submit }} />
        <div className="flex items-center gap-2">
          <Button type="submit" look="primary" icon={LogIn} busy={login.isPending}>
            {login.isPending ? t('login.checking') : t('login.submit')}
          </Button>
          <Button look="quiet" onClick={onClose}>
            {t('login.cancel')}
          </Button>
        </div>
      </Form>
    </Panel>
  );
}
