import { CircleX } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import type { Run } from '@shared/model/run.ts';
import { useCommand, useOperation } from '../../api/hooks.ts';
import { runTitle, vertexProgress } from '../../app/active-runs.ts';
import { paths } from '../../app/paths.ts';
import { Duration, IconButton, MiddleTruncate, notifyFailure, StateIcon, stateOfRun } from '../../components/index.ts';
import { MiniWaterfall } from './mini-waterfall.tsx';

/** A run that is going on, or waits to: what it does now, and its steps in time. */
export function RunningRow({ run }: { readonly run: Run }) {
  const { t } = useTranslation('home');
  const waits = run.status === 'Queued';
  const { data: vertices = [] } = useOperation(
    'runs',
    'vertices',
    { runId: run.runId },
    { enabled: !waits, keepPrevious: true },
  );
  const cancel = useCommand('runs', 'cancel');
  const current = vertices.findLast((vertex) => vertex.status === 'running');
  const { done, total } = vertexProgress(vertices);
  const note = run.cancelRequested
    ? t('canceling')
    : waits
      ? run.waitReason === undefined
        ? t('wait.queued')
        : waitNote(run.waitReason)
      : current?.name;

  function waitNote(reason: NonNullable<Run['waitReason']>): string {
    switch (reason.kind) {
      case 'concurrency':
        return t('wait.concurrency', { count: reason.ahead, limit: reason.limit });
      case 'engine':
        return t('wait.engine');
      case 'sameTag':
        return t('wait.sameTag', { runId: reason.runId, tag: reason.tag });
    }
  }

  return (
    <li className="relative flex flex-col gap-1.5 px-3 py-2 hover:bg-hover">
      <div className="flex min-w-0 items-center gap-2.5">
        <StateIcon state={stateOfRun(run)} labelled />
        <Link href={paths.run(run.runId)} className="shrink-0 rounded-sm font-medium after:absolute after:inset-0">
          {run.runId}
        </Link>
        <MiddleTruncate text={runTitle(run)} className="flex-1 text-ink-2" />
        {total > 0 && <span className="figures shrink-0 text-xs text-ink-3">{t('steps', { done, total })}</span>}
        <Duration start={run.startTime} className="w-14 shrink-0 text-right text-xs" />
        <IconButton
          icon={CircleX}
          label={t('cancel', { runId: run.runId })}
          size="small"
          className="relative"
          disabled={run.cancelRequested}
          onClick={() => cancel.mutate({ runId: run.runId }, { onError: notifyFailure })}
        />
      </div>
      {vertices.length > 0 && run.startTime !== undefined && (
        <MiniWaterfall vertices={vertices} start={run.startTime} />
      )}
      {note !== undefined && <p className="truncate pl-6.5 text-xs text-ink-2">{note}</p>}
    </li>
  );
}
