import { useTranslation } from 'react-i18next';
import type { QuickBuildRequest } from '@shared/model/quick-build.ts';
import type { Run } from '@shared/model/run.ts';
import { client } from '../../api/client.ts';
import { useCommand } from '../../api/hooks.ts';
import { navigate } from '../../app/location.ts';
import { paths } from '../../app/paths.ts';
import { notify, notifyFailure } from '../../components/index.ts';

/** What can be done with a run. */
export interface RunActions {
  /** Asked to stop, and has not yet. */
  readonly canceling: boolean;
  readonly cancel: () => void;
  readonly rerunning: boolean;
  readonly rerun: () => void;
  /** Only a quick build knows these. */
  readonly rerunWithoutCache: (() => void) | undefined;
  readonly rerunWithoutPush: (() => void) | undefined;
  /** Opens the form with this run's inputs. */
  readonly edit: () => void;
  readonly toggleKeep: () => void;
  readonly remove: () => void;
}

export function useRunActions(run: Run): RunActions {
  const { t } = useTranslation('run');
  const cancel = useCommand('runs', 'cancel');
  const rerun = useCommand('runs', 'rerun');
  const { runId, keep, request } = run;
  const again = (build?: QuickBuildRequest) => {
    if (rerun.isPending) return;
    rerun.mutate(build === undefined ? { runId } : { runId, build }, {
      onSuccess: (next) => navigate(paths.run(next.runId)),
      onError: notifyFailure,
    });
  };
  const build = request.kind === 'quickBuild' ? request.build : undefined;
  return {
    canceling: run.cancelRequested || cancel.isPending,
    cancel: () => {
      if (!run.cancelRequested) cancel.mutate({ runId }, { onError: notifyFailure });
    },
    rerunning: rerun.isPending,
    rerun: () => again(),
    rerunWithoutCache: build && (() => again({ ...build, noCache: true })),
    rerunWithoutPush: build && (() => again({ ...build, push: false })),
    edit: () => navigate(build === undefined ? paths.taskRerun(runId) : paths.rerun(runId)),
    toggleKeep: () => void client.runs.keep({ runId, keep: !keep }).catch(notifyFailure),
    remove: () => {
      client.runs.remove({ runIds: [runId] }).then(() => {
        navigate(paths.runs);
        notify({ title: t('removed', { runId }) });
      }, notifyFailure);
    },
  };
}
