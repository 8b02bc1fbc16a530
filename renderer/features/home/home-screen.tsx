import { ArrowRight, FileCode2, FlaskConical, FolderOpen, Hammer, ListChecks } from 'lucide-react';
import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import { isFinal } from '@shared/model/run.ts';
import type { Run } from '@shared/model/run.ts';
import { useOperation } from '../../api/hooks.ts';
import { activeRuns } from '../../app/active-runs.ts';
import { chooseTaskFile } from '../../app/choose-task-file.ts';
import { navigate } from '../../app/location.ts';
import { paths } from '../../app/paths.ts';
import { Button, ErrorCard, ListState, Page, Panel, Section } from '../../components/index.ts';
import { FolderList } from '../quick-build/folder-list.tsx';
import { useChooseFolder } from '../quick-build/use-choose-folder.ts';
import { useSampleWords } from '../task/sample-words.ts';
import { TaskFileList } from '../task/task-file-list.tsx';
import { EngineStrip } from './engine-strip.tsx';
import { ExpiringCredentials } from './expiring-credentials.tsx';
import { RunRow } from './run-row.tsx';
import { RunningRow } from './running-row.tsx';

const failedRuns = { statuses: ['Failed', 'Error', 'Timeout'] as Run['status'][], limit: 6 };

/** What goes on, what went wrong, and where to begin. */
export function HomeScreen() {
  const { t } = useTranslation('home');
  const chooseFolder = useChooseFolder();
  const latest = useOperation('runs', 'list', { limit: 1 });
  if (latest.data?.length === 0) return <FirstTime />;
  return (
    <Page
      title={t('title')}
      actions={
        <>
          <Button icon={FileCode2} onClick={chooseTaskFile}>
            {t('openTask')}
          </Button>
          <Button look="primary" icon={FolderOpen} onClick={chooseFolder}>
            {t('buildFolder')}
          </Button>
        </>
      }
    >
      {latest.error === null ? (
        <div className="grid grid-cols-[minmax(0,1fr)_18rem] items-start gap-6 narrow:grid-cols-1 wide:grid-cols-[minmax(0,1fr)_24rem]">
          <div className="flex min-w-0 flex-col gap-6">
            <RunningNow />
            <LastFailures />
          </div>
          <div className="flex min-w-0 flex-col gap-6">
            <Section title={t('engine')}>
              <EngineStrip />
            </Section>
            <ExpiringCredentials />
            <RecentFolders />
            <RecentTaskFiles />
          </div>
        </div>
      ) : (
        <ErrorCard error={latest.error.error} onFix={{ retry: () => void latest.refetch() }} />
      )}
    </Page>
  );
}

function RunningNow() {
  const { t } = useTranslation('home');
  const runs = useOperation('runs', 'list', activeRuns);
  return (
    <Section title={t('running')}>
      <Panel>
        <ListState query={runs} rows={2} empty={<p className="px-3 py-4 text-ink-2">{t('nothingRuns')}</p>}>
          {(active) => (
            <ul className="divide-y divide-line">
              {active
                .filter((run) => !isFinal(run.status))
                .map((run) => (
                  <RunningRow key={run.runId} run={run} />
                ))}
            </ul>
          )}
        </ListState>
      </Panel>
    </Section>
  );
}

function LastFailures() {
  const { t } = useTranslation('home');
  const runs = useOperation('runs', 'list', failedRuns);
  return (
    <Section
      title={t('failures')}
      aside={
        <Button size="small" look="quiet" onClick={() => navigate(paths.runs)}>
          {t('allRuns')}
        </Button>
      }
    >
      <Panel>
        <ListState query={runs} rows={3} empty={<p className="px-3 py-4 text-ink-2">{t('noFailures')}</p>}>
          {(failed) => (
            <ul className="divide-y divide-line">
              {failed.map((run) => (
                <RunRow key={run.runId} run={run} />
              ))}
            </ul>
          )}
        </ListState>
      </Panel>
    </Section>
  );
}

function RecentFolders() {
  const { t } = useTranslation('home');
  const folders = useOperation('quickBuilds', 'recentContexts', {});
  return (
    <Section title={t('folders')}>
      <ListState
        query={folders}
        rows={3}
        empty={
          <Panel>
            <p className="px-3 py-4 text-ink-2">{t('noFolders')}</p>
          </Panel>
        }
      >
        {(found) => <FolderList folders={found} />}
      </ListState>
    </Section>
  );
}

/** Only once there are some: not everybody has task files. */
function RecentTaskFiles() {
  const { t } = useTranslation('home');
  const { data: files = [] } = useOperation('taskFiles', 'recent', {});
  if (files.length === 0) return null;
  return (
    <Section title={t('taskFiles')}>
      <TaskFileList files={files} />
    </Section>
  );
}

/** Before the first run: what this is for, and one way in that works without a network. */
function FirstTime() {
  const { t } = useTranslation('home');
  const chooseFolder = useChooseFolder();
  return (
    <Page title={t('welcome.title')} lead={t('welcome.lead')} measure="reading">
      <div className="grid grid-cols-3 gap-4 narrow:grid-cols-1">
        <Way icon={Hammer} title={t('welcome.buildTitle')} text={t('welcome.buildText')}>
          <Button look="primary" icon={FolderOpen} onClick={chooseFolder}>
            {t('welcome.choose')}
          </Button>
        </Way>
        <Way icon={ListChecks} title={t('welcome.taskTitle')} text={t('welcome.taskText')}>
          <Button icon={FileCode2} onClick={chooseTaskFile}>
            {t('welcome.chooseTask')}
          </Button>
        </Way>
        <Way icon={FlaskConical} title={t('welcome.sampleTitle')} text={t('welcome.sampleText')}>
          <Samples />
        </Way>
      </div>
      <p className="text-ink-2">{t('welcome.drop')}</p>
      <ExpiringCredentials />
      <Section title={t('engine')}>
        <EngineStrip />
      </Section>
    </Page>
  );
}

/** The samples that come with the app: one to build, the others tasks. */
function Samples() {
  const sampleWords = useSampleWords();
  const { data: info } = useOperation('app', 'info', undefined);
  const { data: tasks = [] } = useOperation('taskFiles', 'samples', undefined);
  const places = [
    ...(info === undefined ? [] : [{ id: 'hello', to: paths.build(info.sample) }]),
    ...tasks.map(({ id }) => ({ id, to: paths.taskSample(id) })),
  ];
  return (
    <ul className="-mx-2 flex w-full flex-col">
      {places.map(({ id, to }) => (
        <li key={id}>
          <Link
            href={to}
            title={sampleWords(id).text}
            className="group flex h-7 items-center gap-1.5 rounded-md px-2 text-accent hover:bg-hover"
          >
            <span className="truncate">{sampleWords(id).title}</span>
            <ArrowRight aria-hidden size={14} className="shrink-0 opacity-0 group-hover:opacity-100" />
          </Link>
        </li>
      ))}
    </ul>
  );
}

interface WayProps {
  readonly icon: LucideIcon;
  readonly title: string;
  readonly text: string;
  readonly children: ReactNode;
}

function Way({ icon: Icon, title, text, children }: WayProps) {
  return (
    <Panel className="flex flex-col items-start gap-3 p-5">
      <Icon aria-hidden size={24} strokeWidth={1.5} className="text-accent" />
      <div className="flex-1">
        <h2 className="text-lg font-semibold">{title}</h2>
        <p className="text-ink-2">{text}</p>
      </div>
      {children}
    </Panel>
  );
}
