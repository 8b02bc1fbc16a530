import { KeyRound } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { TaskPreview, TaskSecretSource } from '@shared/model/quick-run.ts';
import type { Task } from '@shared/model/task.ts';
import { useCommand } from '../../api/hooks.ts';
import { Button, Chip, CopyButton, ErrorCard, Input, MiddleTruncate } from '../../components/index.ts';

const tones = { stored: 'plain', keyVault: 'accent', missing: 'failed' } as const satisfies Record<
  TaskSecretSource,
  unknown
>;

interface SecretListProps {
  readonly secrets: TaskPreview['secrets'];
  readonly task: Task;
  /** A value was given. */
  readonly onGiven: () => void;
}

/** The secrets that the task names, where their values come from, and a place to give those that are not known. */
export function SecretList({ secrets, task, onGiven }: SecretListProps) {
  const { t } = useTranslation('task-screen');
  return (
    <ul data-part="secrets" className="flex flex-col gap-2">
      {secrets.map(({ id, source }) => {
        const address = task.secrets.find((secret) => secret.id === id)?.keyvault;
        return (
          <li key={id} className="flex min-w-0 flex-col gap-1">
            <div className="flex min-w-0 items-center justify-between gap-3">
              <code className="truncate">{id}</code>
              <Chip tone={tones[source]}>{t(`secret.source.${source}`)}</Chip>
            </div>
            {address !== undefined && (
              <div className="flex min-w-0 items-center gap-1 text-xs text-ink-3">
                <MiddleTruncate text={address} tail={24} className="font-mono" />
                <CopyButton text={address} label={t('secret.copyAddress')} />
              </div>
            )}
            {source === 'missing' && <SecretForm id={id} address={address ?? id} onGiven={onGiven} />}
          </li>
        );
      })}
    </ul>
  );
}

interface SecretFormProps {
  readonly id: string;
  readonly address: string;
  readonly onGiven: () => void;
}

/** Takes a value into the vault; it never comes back to the window. */
function SecretForm({ id, address, onGiven }: SecretFormProps) {
  const { t } = useTranslation('task-screen');
  const [value, setValue] = useState('');
  const give = useCommand('taskFiles', 'setSecret');
  return (
    <>
      <form
        className="flex items-center gap-1"
        onSubmit={(event) => {
          event.preventDefault();
          if (value === '' || give.isPending) return;
          give.mutate(
            { address, value },
            {
              onSuccess: () => {
                setValue('');
                onGiven();
              },
            },
          );
        }}
      >
        <Input
          mono
          type="password"
          aria-label={t('secret.value', { id })}
          placeholder={t('secret.placeholder')}
          value={value}
          onValue={setValue}
        />
        <Button type="submit" icon={KeyRound} disabled={value === ''} busy={give.isPending}>
          {t('secret.give')}
        </Button>
      </form>
      {give.error !== null && <ErrorCard error={give.error.error} />}
    </>
  );
}
