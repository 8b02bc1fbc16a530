import { KeyRound, LockKeyhole, LockKeyholeOpen } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { VaultStatus } from '@shared/model/registry.ts';
import { useCommand, useOperation } from '../../api/hooks.ts';
import {
  Button,
  ErrorCard,
  FailureCard,
  Field,
  Form,
  Input,
  Panel,
  useFocusOnAppearing,
} from '../../components/index.ts';

/** The contract's shortest passphrase. */
const shortest = 8;

const icons = {
  keyring: KeyRound,
  unlocked: LockKeyholeOpen,
  locked: LockKeyhole,
  needsPassphrase: LockKeyhole,
} as const satisfies Record<VaultStatus['state'], unknown>;

/** Where passwords are kept; asks for the passphrase where there is no keyring. `wanted`: someone was sent here for it. */
export function VaultPanel({ wanted }: { readonly wanted: boolean }) {
  const { t } = useTranslation('registries');
  const vault = useOperation('registries', 'vault', undefined);
  const [opened, setOpened] = useState(wanted);
  if (vault.error !== null)
    return <ErrorCard error={vault.error.error} onFix={{ retry: () => void vault.refetch() }} />;
  const status = vault.data;
  if (status === undefined) return null;
  const Icon = icons[status.state];
  const closed = status.state === 'locked' || status.state === 'needsPassphrase';
  return (
    <Panel className={closed ? 'border-warning-line' : ''}>
      <div className="flex items-start gap-2.5 px-3 py-2.5">
        <Icon
          aria-hidden
          size={16}
          strokeWidth={1.75}
          className={closed ? 'mt-0.5 shrink-0 text-warning-fg' : 'mt-0.5 shrink-0 text-ink-3'}
        />
        <div className="min-w-0 flex-1">
          <h2 className="text-sm font-medium">
            {t('vault.title')}
            {': '}
            {t(`vault.state.${status.state}`)}
          </h2>
          <p className="text-xs break-words text-ink-2">
            {t(`vault.detail.${status.state}`, {
              keyring: status.state === 'keyring' ? status.keyring : '',
              reason: status.state === 'needsPassphrase' ? status.reason : '',
            })}
          </p>
        </div>
        {closed && !opened && (
          <Button size="small" onClick={() => setOpened(true)}>
            {status.state === 'locked' ? t('vault.unlock') : t('vault.choose')}
          </Button>
        )}
      </div>
      {closed && opened && (
        <PassphraseForm isNew={status.state === 'needsPassphrase'} onClose={() => setOpened(false)} />
      )}
    </Panel>
  );
}

interface PassphraseFormProps {
  /** Typed twice: one that is mistyped would lock everything away. */
  readonly isNew: boolean;
  readonly onClose: () => void;
}

function PassphraseForm({ isNew, onClose }: PassphraseFormProps) {
  const { t } = useTranslation('registries');
  const [passphrase, setPassphrase] = useState('');
  const [repeated, setRepeated] = useState('');
  const [tried, setTried] = useState(false);
  const unlock = useCommand('registries', 'unlock');
  const first = useFocusOnAppearing<HTMLInputElement>();
  const differs = isNew && repeated !== passphrase;
  const tooShort = passphrase.length < shortest;
  const submit = () => {
    setTried(true);
    if (!differs && !tooShort && !unlock.isPending) unlock.mutate({ passphrase });
  };
  const wrong = unlock.error?.error.code === 'secret.wrongPassphrase';
  return (
    <Form className="flex flex-col gap-3 border-t border-line px-3 py-3" onSubmit={submit}>
      <p className="text-ink-2">{isNew ? t('passphrase.chooseDetail') : t('passphrase.unlockDetail')}</p>
      <div className="grid grid-cols-2 items-start gap-3">
        <Field
          label={t('passphrase.label')}
          hint={isNew ? t('passphrase.hint') : undefined}
          error={wrong ? t('passphrase.wrong') : tried && tooShort ? t('passphrase.tooShort') : undefined}
        >
          <Input type="password" ref={first} value={passphrase} onValue={setPassphrase} />
        </Field>
        {isNew && (
          <Field
            label={t('passphrase.repeat')}
            error={(tried || repeated.length >= passphrase.length) && differs ? t('passphrase.differs') : undefined}
          >
            <Input type="password" value={repeated} onValue={setRepeated} />
          </Field>
        )}
      </div>
      {!wrong && <FailureCard failure={unlock.error} onFix={{ retry: submit }} />}
      <div className="flex gap-2">
        <Button type="submit" size="small" look="primary" busy={unlock.isPending}>
          {unlock.isPending ? t('passphrase.working') : isNew ? t('passphrase.create') : t('passphrase.unlock')}
        </Button>
        <Button size="small" look="quiet" onClick={onClose}>
          {t('passphrase.cancel')}
        </Button>
      </div>
    </Form>
  );
}
