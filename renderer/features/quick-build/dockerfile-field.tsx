import { ClipboardPaste, FileCode2 } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { longestInlineDockerfile } from '@shared/model/quick-build.ts';
import { placeOfContext } from '../../app/active-runs.ts';
import { Button, Field, IconButton, Input, Select, TextArea, useFocusOnAppearing } from '../../components/index.ts';
import type { FormPartProps } from './build-screen.tsx';
import type { FormProblem } from './form.ts';

interface DockerfileFieldProps extends FormPartProps {
  readonly dockerfiles: readonly string[];
  readonly problems: readonly FormProblem[];
  readonly onChoose: () => void;
}

/** Which Dockerfile: one of the context, or a text that is pasted. */
export function DockerfileField({ form, onForm, dockerfiles, problems, onChoose }: DockerfileFieldProps) {
  const { t } = useTranslation('build');
  const place = placeOfContext(form.context)?.kind;
  const paste = (pasted: string | undefined) => onForm((now) => ({ ...now, pasted, target: '' }));
  if (form.pasted !== undefined) {
    return (
      <PastedField
        form={form}
        onForm={onForm}
        problems={problems}
        {...(place === 'none' ? {} : { onFile: () => paste(undefined) })}
      />
    );
  }
  const files =
    dockerfiles.includes(form.dockerfile) || form.dockerfile === '' ? dockerfiles : [form.dockerfile, ...dockerfiles];
  const setDockerfile = (dockerfile: string) => onForm((now) => ({ ...now, dockerfile, target: '' }));
  return (
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
        {place === 'folder' && <IconButton icon={FileCode2} label={t('dockerfile.choose')} onClick={onChoose} />}
        <IconButton icon={ClipboardPaste} label={t('dockerfile.paste')} onClick={() => paste('')} />
      </div>
    </Field>
  );
}

interface PastedFieldProps extends FormPartProps {
  readonly problems: readonly FormProblem[];
  /** Absent where there are no files that it could be one of. */
  readonly onFile?: () => void;
}

function PastedField({ form, onForm, problems, onFile }: PastedFieldProps) {
  const { t } = useTranslation('build');
  const area = useFocusOnAppearing<HTMLTextAreaElement>(form.pasted === '');
  const problem = problems.find((one) => one.field === 'dockerfile');
  return (
    <Field
      className="col-span-2"
      label={t('dockerfile.pasted')}
      hint={t('dockerfile.pastedHint')}
      error={
        problem?.field === 'dockerfile' && (problem.reason === 'long' || form.pasted !== '')
          ? t(`dockerfile.problem.${problem.reason}`, { most: longestInlineDockerfile })
          : undefined
      }
      aside={
        onFile !== undefined && (
          <Button size="small" look="quiet" icon={FileCode2} onClick={onFile}>
            {t('dockerfile.useFile')}
          </Button>
        )
      }
    >
      <TextArea
        ref={area}
        rows={12}
        value={form.pasted}
        placeholder={'FROM alpine:3.20\nRUN echo hello'}
        onValue={(pasted) => onForm((now) => ({ ...now, pasted }))}
      />
    </Field>
  );
}
