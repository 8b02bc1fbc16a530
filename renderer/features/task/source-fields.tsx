import { FileCode2, FolderOpen, FolderX } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { folderName } from '../../app/active-runs.ts';
import { chooseTaskFile } from '../../app/choose-task-file.ts';
import { Chip, Field, IconButton, Input, Section, Select, useFocusOnAppearing } from '../../components/index.ts';
import { chooseContext } from './choose-context.ts';
import type { FormPartProps } from './run-task-screen.tsx';

interface SourceFieldsProps extends FormPartProps {
  /** The task files of the folder that was opened. */
  readonly files: readonly { readonly path: string; readonly name: string }[];
}

/** What runs, and with which folder in its workspace. */
export function SourceFields({ form, onForm, files }: SourceFieldsProps) {
  const { t } = useTranslation('task-screen');
  return (
    <Section
      title={form.origin.kind === 'command' ? t('command.section') : t('source.title')}
      aside={form.edited !== undefined && <Chip tone="accent">{t('edited')}</Chip>}
    >
      <Origin form={form} onForm={onForm} files={files} />
      <ContextField form={form} onForm={onForm} />
    </Section>
  );
}

function Origin({ form, onForm, files }: SourceFieldsProps) {
  const { t } = useTranslation('task-screen');
  const { origin } = form;
  const image = useFocusOnAppearing<HTMLInputElement>(origin.kind === 'command' && origin.image === '');
  switch (origin.kind) {
    case 'file': {
      const known = files.some((file) => file.path === origin.path);
      const options = known ? files : [{ path: origin.path, name: folderName(origin.path) }, ...files];
      return (
        <Field
          label={t('source.file')}
          hint={files.length > 1 ? t('source.found', { count: files.length }) : undefined}
        >
          <div className="flex items-center gap-1">
            <Select
              mono
              className="flex-1"
              value={origin.path}
              options={options.map(({ path, name }) => ({ value: path, label: name }))}
              onValue={(path) => onForm((now) => ({ ...now, origin: { kind: 'file', path }, edited: undefined }))}
            />
            <IconButton icon={FileCode2} label={t('otherFile')} shortcut="mod+o" onClick={chooseTaskFile} />
          </div>
        </Field>
      );
    }
    case 'text':
      return (
        <Field label={t('source.text')} hint={t('source.textHint')}>
          <Input mono readOnly value={origin.name} />
        </Field>
      );
    case 'command': {
      return (
        <>
          <Field label={t('command.image')} hint={t('command.imageHint')}>
            <Input
              mono
              value={origin.image}
              placeholder="alpine:3.20"
              ref={image}
              onValue={(typed) => onForm((now) => ({ ...now, origin: { ...origin, image: typed }, edited: undefined }))}
            />
          </Field>
          <Field label={t('command.args')}>
            <Input
              mono
              value={origin.args}
              placeholder="sh -c 'ls -l /workspace'"
              onValue={(args) => onForm((now) => ({ ...now, origin: { ...origin, args }, edited: undefined }))}
            />
          </Field>
        </>
      );
    }
  }
}

function ContextField({ form, onForm }: FormPartProps) {
  const { t } = useTranslation('task-screen');
  const setContext = (context: string) => onForm((now) => ({ ...now, context }));
  const none = form.context.trim() === '';
  return (
    <Field label={t('context.label')} hint={none ? t('context.none') : t('context.hint')}>
      <div className="flex items-center gap-1">
        <Input mono value={form.context} placeholder={t('context.noFolder')} onValue={setContext} />
        <IconButton icon={FolderOpen} label={t('context.choose')} onClick={() => chooseContext(onForm)} />
        <IconButton icon={FolderX} label={t('context.leaveOut')} disabled={none} onClick={() => setContext('')} />
      </div>
    </Field>
  );
}
