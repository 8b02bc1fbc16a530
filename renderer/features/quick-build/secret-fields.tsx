import { Plus, X } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { DockerfileOutline } from '@shared/model/context-survey.ts';
import { Button, Chip, IconButton, Input, Section, Select } from '../../components/index.ts';
import type { FormPartProps } from './build-screen.tsx';
import type { FormProblem, SecretKind, SecretRow, SshRow } from './form.ts';

interface SecretFieldsProps extends FormPartProps {
  readonly problems: readonly FormProblem[];
  readonly outline: DockerfileOutline | undefined;
  readonly keepsSecrets: boolean;
}

const kinds: readonly SecretKind[] = ['file', 'env', 'value'];

/** Secrets and SSH keys that single instructions may mount; nothing of them stays in the image. */
export function SecretFields({ form, onForm, problems, outline, keepsSecrets }: SecretFieldsProps) {
  const { t } = useTranslation('build');
  const setSecret = (index: number, part: Partial<SecretRow>) =>
    onForm((now) => ({ ...now, secrets: now.secrets.map((row, at) => (at === index ? { ...row, ...part } : row)) }));
  const setSsh = (index: number, part: Partial<SshRow>) =>
    onForm((now) => ({ ...now, ssh: now.ssh.map((row, at) => (at === index ? { ...row, ...part } : row)) }));
  return (
    <Section
      title={t('secrets.title')}
      aside={
        <div className="flex gap-1">
          <Button
            size="small"
            look="quiet"
            icon={Plus}
            onClick={() => onForm((now) => ({ ...now, secrets: [...now.secrets, { id: '', kind: 'file', text: '' }] }))}
          >
            {t('secrets.add')}
          </Button>
          <Button
            size="small"
            look="quiet"
            icon={Plus}
            onClick={() =>
              onForm((now) => ({ ...now, ssh: [...now.ssh, { id: now.ssh.length === 0 ? 'default' : '', path: '' }] }))
            }
          >
            {t('ssh.add')}
          </Button>
        </div>
      }
    >
      {form.secrets.length + form.ssh.length === 0 && <p className="text-xs text-ink-3">{t('secrets.none')}</p>}
      <ul className="flex flex-col gap-1.5">
        {form.secrets.map((row, index) => {
          const problem = problems.find((one) => one.field === 'secret' && one.index === index);
          const wanted = outline?.secretIds.includes(row.id) === true;
          return (
            <li key={index}>
              <div className="flex items-center gap-1">
                <span className="flex w-[36%] shrink-0 items-center gap-1 pr-1">
                  <Input
                    mono
                    aria-label={t('secrets.id')}
                    aria-invalid={problem === undefined ? undefined : true}
                    value={row.id}
                    placeholder="id"
                    onValue={(id) => setSecret(index, { id })}
                  />
                  {wanted && <Chip>{t('secrets.wanted')}</Chip>}
                </span>
                <Select
                  label={t('secrets.from')}
                  className="w-26 shrink-0"
                  value={row.kind}
                  options={kinds.map((kind) => ({ value: kind, label: t(`secrets.kind.${kind}`) }))}
                  onValue={(kind) => setSecret(index, { kind, text: '' })}
                />
                <Input
                  mono
                  type={row.kind === 'value' ? 'password' : 'text'}
                  aria-label={t(`secrets.text.${row.kind}`)}
                  value={row.text}
                  placeholder={row.kind === 'value' && keepsSecrets ? t('kept') : t(`secrets.text.${row.kind}`)}
                  onValue={(text) => setSecret(index, { text })}
                />
                <IconButton
                  icon={X}
                  label={t('secrets.remove', { id: row.id })}
                  onClick={() => onForm((now) => ({ ...now, secrets: now.secrets.filter((_, at) => at !== index) }))}
                />
              </div>
              {problem !== undefined && <p className="text-xs text-failed-fg">{t('secrets.idProblem')}</p>}
            </li>
          );
        })}
        {form.ssh.map((row, index) => (
          <li key={`ssh-${index}`} className="flex items-center gap-1">
            <span className="flex w-[36%] shrink-0 items-center gap-1 pr-1">
              <Input
                mono
                aria-label={t('ssh.id')}
                value={row.id}
                placeholder="default"
                onValue={(id) => setSsh(index, { id })}
              />
              <Chip>SSH</Chip>
            </span>
            <Input
              mono
              aria-label={t('ssh.path')}
              value={row.path}
              placeholder={t('ssh.agent')}
              onValue={(path) => setSsh(index, { path })}
            />
            <IconButton
              icon={X}
              label={t('ssh.remove', { id: row.id })}
              onClick={() => onForm((now) => ({ ...now, ssh: now.ssh.filter((_, at) => at !== index) }))}
            />
          </li>
        ))}
      </ul>
    </Section>
  );
}
