import { HardDrive } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import { formatBytes } from '@shared/format/bytes.ts';
import { isFinal } from '@shared/model/run.ts';
import type { Run } from '@shared/model/run.ts';
import { useOperation } from '../api/hooks.ts';
import { Duration, MiddleTruncate, StateIcon, Tooltip } from '../components/index.ts';
import { EngineDot, useEngineWords } from './engine-chip.tsx';
import { activeRuns, runTitle, vertexProgress } from './active-runs.ts';
import { paths } from './paths.ts';

/** What runs now with its progress; the engine and its disk. */
export function StatusBar() {
  const { t, i18n } = useTranslation('common');
  const { data: runs = [] } = useOperation('runs', 'list', activeRuns);
  const { status, words } = useEngineWords();
  const running = runs.filter((run) => run.status !== 'Queued' && !isFinal(run.status));
  const queued = runs.filter((run) => run.status === 'Queued').length;
  const [first] = running;
  return (
    <footer
      aria-label={t('status.label')}
      className="flex h-6 shrink-0 select-none items-center gap-4 border-t border-line bg-canvas px-3 text-xs text-ink-2"
    >
      <div className="flex min-w-0 flex-1 items-center gap-3">
        {first === undefined ? <span className="truncate">{t('status.idle')}</span> : <RunningNow run={first} />}
        {running.length > 1 && (
          <Link href={paths.runs} className="shrink-0 rounded-sm hover:text-ink">
            {t('status.running', { count: running.length })}
          </Link>
        )}
        {queued > 0 && (
          <Link href={paths.runs} className="flex shrink-0 items-center gap-1 rounded-sm hover:text-ink">
            <StateIcon state="queued" size={12} />
            {t('status.queued', { count: queued })}
          </Link>
        )}
      </div>
      {status?.state === 'ready' && status.info.diskFree !== undefined && (
        <Tooltip content={t('status.diskFreeHint')} side="top">
          <Link href={paths.engine} className="flex shrink-0 items-center gap-1 rounded-sm hover:text-ink">
            <HardDrive aria-hidden size={12} strokeWidth={1.75} />
            {t('status.diskFree', { size: formatBytes(status.info.diskFree, i18n.language) })}
          </Link>
        </Tooltip>
      )}
      <Link href={paths.engine} className="flex shrink-0 items-center gap-1.5 rounded-sm hover:text-ink">
        <EngineDot status={status} />
        {words}
      </Link>
    </footer>
  );
}

function RunningNow({ run }: { readonly run: Run }) {
  const { t } = useTranslation('common');
  const { data: vertices = [] } = useOperation('runs', 'vertices', { runId: run.runId }, { keepPrevious: true });
  const { done, total } = vertexProgress(vertices);
  return (
    <Link href={paths.run(run.runId)} className="flex min-w-0 items-center gap-2 rounded-sm hover:text-ink">
      <StateIcon state="running" size={12} />
      <span className="shrink-0 font-medium text-ink">{run.runId}</span>
      <MiddleTruncate text={runTitle(run)} className="max-w-72" />
      {total > 0 && (
        <progress
          aria-label={t('status.steps', { done, total })}
          max={total}
          value={done}
          className="h-1 w-24 shrink-0 appearance-none overflow-hidden rounded-full [&::-webkit-progress-bar]:bg-line-strong [&::-webkit-progress-value]:bg-brand [&::-webkit-progress-value]:transition-[inline-size]"
        />
      )}
      <Duration start={run.startTime} className="shrink-0" />
    </Link>
  );
}
