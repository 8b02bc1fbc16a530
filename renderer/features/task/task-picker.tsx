import { ArrowRight, FileCode2, FlaskConical, ListChecks } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import { useOperation } from '../../api/hooks.ts';
import { chooseTaskFile } from '../../app/choose-task-file.ts';
import { navigate } from '../../app/location.ts';
import { paths } from '../../app/paths.ts';
import { Button, Field, Input, ListState, Page, Panel, Section } from '../../components/index.ts';
import { useSampleWords } from './sample-words.ts';
import { SourceTabs } from './source-tabs.tsx';
import { TaskFileList } from './task-file-list.tsx';

/** Where a task's run starts: drop, choose or type a task file, take one that was run before, or a sample. */
export function TaskPicker() {
  const { t } = useTranslation('task-screen');
  const recent = useOperation('taskFiles', 'recent', {});
  const samples = useOperation('taskFiles', 'samples', undefined);
  const sampleWords = useSampleWords();
  const [typed, setTyped] = useState('');
  const path = typed.trim();
  return (
    <Page title={t('title')} lead={t('lead')} measure="reading" actions={<SourceTabs value="file" />}>
      <div className="flex flex-col items-center gap-4 rounded-md border border-dashed border-control-line bg-surface px-6 py-8 text-center">
        <ListChecks aria-hidden size={28} strokeWidth={1.5} className="text-accent" />
        <div>
          <p className="text-lg font-semibold">{t('picker.drop')}</p>
          <p className="text-ink-2">{t('picker.dropDetail')}</p>
        </div>
        <Button look="primary" icon={FileCode2} shortcut="mod+o" onClick={chooseTaskFile}>
          {t('picker.choose')}
        </Button>
        <form
          className="flex w-full max-w-120 items-end gap-2 text-left"
          onSubmit={(event) => {
            event.preventDefault();
            if (path !== '') navigate(paths.task(path));
          }}
        >
          <Field label={t('picker.path')} className="flex-1">
            <Input mono value={typed} onValue={setTyped} placeholder="/home/ana/src/web/acr-task.yaml" />
          </Field>
          <Button type="submit" icon={ArrowRight} disabled={path === ''}>
            {t('picker.open')}
          </Button>
        </form>
      </div>
      {recent.data?.length === 0 ? null : (
        <Section title={t('picker.recent')}>
          <ListState query={recent} empty={null} rows={3}>
            {(files) => <TaskFileList files={files} />}
          </ListState>
        </Section>
      )}
      {samples.data?.length === 0 ? null : (
        <Section title={t('picker.samples')}>
          <ListState query={samples} empty={null} rows={3}>
            {(found) => (
              <Panel>
                <ul className="divide-y divide-line">
                  {found.map(({ id }) => {
                    const { title, text } = sampleWords(id);
                    return (
                      <li key={id} className="hover:bg-hover">
                        <Link href={paths.taskSample(id)} className="flex items-start gap-2.5 rounded-md px-3 py-2">
                          <FlaskConical
                            aria-hidden
                            size={15}
                            strokeWidth={1.75}
                            className="mt-0.5 shrink-0 text-ink-3"
                          />
                          <span className="flex min-w-0 flex-col">
                            <span className="font-medium">{title}</span>
                            {text !== undefined && <span className="text-xs text-ink-2">{text}</span>}
                          </span>
                        </Link>
                      </li>
                    );
                  })}
                </ul>
              </Panel>
            )}
          </ListState>
        </Section>
      )}
    </Page>
  );
}
