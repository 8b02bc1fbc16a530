/* oxlint-disable jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus -- the grid has the focus and answers all keys */
/* oxlint-disable jsx-a11y/prefer-tag-over-role -- rows that are laid out by themselves can't be those of a <table> */
import { Check } from 'lucide-react';
import { memo } from 'react';
import type { MouseEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import type { Run } from '@shared/model/run.ts';
import { folderName, requestSource } from '../../app/active-runs.ts';
import { paths } from '../../app/paths.ts';
import { Duration, MiddleTruncate, RelativeTime, StateLabel, cx, stateOfRun } from '../../components/index.ts';

/** Where the columns stand, for the head and the rows alike. */
export const runColumns =
  'grid grid-cols-[1.25rem_5.75rem_3.5rem_minmax(6.5rem,1.2fr)_5.5rem_7.25rem_3.75rem_3rem_minmax(7rem,1.6fr)] items-center gap-x-2 px-3 wide:gap-x-5';

interface RunRowProps {
  readonly run: Run;
  readonly id: string;
  readonly index: number;
  readonly selected: boolean;
  /** The keyboard stands on it. */
  readonly active: boolean;
  readonly top: number;
  readonly height: number;
  readonly onOpen: (run: Run) => void;
  readonly onSelect: (run: Run, event: MouseEvent) => void;
}

export const RunRow = memo(function RunRow({
  run,
  id,
  index,
  selected,
  active,
  top,
  height,
  onOpen,
  onSelect,
}: RunRowProps) {
  const { t } = useTranslation('runs');
  const source = requestSource(run.request);
  return (
    <div
      id={id}
      role="row"
      aria-rowindex={index + 2}
      aria-selected={selected}
      data-run={run.runId}
      className={cx(
        runColumns,
        'absolute inset-x-0 border-b border-line hover:bg-hover',
        selected && 'bg-selected hover:bg-selected',
        active && 'group-focus-visible/grid:shadow-[inset_0_0_0_2px_var(--focus)]',
      )}
      style={{ top, height }}
      onClick={(event) => {
        if (event.ctrlKey || event.metaKey || event.shiftKey) onSelect(run, event);
        else onOpen(run);
      }}
    >
      <span
        role="gridcell"
        className="grid h-full w-4 items-center *:col-start-1 *:row-start-1"
        onClick={(event) => {
          event.stopPropagation();
          onSelect(run, event);
        }}
      >
        <input
          type="checkbox"
          tabIndex={-1}
          checked={selected}
          readOnly
          aria-label={t('select', { runId: run.runId })}
          className="size-4 appearance-none rounded-sm border border-control-line bg-surface transition-colors checked:border-accent checked:bg-accent"
        />
        {selected && (
          <Check
            aria-hidden
            size={12}
            strokeWidth={3}
            className="pointer-events-none justify-self-center text-accent-ink"
          />
        )}
      </span>
      <span role="gridcell" className="flex">
        <StateLabel state={stateOfRun(run)} />
      </span>
      <span role="gridcell" className="truncate font-medium">
        <Link href={paths.run(run.runId)} tabIndex={-1} className="rounded-sm hover:text-accent" onClick={leave}>
          {run.runId}
        </Link>
      </span>
      <span role="gridcell" className="flex min-w-0 overflow-hidden text-ink-2">
        <MiddleTruncate text={source} tail={Math.min(16, folderName(source).length + 1)} />
      </span>
      <span role="gridcell" className="truncate text-xs text-ink-2">
        {run.cause.kind === 'manual' ? t('cause.manual') : t('cause.rerun', { runId: run.cause.of })}
      </span>
      <span role="gridcell" className="truncate text-xs text-ink-2">
        <RelativeTime time={run.startTime ?? run.createTime} />
      </span>
      <span role="gridcell" className="figures text-right">
        <Duration start={run.startTime} end={run.finishTime} />
      </span>
      <span role="gridcell" className="figures text-right text-ink-2">
        {run.totalVertices > 0 && `${run.cachedVertices}/${run.totalVertices}`}
      </span>
      <span role="gridcell" className="flex min-w-0 items-center gap-1.5 overflow-hidden text-ink-2">
        {run.status === 'Queued' ? (
          <span className="truncate text-ink-3" title={waitWords(run)}>
            {waitWords(run)}
          </span>
        ) : (
          <Outputs run={run} />
        )}
      </span>
    </div>
  );

  function waitWords({ waitReason }: Run): string {
    switch (waitReason?.kind) {
      case undefined:
        return t('wait.soon');
      case 'concurrency':
        return t('wait.concurrency', { count: waitReason.ahead });
      case 'engine':
        return t('wait.engine');
      case 'sameTag':
        return t('wait.sameTag', { runId: waitReason.runId, tag: waitReason.tag });
    }
  }
});

/** The row answers its clicks, with and without keys held; the link is for what reads links. */
function leave(event: MouseEvent): void {
  event.preventDefault();
}

function Outputs({ run }: { readonly run: Run }) {
  const { t } = useTranslation('runs');
  const [first, ...rest] = run.images;
  if (first === undefined) return null;
  return (
    <>
      <MiddleTruncate text={first} tail={14} className="font-mono text-xs" />
      {rest.length > 0 && (
        <span className="shrink-0 text-xs text-ink-3" title={rest.join('\n')}>
          {t('moreImages', { count: rest.length })}
        </span>
      )}
    </>
  );
}
