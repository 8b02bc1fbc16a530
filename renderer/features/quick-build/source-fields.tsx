import type { UseQueryResult } from '@tanstack/react-query';
import { FileCode2 } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { AppFailure } from '@shared/model/app-error.ts';
import type { DockerfileOutline } from '@shared/model/context-survey.ts';
import { placeOfContext } from '../../app/active-runs.ts';
import { client } from '../../api/client.ts';
import { ErrorCard, Field, IconButton, Input, notifyFailure, Section, Select } from '../../components/index.ts';
import type { FormPartProps } from './build-screen.tsx';
import { dockerfileIn } from './form.ts';

interface SourceFieldsProps extends FormPartProps {
  readonly dockerfiles: readonly string[];
  readonly outline: UseQueryResult<DockerfileOutline, AppFailure>;
}

/** What is built: which Dockerfile, up to which stage. */
export function SourceFields({ form, onForm, dockerfiles, outline }: SourceFieldsProps) {
  const { t } = useTranslation('build');
  const setDockerfile = (dockerfile: string) => onForm((now) => ({ ...now, dockerfile, target: '' }));
  const choose = () => {
    client.app.chooseDockerfile({ context: form.context }).then((file) => {
      if (file !== null) setDockerfile(dockerfileIn(form.context, file) ?? file);
    }, notifyFailure);
  };
  const files =
    dockerfiles.includes(form.dockerfile) || form.dockerfile === '' ? dockerfiles : [form.dockerfile, ...dockerfiles];
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
        <Field
          label={t('dockerfile.label')}
          hint={files.length > 1 ? t('dockerfile.found', { count: dockerfiles.length }) : undefined}
        >
          <div className="flex items-center gap-1">
            {files.length === 0 ? (
              <Input mono value={form.dockerfile} onValue={setDockerfile} placeholder="Dockerfile" />
            ) : (
              <Select
                mono
                className="flex-1"
                value={form.dockerfile}
                options={files.map((file) => ({ value: file, label: file }))}
                onValue={setDockerfile}
              />
            )}
            {placeOfContext(form.context)?.kind === 'folder' && (
              <IconButton icon={FileCode2} label={t('dockerfile.choose')} onClick={choose} />
            )}
          </div>
        </Field>
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
