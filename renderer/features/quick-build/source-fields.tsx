import type { UseQueryResult } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { AppFailure } from '@shared/model/app-error.ts';
import type { DockerfileOutline } from '@shared/model/context-survey.ts';
import { client } from '../../api/client.ts';
import { ErrorCard, Field, notifyFailure, Section, Select } from '../../components/index.ts';
import type { FormPartProps } from './build-screen.tsx';
import { DockerfileField } from './dockerfile-field.tsx';
import { dockerfileIn } from './form.ts';
import type { FormProblem } from './form.ts';

interface SourceFieldsProps extends FormPartProps {
  readonly dockerfiles: readonly string[];
  readonly problems: readonly FormProblem[];
  readonly outline: UseQueryResult<DockerfileOutline, AppFailure>;
}

/** What is built: which Dockerfile, up to which stage. */
export function SourceFields({ form, onForm, dockerfiles, problems, outline }: SourceFieldsProps) {
  const { t } = useTranslation('build');
  const setDockerfile = (dockerfile: string) => onForm((now) => ({ ...now, dockerfile, target: '' }));
  const choose = () => {
    client.app.chooseDockerfile({ context: form.context }).then((file) => {
      if (file !== null) setDockerfile(dockerfileIn(form.context, file) ?? file);
    }, notifyFailure);
  };
  const stages = outline.data?.stages ?? [];
  const named = stages.filter((stage) => stage.name !== undefined);
  const last = stages.at(-1);
  const targets = [
    {
      value: '',
      label: t('target.last', { stage: last?.name ?? t('target.unnamed', { number: (last?.index ?? 0) + 1 }) }),
    },
    ...named.map((stage) => ({
      value: stage.name ?? '',
      label: stage.name,
      detail: t('target.from', { image: stage.from }),
    })),
    // One that the file doesn't have, from an earlier run, stays visible.
    ...(form.target === '' || named.some((stage) => stage.name === form.target)
      ? []
      : [{ value: form.target, label: form.target }]),
  ];
  return (
    <Section title={t('source.title')}>
      <div className="grid grid-cols-2 gap-4">
        <DockerfileField form={form} onForm={onForm} dockerfiles={dockerfiles} problems={problems} onChoose={choose} />
        <Field label={t('target.label')}>
          <Select
            mono
            value={form.target}
            options={targets}
            onValue={(target) => onForm((now) => ({ ...now, target }))}
          />
        </Field>
      </div>
      {outline.error !== null && (
        <ErrorCard
          error={outline.error.error}
          onFix={{ chooseDockerfile: choose, retry: () => void outline.refetch() }}
        />
      )}
    </Section>
  );
}
