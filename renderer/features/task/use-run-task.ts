import { useState } from 'react';
import type { AppFailure } from '@shared/model/app-error.ts';
import { QuickRunRequest, splitRunSecrets } from '@shared/model/quick-run.ts';
import type { QuickRunInput, TaskPreview } from '@shared/model/quick-run.ts';
import { client, failureOf } from '../../api/client.ts';
import { navigate } from '../../app/location.ts';
import { paths } from '../../app/paths.ts';
import { dropDraft } from './drafts.ts';
import { previewRequest } from './form.ts';
import { allowedNow, missingPermissions } from './permissions.ts';
import { runBlocker } from './run-blocker.ts';

interface RunTaskOptions {
  readonly draftKey: string;
  /** Undefined while the form can't be run. */
  readonly request: QuickRunInput | undefined;
  /** What is shown of it; undefined while that is not of the inputs as they are. */
  readonly shown: TaskPreview | undefined;
  readonly rerunOf: string | undefined;
}

interface RunTask {
  readonly run: () => void;
  /** It is being started. */
  readonly busy: boolean;
  readonly failure: AppFailure | undefined;
}

/**
 * Starts the run and goes to it. Pressed right after a change it looks first what the task would do now, and starts nothing
 * that asks for more than was allowed.
 */
export function useRunTask({ draftKey, request, shown, rerunOf }: RunTaskOptions): RunTask {
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<AppFailure>();

  const start = async (asked: QuickRunInput) => {
    const preview = shown ?? (await client.taskFiles.preview(previewRequest(asked)));
    const chosen = asked.allow ?? [];
    if (runBlocker({ formProblems: [], preview, failed: false, allow: chosen }) !== undefined) return;
    const whole = { ...asked, allow: [...allowedNow(preview, chosen)] };
    if (missingPermissions(preview, []).length > 0) await client.taskFiles.allow({ request: withoutSecrets(whole) });
    const { runId } = await (rerunOf === undefined
      ? client.runs.quickRun(whole)
      : client.runs.rerun({ runId: rerunOf, run: whole }));
    dropDraft(draftKey);
    navigate(paths.run(runId));
  };

  return {
    run: () => {
      if (busy || request === undefined) return;
      setBusy(true);
      setFailure(undefined);
      void start(request)
        .catch((thrown: unknown) => setFailure(failureOf(thrown)))
        .finally(() => setBusy(false));
    },
    busy,
    failure,
  };
}

/** What may be told to others of a request. */
export function withoutSecrets(request: QuickRunInput): QuickRunRequest {
  return splitRunSecrets(QuickRunRequest.parse(request)).recorded;
}
