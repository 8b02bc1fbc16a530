import { useTranslation } from 'react-i18next';
import { useOperation } from '../../api/hooks.ts';
import { navigate, useQueryParams } from '../../app/location.ts';
import { paths } from '../../app/paths.ts';
import { ErrorCard, Page, Skeleton } from '../../components/index.ts';
import { SourceFailure } from '../git-hosts/source-failure.tsx';
import { BuildScreen } from './build-screen.tsx';
import { formFor, formFromRequest } from './form.ts';
import { SourcePicker } from './source-picker.tsx';
import { useChooseFolder } from './use-choose-folder.ts';

/** Quick build: without a folder it asks for one; with one it shows the form; `rerun` fills it from an earlier run. */
export function QuickBuildScreen() {
  const search = useQueryParams();
  const path = search.get('context');
  const rerun = search.get('rerun');
  if (rerun !== null) return <RerunForm key={rerun} runId={rerun} />;
  if (path !== null) return <FolderForm key={path} path={path} />;
  return <SourcePicker start={search.get('from') ?? ''} />;
}

function FolderForm({ path }: { readonly path: string }) {
  const { t } = useTranslation('build');
  const chooseFolder = useChooseFolder();
  const survey = useOperation('quickBuilds', 'survey', { path });
  const context = survey.data?.context;
  const last = useOperation(
    'quickBuilds',
    'lastInputs',
    { context: context ?? path },
    { enabled: context !== undefined },
  );
  const failure = survey.error ?? last.error;
  if (failure !== null) {
    return (
      <Page title={t('title')} lead={<code className="break-all">{path}</code>} measure="reading">
        <SourceFailure
          error={failure.error}
          onRetry={() => void (survey.error === null ? last : survey).refetch()}
          context={path}
          onContext={(context) => navigate(paths.build(context))}
          onFix={{ chooseFolder, editInputs: () => navigate(paths.otherSource(path)) }}
        />
      </Page>
    );
  }
  if (survey.data === undefined || last.data === undefined) return <Loading />;
  const found = survey.data;
  const inputs = last.data;
  return (
    <BuildScreen
      key={found.context}
      draftKey={path}
      start={() => formFor(found, inputs, path)}
      dockerfiles={found.dockerfiles}
    />
  );
}

function RerunForm({ runId }: { readonly runId: string }) {
  const { t } = useTranslation('build');
  const run = useOperation('runs', 'show', { runId });
  const build = run.data?.request.kind === 'quickBuild' ? run.data.request.build : undefined;
  const context = build?.context ?? '';
  // The folder may have gone since; then only its list of Dockerfiles is missing.
  const survey = useOperation('quickBuilds', 'survey', { path: context }, { enabled: context !== '' });
  if (run.error !== null) {
    return (
      <Page title={t('rerunTitle', { runId })} measure="reading">
        <ErrorCard error={run.error.error} onFix={{ retry: () => void run.refetch() }} />
      </Page>
    );
  }
  if (build === undefined || survey.isPending) return <Loading />;
  return (
    <BuildScreen
      draftKey={`rerun:${runId}`}
      start={() => formFromRequest(build)}
      dockerfiles={survey.data?.dockerfiles ?? []}
      rerunOf={runId}
    />
  );
}

function Loading() {
  const { t } = useTranslation('build');
  return (
    <Page title={t('title')}>
      <Skeleton rows={8} />
    </Page>
  );
}
