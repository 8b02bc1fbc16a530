import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import type { Run } from '@shared/model/run.ts';
import { runTitle } from '../../app/active-runs.ts';
import { paths } from '../../app/paths.ts';
import { Duration, errorTexts, MiddleTruncate, RelativeTime, StateIcon, stateOfRun } from '../../components/index.ts';

/** A run that is over, with what went wrong in one line. */
export function RunRow({ run }: { readonly run: Run }) {
  const { i18n } = useTranslation();
  return (
    <li className="relative flex items-start gap-2.5 px-3 py-2 hover:bg-hover">
      <StateIcon state={stateOfRun(run)} labelled className="mt-0.5" />
      <div className="min-w-0 flex-1">
        <div className="flex min-w-0 items-center gap-2">
          <Link href={paths.run(run.runId)} className="shrink-0 rounded-sm font-medium after:absolute after:inset-0">
            {run.runId}
          </Link>
          <MiddleTruncate text={runTitle(run)} className="text-ink-2" />
        </div>
        {run.error !== undefined && <p className="truncate text-xs text-ink-2">{errorTexts(i18n, run.error).title}</p>}
      </div>
      <div className="flex shrink-0 flex-col items-end text-xs text-ink-3">
        <RelativeTime time={run.finishTime ?? run.createTime} className="relative" />
        <Duration start={run.startTime} end={run.finishTime ?? run.lastUpdatedTime} />
      </div>
    </li>
  );
}
