import { EyeOff, Eye, Plus, X } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { DockerfileOutline } from '@shared/model/context-survey.ts';
import { Button, IconButton, Input, Section } from '../../components/index.ts';
import type { FormPartProps } from './build-screen.tsx';
import { argFields } from './form.ts';
import type { ArgField, ArgRow, FormProblem } from './form.ts';

interface ArgumentFieldsProps extends FormPartProps {
  readonly problems: readonly FormProblem[];
  readonly outline: DockerfileOutline | undefined;
  readonly keepsSecrets: boolean;
}

/** Build arguments: those of the Dockerfile with their defaults, and any other. */
export function ArgumentFields({ form, onForm, problems, outline, keepsSecrets }: ArgumentFieldsProps) {
  const { t } = useTranslation('build');
  const fields = argFields(form, outline);
  const change = (field: ArgField, part: Partial<ArgRow>) =>
    onForm((now) => {
      const row: ArgRow = { name: field.name, value: field.value, secret: field.secret, ...part };
      const { index } = field;
      return {
        ...now,
        args: index === undefined ? [...now.args, row] : now.args.map((old, at) => (at === index ? row : old)),
      };
    });
  return (
    <Section
      title={t('args.title')}
      aside={
        <Button
          size="small"
          look="quiet"
          icon={Plus}
          onClick={() => onForm((now) => ({ ...now, args: [...now.args, { name: '', value: '', secret: false }] }))}
        >
          {t('args.add')}
        </Button>
      }
    >
      {fields.length === 0 ? (
        <p className="text-xs text-ink-3">{t('args.none')}</p>
      ) : (
        <ul className="flex flex-col gap-1.5">
          {fields.map((field, position) => {
            const problem = problems.find((one) => one.field === 'arg' && one.index === field.index);
            return (
              <li key={field.declared ? field.name : `own-${position}`}>
                <div className="flex items-center gap-1">
                  {field.declared ? (
                    <code className="w-2/5 shrink-0 truncate pr-2" title={field.name}>
                      {field.name}
                    </code>
                  ) : (
                    <span className="w-2/5 shrink-0 pr-1">
                      <Input
                        mono
                        aria-label={t('args.name')}
                        aria-invalid={problem === undefined ? undefined : true}
                        value={field.name}
                        placeholder={t('args.name')}
                        onValue={(name) => change(field, { name })}
                      />
                    </span>
                  )}
                  <Input
                    mono
                    type={field.secret ? 'password' : 'text'}
                    aria-label={t('args.value', { name: field.name })}
                    value={field.value}
                    placeholder={placeholder(field, keepsSecrets, t)}
                    onValue={(value) => change(field, { value })}
                  />
                  <IconButton
                    icon={field.secret ? EyeOff : Eye}
                    label={field.secret ? t('args.secretOn') : t('args.secretOff')}
                    pressed={field.secret}
                    onClick={() => change(field, { secret: !field.secret })}
                  />
                  <IconButton
                    icon={X}
                    label={
                      field.declared ? t('args.reset', { name: field.name }) : t('args.remove', { name: field.name })
                    }
                    disabled={field.index === undefined}
                    onClick={() => onForm((now) => ({ ...now, args: now.args.filter((_, at) => at !== field.index) }))}
                  />
                </div>
                {problem !== undefined && <p className="text-xs text-failed-fg">{t('args.nameProblem')}</p>}
                {field.secret && field.value !== '' && (
                  <p className="ml-[40%] text-xs text-ink-3">{t('args.secretHint')}</p>
                )}
              </li>
            );
          })}
        </ul>
      )}
    </Section>
  );
}

type Translate = ReturnType<typeof useTranslation<'build'>>['t'];

function placeholder(field: ArgField, keepsSecrets: boolean, t: Translate): string {
  if (field.secret && keepsSecrets && field.index !== undefined) return t('kept');
  if (field.default !== undefined && field.default !== '') return field.default;
  return field.declared ? t('args.noDefault') : t('args.valueOf');
}
