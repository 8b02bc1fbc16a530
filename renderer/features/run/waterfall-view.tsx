/* oxlint-disable jsx-a11y/prefer-tag-over-role -- rows that are laid out by themselves can't be those of a <table> */
import { ChevronDown, ChevronRight } from 'lucide-react';
import { memo, useEffect, useMemo, useRef } from 'react';
import type { KeyboardEvent, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { formatBytes } from '@shared/format/bytes.ts';
import { formatDuration } from '@shared/format/duration.ts';
import { CachedMark, Duration, StateIcon, Tooltip, cx, stateOfStep, useNow } from '../../components/index.ts';
import type { Run, Vertex } from '@shared/model/run.ts';
import { parseVertexName } from './vertex-name.ts';
import { barOf, isRunning, movedBytes, timeAxis, waterfallRows } from './waterfall.ts';
import type { Bar, TimeAxis, WaterfallRow } from './waterfall.ts';

interface WaterfallViewProps {
  readonly run: Run;
  readonly vertices: readonly Vertex[];
  readonly folded: ReadonlySet<string>;
  readonly onFold: (stepId: string, folded: boolean) => void;
  /** The row whose log is shown. */
  readonly chosen: string | undefined;
  readonly onChoose: (row: WaterfallRow) => void;
  /** The row that arrow keys and `j`/`k` stand on. */
  readonly active: string | undefined;
  readonly onActive: (id: string) => void;
  /** Hits of the search by step. */
  readonly hits: Readonly<Record<string, number>> | undefined;
  /** Room for a time axis with its ticks; without it, bars under the names. */
  readonly wide: boolean;
  /** Stands at the end of the title. */
  readonly aside: ReactNode;
}

/** How often bars grow (ms). */
const tickMs = 200;

const columns = {
  wide: 'grid-cols-[minmax(14rem,2fr)_5rem_minmax(10rem,3fr)]',
  narrow: 'grid-cols-[minmax(0,1fr)_3.25rem]',
};

/** Steps and their vertices on one time axis; for screen readers a table with levels. */
export function WaterfallView(props: WaterfallViewProps) {
  const { run, vertices, wide, active, chosen, onActive, onChoose, onFold, folded } = props;
  const { t } = useTranslation('run');
  const body = useRef<HTMLDivElement>(null);
  const rows = useMemo(() => waterfallRows(run, vertices, folded), [run, vertices, folded]);
  const now = useNow(run.startTime === undefined || run.finishTime !== undefined ? undefined : tickMs);
  const axis = timeAxis(run, now);
  const focusId = rows.some((row) => row.id === active)
    ? active
    : (rows.find((row) => row.id === chosen) ?? rows[0])?.id;

  useEffect(() => {
    if (active === undefined) return;
    body.current
      ?.querySelector<HTMLElement>(`[data-row="${CSS.escape(active)}"]`)
      ?.scrollIntoView({ block: 'nearest' });
  }, [active]);

  const go = (id: string | undefined) => {
    if (id === undefined) return;
    onActive(id);
    body.current?.querySelector<HTMLElement>(`[data-row="${CSS.escape(id)}"]`)?.focus();
  };
  const pressed = (event: KeyboardEvent, row: WaterfallRow) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const at = rows.indexOf(row);
    switch (event.key) {
      case 'ArrowDown':
        go(rows[at + 1]?.id);
        break;
      case 'ArrowUp':
        go(rows[at - 1]?.id);
        break;
      case 'Home':
        go(rows[0]?.id);
        break;
      case 'End':
        go(rows.at(-1)?.id);
        break;
      case 'ArrowRight':
        if (row.kind === 'step' && folded.has(row.id)) onFold(row.id, false);
        break;
      case 'ArrowLeft':
        if (row.kind === 'step') onFold(row.id, true);
        else go(row.stepId);
        break;
      case 'Enter':
      case ' ':
        onChoose(row);
        break;
      default:
        return;
    }
    event.preventDefault();
  };

  return (
    <div
      role="treegrid"
      aria-label={t('steps.label')}
      aria-rowcount={rows.length + 1}
      className="flex h-full min-h-0 flex-col bg-surface text-xs"
    >
      <div role="rowgroup" className="shrink-0 [scrollbar-gutter:stable] overflow-hidden border-b border-line">
        <div
          role="row"
          aria-rowindex={1}
          className={cx('grid h-10 items-center gap-x-3 pr-3 pl-3 text-ink-2', wide ? columns.wide : columns.narrow)}
        >
          <span role="columnheader" className="flex items-center gap-1 text-sm font-semibold text-ink">
            {t('steps.title')}
            {props.aside}
          </span>
          <span role="columnheader" className="text-right">
            {t('steps.duration')}
          </span>
          <span role="columnheader" className={wide ? 'relative self-stretch' : 'absolute'}>
            {wide && <Ticks axis={axis} />}
            <span className="sr-only">{t('steps.time')}</span>
          </span>
        </div>
      </div>
      <div ref={body} role="rowgroup" className="min-h-0 flex-1 overflow-y-auto [scrollbar-gutter:stable] py-1">
        {rows.map((row, index) => (
          <div
            key={row.id}
            role="row"
            data-row={row.id}
            aria-rowindex={index + 2}
            aria-level={row.kind === 'step' ? 1 : 2}
            aria-expanded={row.kind === 'step' ? !folded.has(row.id) : undefined}
            aria-selected={row.id === chosen}
            tabIndex={row.id === focusId ? 0 : -1}
            className={cx(
              'relative grid items-center gap-x-3 pr-3 pl-3 outline-offset-[-2px] hover:bg-hover',
              wide ? columns.wide : columns.narrow,
              wide ? 'min-h-8' : 'min-h-9 pb-1.5',
              row.id === chosen && 'bg-selected hover:bg-selected',
            )}
            onClick={() => {
              onActive(row.id);
              onChoose(row);
            }}
            onKeyDown={(event) => pressed(event, row)}
          >
            <Name
              row={row}
              folded={row.kind === 'step' && folded.has(row.id)}
              onFold={onFold}
              found={props.hits?.[row.id]}
            />
            <span role="gridcell" className="figures text-right text-ink-2">
              <RowDuration row={row} />
            </span>
            <span
              role="gridcell"
              className={
                wide ? 'relative h-full' : 'absolute inset-x-0 bottom-0.5 mx-3 h-0.75 rounded-full bg-surface-sunken'
              }
            >
              {wide && <Grid axis={axis} />}
              <RowBar row={row} axis={axis} now={now} thin={!wide} />
              <span className="sr-only">{barWords(row)}</span>
            </span>
          </div>
        ))}
      </div>
    </div>
  );

  function barWords(row: WaterfallRow): string {
    if (row.startTime === undefined) return t('steps.notStarted');
    return t('steps.startedAfter', { time: formatDuration(Math.max(0, Date.parse(row.startTime) - axis.begin)) });
  }
}

interface NameProps {
  readonly row: WaterfallRow;
  readonly folded: boolean;
  readonly onFold: (stepId: string, folded: boolean) => void;
  /** Hits of the search in it. */
  readonly found: number | undefined;
}

// Bars move five times a second, names don't.
const Name = memo(function Name({ row, folded, onFold, found }: NameProps) {
  const { t } = useTranslation('run');
  if (row.kind === 'step') {
    const open = !folded;
    const Chevron = open ? ChevronDown : ChevronRight;
    return (
      <span role="gridcell" className="-ml-1 flex min-w-0 items-center gap-1.5">
        <button
          type="button"
          tabIndex={-1}
          aria-label={open ? t('steps.fold', { step: row.id }) : t('steps.unfold', { step: row.id })}
          className="rounded-sm p-0.5 text-ink-3 hover:text-ink"
          onClick={(event) => {
            event.stopPropagation();
            onFold(row.id, open);
          }}
        >
          <Chevron aria-hidden size={13} />
        </button>
        <StateIcon state={stateOfStep(row.step)} labelled />
        <span className="truncate text-sm font-medium">{t(`steps.kind.${row.step.kind}`)}</span>
        {row.step.id !== row.step.kind && <code className="truncate text-xs text-ink-3">{row.step.id}</code>}
        {row.step.exitCode !== undefined && row.step.exitCode !== 0 && (
          <span className="shrink-0 text-failed-fg">{t('steps.exit', { code: row.step.exitCode })}</span>
        )}
        {found !== undefined && (
          <span
            className="figures shrink-0 rounded-full bg-warning-bg px-1.5 text-2xs text-warning-fg"
            title={t('search.count', { count: found, total: found })}
          >
            {found.toLocaleString()}
          </span>
        )}
      </span>
    );
  }
  const { vertex } = row;
  const name = parseVertexName(vertex.name);
  return (
    <span role="gridcell" className="flex min-w-0 items-center gap-1.5 pl-4">
      <StateIcon state={stateOfStep(vertex)} size={14} labelled />
      <Tooltip content={<span className="font-mono break-all whitespace-pre-wrap">{vertex.name}</span>} side="right">
        <span className="flex min-w-0 flex-1 items-baseline gap-1.5">
          {name.position !== undefined && (
            <span className="figures shrink-0 text-2xs text-ink-3">
              {name.platform !== undefined && `${name.platform} `}
              {name.stage !== undefined && `${name.stage} `}
              {name.position}
            </span>
          )}
          <code className={cx('truncate text-xs', name.internal ? 'text-ink-3' : 'text-ink')}>{name.text}</code>
        </span>
      </Tooltip>
      <Moved row={row} />
      {vertex.cached && <CachedMark className="shrink-0" />}
    </span>
  );
});

function Moved({ row }: { readonly row: WaterfallRow }) {
  const { i18n } = useTranslation();
  const moved = row.kind === 'vertex' && !row.vertex.cached ? movedBytes(row.vertex) : undefined;
  if (moved === undefined) return null;
  const running = row.finishTime === undefined;
  const current = formatBytes(moved.current, i18n.language);
  return (
    <span className="figures shrink-0 text-2xs text-ink-3">
      {running && moved.total > moved.current ? `${current} / ${formatBytes(moved.total, i18n.language)}` : current}
    </span>
  );
}

function RowDuration({ row }: { readonly row: WaterfallRow }) {
  if (row.startTime === undefined) return null;
  if (isRunning(row)) return <Duration start={row.startTime} className="text-running-fg" />;
  return row.finishTime === undefined ? null : <Duration start={row.startTime} end={row.finishTime} />;
}

function Ticks({ axis }: { readonly axis: TimeAxis }) {
  return (
    <span aria-hidden className="relative block h-full">
      {axis.ticks.map((tick) => (
        <span
          key={tick}
          className={cx(
            'figures absolute bottom-1 text-2xs whitespace-nowrap text-ink-3 first:translate-x-0',
            tick === axis.span ? '-translate-x-full' : '-translate-x-1/2',
          )}
          style={{ left: `${(tick / axis.span) * 100}%` }}
        >
          {tick === 0 ? '0' : tickWords(tick)}
        </span>
      ))}
    </span>
  );
}

function tickWords(ms: number): string {
  if (ms < 1000) return `${ms / 1000}s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  const rest = seconds % 60;
  if (minutes < 60) return rest === 0 ? `${minutes}m` : `${minutes}m${rest}s`;
  return minutes % 60 === 0 ? `${minutes / 60}h` : `${Math.floor(minutes / 60)}h${minutes % 60}m`;
}

function Grid({ axis }: { readonly axis: TimeAxis }) {
  return (
    <span aria-hidden className="absolute inset-y-[-6px] inset-x-0">
      {axis.ticks.map((tick) => (
        <span key={tick} className="absolute inset-y-0 w-px bg-line" style={{ left: `${(tick / axis.span) * 100}%` }} />
      ))}
    </span>
  );
}

interface RowBarProps {
  readonly row: WaterfallRow;
  readonly axis: TimeAxis;
  readonly now: number;
  readonly thin: boolean;
}

function RowBar({ row, axis, now, thin }: RowBarProps) {
  const bar = barOf(row, axis, now);
  return bar === undefined ? null : <BarMark row={row} bar={bar} thin={thin} />;
}

/** Steel for what ran, an outline for what the cache gave, primer with a bright edge for what runs. */
function BarMark({ row, bar, thin }: { readonly row: WaterfallRow; readonly bar: Bar; readonly thin: boolean }) {
  const cached = row.kind === 'vertex' && row.vertex.cached;
  const status = row.kind === 'step' ? row.step.status : row.vertex.status;
  const look = cached
    ? 'border border-cached-line bg-cached-bg'
    : bar.open
      ? 'bg-running-fg/70'
      : status === 'failed' || status === 'timedout'
        ? 'bg-failed-fg'
        : row.kind === 'step'
          ? 'bg-ink-3'
          : 'bg-accent';
  return (
    <span
      aria-hidden
      className={cx(
        'absolute rounded-sm',
        thin ? 'inset-y-0' : cached ? 'top-1/2 h-1.5 -translate-y-1/2' : 'top-1/2 h-2.5 -translate-y-1/2',
        look,
      )}
      style={{ left: `${bar.start * 100}%`, width: `max(${thin ? 3 : cached ? 10 : 4}px, ${bar.width * 100}%)` }}
    >
      {bar.open && <span className="absolute inset-y-[-2px] right-0 w-0.75 animate-sheen rounded-full bg-brand" />}
    </span>
  );
}
