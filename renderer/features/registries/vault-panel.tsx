import { KeyRound, LockKeyhole, LockKeyholeOpen } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useCommand, useOperation } from '../../api/hooks.ts';
import { Button, ErrorCard, Field, Input, Panel } from '../../components/index.ts';

/** The contract's shortest passphrase. */
const shortest = 8;

/** Where passwords are kept; asks for the passphrase where there is no keyring. `wanted`: someone was sent here for it. */
export function VaultPanel({ wanted }: { readonly wanted: boolean }) {
  const { t } = useTranslation('registries');
  const vault = useOperation('registries', 'vault', undefined);
  if (vault.error !== null)
    return <ErrorCard error={vault.error.error} onFix={{ retry: () => void vault.refetch() }} />;
  if (vault.data === undefined) return null;
  switch (vault.data.state) {
    case 'keyring':
      return (
        <p className="flex items-center gap-2 text-ink-2">
          <KeyRound aria-hidden size={15} strokeWidth={1.75} className="shrink-0" />
          {t('vault.keyring', { keyring: vault.data.keyring })}
        </p>
      );
    case 'unlocked':
      return (
        <p className="flex items-center gap-2 text-ink-2">
          <LockKeyholeOpen aria-hidden size={15} strokeWidth={1.75} className="shrink-0" />
          {t('vault.unlocked')}
        </p>
      );
    case 'locked':
      return <PassphraseForm title={t('vault.locked')} text={t('vault.lockedText')} repeated={false} focus={wanted} />;
    case 'needsPassphrase':
      return (
        <PassphraseForm
          title={t('vault.none')}
          text={t('vault.noneText')}
          reason={vault.data.reason}
          repeated
          focus={wanted}
        />
      );
  }
}

interface PassphraseFormProps {
  readonly title: string;
  readonly text: string;
  readonly reason?: string;
  /** Typed twice: a new one that is mistyped would lock everything away. */
  readonly repeated: boolean;
  readonly focus: boolean;
}

function PassphraseForm({ title, text, reason, repeated, focus }: PassphraseFormProps) {
  const { t } = useTranslation('registries');
  const [passphrase, setPassphrase] = useState('');
  const [again, setAgain] = useState('');
  const unlock = useCommand('registries', 'unlock');
  const differs = repeated && again !== '' && again !== passphrase;
  const complete = passphrase.length >= shortest && (!repeated || again === passphrase);
  const submit = () => {
    if (complete && !unlock.isPending) unlock.mutate({ passphrase });
  };
  return (
    <Panel className="border-warning-line p-4">
      <form
        className="flex flex-col gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <div className="flex items-start gap-2">
          <LockKeyhole aria-hidden size={16} strokeWidth={1.75} className="mt-0.5 shrink-0 text-warning-fg" />
          <div>
            <h2 className="text-sm font-semibold">{title}</h2>
            <p className="text-ink-2">{text}</p>
            {reason !== undefined && <p className="text-xs text-ink-3">{reason}</p>}
          </div>
        </div>
        <div className="flex items-start gap-3">
          <Field
            label={t('vault.passphrase')}
            hint={repeated ? t('vault.shortest', { count: shortest }) : undefined}
            className="flex-1"
          >
            <Input type="password" autoFocus={focus} value={passphrase} onValue={setPassphrase} />
          </Field>
          {repeated && (
            <Field label={t('vault.again')} error={differs ? t('vault.differs') : undefined} className="flex-1">
              <Input type="password" value={again} onValue={setAgain} />
            </Field>
          )}
          <Button type="submit" look="primary" className="mt-5" busy={unlock.isPending} disabled={!complete}>
            {repeated ? t('vault.create') : t('vault.unlock')}
          </Button>
        </div>
        {unlock.error !== null && <ErrorCard error={unlock.error.error} onFix={{ retry: submit }} />}
      </form>
    </Panel>
  );
}
