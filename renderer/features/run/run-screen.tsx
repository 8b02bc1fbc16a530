import { useTranslation } from 'react-i18next';
import { useOperation } from '../../api/hooks.ts';
import { ErrorCard, Page, Skeleton } from '../../components/index.ts';
import { RunView } from './run-view.tsx';

/** One run. The route gives it a `key`, so that nothing of another run stays. */
export function RunScreen({ runId }: { readonly runId: string }) {
  const { t } = useTranslation('run');
  const run = useOperation('runs', 'show', { runId });
  const vertices = useOperation('runs', 'vertices', { runId });
  if (run.data !== undefined) return <RunView run={run.data} vertices={vertices.data ?? []} />;
  return (
    <Page title={t('title', { runId })}>
      {run.error === null ? (
        <Skeleton rows={8} />
      ) : (
        <ErrorCard error={run.error.error} onFix={{ retry: () => void run.refetch() }} />
      )}
    </Page>
  );
}
