import { ArrowRight, ClipboardPaste, FolderInput, FolderOpen } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useOperation } from '../../api/hooks.ts';
import { navigate } from '../../app/location.ts';
import { paths } from '../../app/paths.ts';
import { Button, Field, Input, ListState, Page, Section, useFocusOnAppearing } from '../../components/index.ts';
import { FolderList } from './folder-list.tsx';
import { useChooseFolder } from './use-choose-folder.ts';

/** Where a quick build starts: drop, choose or type a folder, or take one that was built before. `start`: what is typed already. */
export function SourcePicker({ start }: { readonly start: string }) {
  const { t } = useTranslation('build');
  const chooseFolder = useChooseFolder();
  const recent = useOperation('quickBuilds', 'recentContexts', {});
  const [typed, setTyped] = useState(start);
  const field = useFocusOnAppearing<HTMLInputElement>(start !== '');
  const path = typed.trim();
  return (
    <Page title={t('title')} lead={t('lead')} measure="reading">
      <div className="flex flex-col items-center gap-4 rounded-md border border-dashed border-control-line bg-surface px-6 py-8 text-center">
        <FolderInput aria-hidden size={28} strokeWidth={1.5} className="text-accent" />
        <div>
          <p className="text-lg font-semibold">{t('source.drop')}</p>
          <p className="text-ink-2">{t('source.dropDetail')}</p>
        </div>
        <Button look="primary" icon={FolderOpen} onClick={chooseFolder}>
          {t('source.choose')}
        </Button>
        <form
          className="flex w-full max-w-120 items-end gap-2 text-left"
          onSubmit={(event) => {
            event.preventDefault();
            if (path !== '') navigate(paths.build(path));
          }}
        >
          <Field label={t('source.path')} className="flex-1">
            <Input mono ref={field} value={typed} onValue={setTyped} placeholder={t('source.pathExample')} />
          </Field>
          <Button type="submit" icon={ArrowRight} disabled={path === ''}>
            {t('source.open')}
          </Button>
        </form>
        <Button look="quiet" icon={ClipboardPaste} onClick={() => navigate(paths.build('/dev/null'))}>
          {t('source.paste')}
        </Button>
      </div>
      {recent.data?.length === 0 ? null : (
        <Section title={t('source.recent')}>
          <ListState query={recent} empty={null} rows={3}>
            {(folders) => <FolderList folders={folders} />}
          </ListState>
        </Section>
      )}
    </Page>
  );
}
