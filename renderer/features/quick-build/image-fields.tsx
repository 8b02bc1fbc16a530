import { Plus, X } from 'lucide-react';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { Button, cx, Field, IconButton, Input, Section, Switch } from '../../components/index.ts';
import type { FormPartProps } from './build-screen.tsx';
import type { FormProblem } from './form.ts';
import { previewTag } from './tags.ts';
import type { TagPreview } from './tags.ts';

interface ImageFieldsProps extends FormPartProps {
  readonly problems: readonly FormProblem[];
  readonly defaultRegistry: string;
}

/** What comes out: the image's names, and where it is pushed. */
export function ImageFields({ form, onForm, problems, defaultRegistry }: ImageFieldsProps) {
  const { t } = useTranslation('build');
  const registry = form.registry.trim() === '' ? defaultRegistry : form.registry.trim();
  const setTag = (index: number, tag: string) =>
    onForm((now) => ({ ...now, tags: now.tags.map((old, at) => (at === index ? tag : old)) }));
  const tags = form.tags.length === 0 ? [''] : form.tags;
  return (
    <Section
      title={t('image.title')}
      aside={
        <Button
          size="small"
          look="quiet"
          icon={Plus}
          onClick={() => onForm((now) => ({ ...now, tags: [...now.tags, ''] }))}
        >
          {t('image.addTag')}
        </Button>
      }
    >
      <ul className="flex flex-col gap-3">
        {tags.map((tag, index) => {
          const problem = problems.find((one) => one.field === 'tag' && one.index === index);
          return (
            <li key={index} className="flex items-start gap-1">
              <Field
                quiet
                label={t('image.tag', { number: index + 1 })}
                error={problem?.field === 'tag' ? t(`tagProblem.${problem.reason}`) : undefined}
                className="flex-1"
              >
                <Input mono value={tag} placeholder="app:{{.Run.ID}}" onValue={(value) => setTag(index, value)} />
                {tag.trim() !== '' && problem === undefined && (
                  <Preview preview={previewTag(tag.trim(), registry, form.push)} />
                )}
                {tag.trim() === '' && tags.length === 1 && <p className="text-xs text-ink-3">{t('image.noTag')}</p>}
              </Field>
              {tags.length > 1 && (
                <IconButton
                  icon={X}
                  label={t('image.removeTag', { number: index + 1 })}
                  className="mt-0.5"
                  onClick={() => onForm((now) => ({ ...now, tags: now.tags.filter((_, at) => at !== index) }))}
                />
              )}
            </li>
          );
        })}
      </ul>
      <TemplateHint />
      <div className="mt-1 grid grid-cols-2 items-start gap-4">
        <Field label={t('image.registry')} hint={t('image.registryHint')}>
          <Input
            mono
            value={form.registry}
            placeholder={defaultRegistry === '' ? t('image.noRegistry') : defaultRegistry}
            onValue={(value) => onForm((now) => ({ ...now, registry: value }))}
          />
        </Field>
        <Switch
          className="mt-6"
          checked={form.push}
          label={t('image.push')}
          hint={t('image.pushHint')}
          onChecked={(push) => onForm((now) => ({ ...now, push }))}
        />
      </div>
    </Section>
  );
}

function TemplateHint() {
  const { t } = useTranslation('build');
  const id = useId();
  return (
    <p id={id} className="flex flex-wrap items-center gap-x-3 gap-y-1 text-xs text-ink-3">
      <span>{t('image.templates')}</span>
      <span>
        <code className="text-xs text-ink-2">{'{{.Run.ID}}'}</code> <code className="text-xs text-ink-2">$ID</code>{' '}
        {t('variable.ID')}
      </span>
      <span>
        <code className="text-xs text-ink-2">{'{{.Run.Date}}'}</code> {t('variable.Date')}
      </span>
    </p>
  );
}

/** The name with its variables told apart, and where it goes. */
function Preview({ preview }: { readonly preview: TagPreview }) {
  const { t } = useTranslation('build');
  const { pieces, destination } = preview;
  const where = (() => {
    switch (destination.kind) {
      case 'registry':
        return t('destination.registry', { host: destination.host });
      case 'engine':
        return t('destination.engine');
      case 'notPushed':
        return t('destination.notPushed');
    }
  })();
  return (
    <p className="flex min-w-0 flex-wrap items-center gap-x-2 text-xs text-ink-2">
      <span className={cx('shrink-0', destination.kind === 'registry' ? 'text-accent' : 'text-ink-3')}>{where}</span>
      <span className="min-w-0 font-mono break-all text-ink">
        {pieces.map((piece, index) => {
          switch (piece.kind) {
            case 'text':
              return <span key={index}>{piece.text}</span>;
            case 'variable':
              return <Blank key={index} text={t(`variable.${piece.name}`)} />;
            case 'template':
              return <Blank key={index} text={t('variable.other')} title={piece.text} />;
          }
        })}
      </span>
    </p>
  );
}

function Blank({ text, title }: { readonly text: string; readonly title?: string }) {
  return (
    <span
      title={title}
      className="mx-px rounded-sm border border-cached-line bg-cached-bg px-1 font-sans text-2xs text-cached-fg"
    >
      {text}
    </span>
  );
}
