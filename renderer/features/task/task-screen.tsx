import { FileCode2, Hammer } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { AppFailure } from '@shared/model/app-error.ts';
import { useOperation } from '../../api/hooks.ts';
import { chooseTaskFile } from '../../app/choose-task-file.ts';
import { navigate, useQueryParams } from '../../app/location.ts';
import { paths } from '../../app/paths.ts';
import { Button, Empty, Page, Skeleton } from '../../components/index.ts';
import { SourceFailure } from '../git-hosts/source-failure.tsx';
import { emptyForm, formForFile, formFromRequest } from './form.ts';
import { RunTaskScreen } from './run-task-screen.tsx';
import { TaskPicker } from './task-picker.tsx';

/** Tasks: asks for a task file, or shows what one will do and runs it; `rerun` fills the form from an earlier run. */
export function TaskScreen() {
  const search = useQueryParams();
  const [path, rerun, sample] = [search.get('path'), search.get('rerun'), search.get('sample')];
  if (rerun !== null) return <RerunTask key={rerun} runId={rerun} />;
  if (path !== null) return <FileTask key={path} path={path} />;
  if (sample !== null) return <SampleTask key={sample} id={sample} />;
  if (search.has('command')) return <CommandTask />;
  return <TaskPicker />;
}

function FileTask({ path }: { readonly path: string }) {
  const survey = useOperation('taskFiles', 'survey', { path });
  const file = survey.data?.files[0];
  const last = useOperation('taskFiles', 'lastInputs', { path: file?.path ?? path }, { enabled: file !== undefined });
  const failed = survey.error === null ? last : survey;
  if (failed.error !== null)
    return <Failed place={path} failure={failed.error} onRetry={() => void failed.refetch()} />;
  if (survey.data !== undefined && file === undefined) return <NoTaskFile folder={path} />;
  if (survey.data === undefined || file === undefined || last.data === undefined) return <Loading />;
  const { context, files } = survey.data;
  const inputs = last.data;
  return <RunTaskScreen draftKey={path} start={() => formForFile(file.path, context, inputs)} files={files} />;
}

function SampleTask({ id }: { readonly id: string }) {
  const { t } = useTranslation('task-screen');
  const samples = useOperation('taskFiles', 'samples', undefined);
  if (samples.error !== null)
    return <Failed place={id} failure={samples.error} onRetry={() => void samples.refetch()} />;
  if (samples.data === undefined) return <Loading />;
  const sample = samples.data.find((each) => each.id === id);
  if (sample === undefined) {
    return (
      <Page title={t('title')} measure="reading">
        <Empty title={t('noSample')}>
          <Button look="primary" onClick={() => navigate(paths.task())}>
            {t('otherFile')}
          </Button>
        </Empty>
      </Page>
    );
  }
  return (
    <RunTaskScreen
      draftKey={`sample:${id}`}
      start={() => emptyForm({ kind: 'file', path: sample.file }, sample.context)}
      files={[]}
    />
  );
}

function CommandTask() {
  return (
    <RunTaskScreen
      draftKey="command"
      start={() => emptyForm({ kind: 'command', image: '', args: '' }, '')}
      files={[]}
    />
  );
}

function RerunTask({ runId }: { readonly runId: string }) {
  const run = useOperation('runs', 'show', { runId });
  const request = run.data?.request;
  if (run.error !== null) return <Failed place={runId} failure={run.error} onRetry={() => void run.refetch()} />;
  if (request === undefined) return <Loading />;
  if (request.kind === 'quickBuild') return <NotATask runId={runId} />;
  const inputs = request.run;
  return (
    <RunTaskScreen
      draftKey={`rerun:${runId}`}
      start={() => ({ ...formFromRequest(inputs), allow: [] })}
      files={[]}
      rerunOf={runId}
    />
  );
}

interface FailedProps {
  readonly place: string;
  readonly failure: AppFailure;
  readonly onRetry: () => void;
}

function Failed({ place, failure, onRetry }: FailedProps) {
  const { t } = useTranslation('task-screen');
  return (
    <Page title={t('title')} lead={<code className="break-all">{place}</code>} measure="reading">
      <SourceFailure
        error={failure.error}
        onRetry={onRetry}
        context={place}
        onContext={(context) => navigate(paths.task(context))}
      />
      <Button className="self-start" icon={FileCode2} onClick={chooseTaskFile}>
        {t('otherFile')}
      </Button>
    </Page>
  );
}

function NoTaskFile({ folder }: { readonly folder: string }) {
  const { t } = useTranslation('task-screen');
  return (
    <Page title={t('title')} lead={<code className="break-all">{folder}</code>} measure="reading">
      <Empty title={t('noTaskFile.title')} text={t('noTaskFile.text')}>
        <Button look="primary" icon={FileCode2} onClick={chooseTaskFile}>
          {t('picker.choose')}
        </Button>
        <Button icon={Hammer} onClick={() => navigate(paths.build(folder))}>
          {t('noTaskFile.build')}
        </Button>
      </Empty>
    </Page>
  );
}

/** A quick build's inputs are edited on its own screen. */
function NotATask({ runId }: { readonly runId: string }) {
  const { t } = useTranslation('task-screen');
  return (
    <Page title={t('rerunTitle', { runId })} measure="reading">
      <Empty title={t('notATask')}>
        <Button look="primary" onClick={() => navigate(paths.rerun(runId), { replace: true })}>
          {t('openQuickBuild')}
        </Button>
      </Empty>
    </Page>
  );
}

function Loading() {
  const { t } = useTranslation('task-screen');
  return (
    <Page title={t('title')}>
      <Skeleton rows={8} />
    </Page>
  );
}
