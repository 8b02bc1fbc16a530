import { Eye, EyeOff, FileCode2, Plus, X } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { client } from '../../api/client.ts';
import { Button, Field, IconButton, Input, notifyFailure, Section } from '../../components/index.ts';
import type { FormProblem, ValueRow } from './form.ts';
import type { FormPartProps } from './run-task-screen.tsx';

interface ValueFieldsProps extends FormPartProps {
  readonly problems: readonly FormProblem[];
  readonly keepsSecrets: boolean;
}

/** What templates of the task are filled in with: a values file, and single values. */
export function ValueFields({ form, onForm, problems, keepsSecrets }: ValueFieldsProps) {
  const { t } = useTranslation('task-screen');
  const setRow = (index: number, part: Partial<ValueRow>) =>
    onForm((now) => ({ ...now, values: now.values.map((row, at) => (at === index ? { ...row, ...part } : row)) }));
  const choose = () => {
    client.app.chooseValuesFile(form.context === '' ? {} : { folder: form.context }).then((file) => {
      if (file !== null) onForm((now) => ({ ...now, valuesFile: file }));
    }, notifyFailure);
  };
  return (
    <Section
      title={t('values.title')}
      aside={
        <Button
          size="small"
          look="quiet"
          icon={Plus}
          onClick={() => onForm((now) => ({ ...now, values: [...now.values, { name: '', value: '', secret: false }] }))}
        >
          {t('values.add')}
        </Button>
      }
    >
      {form.values.length === 0 ? (
        <p className="text-xs text-ink-3">{t('values.none', { example: '{{.Values.name}}' })}</p>
      ) : (
        <ul className="flex flex-col gap-1.5">
          {form.values.map((row, index) => {
            const problem = problems.some((one) => one.field === 'value' && one.index === index);
            return (
              <li key={index}>
                <div className="flex items-center gap-1">
                  <span className="w-2/5 shrink-0">
                    <Input
                      mono
                      aria-label={t('values.name', { number: index + 1 })}
                      aria-invalid={problem || undefined}
                      value={row.name}
                      placeholder={t('values.namePlaceholder')}
                      onValue={(name) => setRow(index, { name })}
                    />
                  </span>
                  <Input
                    mono
                    type={row.secret ? 'password' : 'text'}
                    aria-label={t('values.value', { name: row.name })}
                    value={row.value}
                    placeholder={row.secret && keepsSecrets ? t('values.kept') : t('values.valuePlaceholder')}
                    onValue={(value) => setRow(index, { value })}
                  />
                  <IconButton
                    icon={row.secret ? EyeOff : Eye}
                    label={row.secret ? t('values.secretOn') : t('values.secretOff')}
                    pressed={row.secret}
                    onClick={() => setRow(index, { secret: !row.secret })}
                  />
                  <IconButton
                    icon={X}
                    label={t('values.remove', { name: row.name })}
                    onClick={() => onForm((now) => ({ ...now, values: now.values.filter((_, at) => at !== index) }))}
                  />
                </div>
                {problem && <p className="text-xs text-failed-fg">{t('values.nameProblem')}</p>}
              </li>
            );
          })}
        </ul>
      )}
      <Field label={t('values.file')} className="mt-1">
        <div className="flex items-center gap-1">
          <Input
            mono
            value={form.valuesFile}
            placeholder={t('values.noFile')}
            onValue={(valuesFile) => onForm((now) => ({ ...now, valuesFile }))}
          />
          <IconButton icon={FileCode2} label={t('values.chooseFile')} onClick={choose} />
        </div>
      </Field>
    </Section>
  );
}
