/* oxlint-disable jsx-a11y/prefer-tag-over-role -- rows that are laid out by themselves can't be those of a <table> */
import { defaultRangeExtractor, useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useEffectEvent, useLayoutEffect, useMemo, useRef } from 'react';
import type { KeyboardEvent, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { formatDuration } from '@shared/format/duration.ts';
import type { Run } from '@shared/model/run.ts';
import { Duration, cx, useNow } from '../../components/index.ts';
import { piecesOf } from './bar-pieces.ts';
import { tellingPath } from './step-times.ts';
import { Grid, RowBars, Ticks } from './waterfall-bar.tsx';
import { Legend } from './waterfall-legend.tsx';
import { Name } from './waterfall-name.tsx';
import { isRunning, timeAxis } from './waterfall.ts';
import type { WaterfallRow } from './waterfall.ts';

/** The row that arrow keys and `j`/`k` stand on; a new object asks again. */
export interface ActiveRow {
  readonly id: string;
  /** It takes the focus. */
  readonly focus: boolean;
}

interface WaterfallViewProps {
  readonly run: Run;
  readonly rows: readonly WaterfallRow[];
  readonly folded: ReadonlySet<string>;
  /** Steps that have something to fold. */
  readonly foldable: ReadonlySet<string>;
  readonly onFold: (stepId: string, folded: boolean) => void;
  /** The row whose log is shown. */
  readonly chosen: string | undefined;
  readonly onChoose: (row: WaterfallRow) => void;
  readonly active: ActiveRow | undefined;
  readonly onActive: (active: ActiveRow) => void;
  /** Hits of the search by step. */
  readonly hits: Readonly<Record<string, number>> | undefined;
  /** Room for a time axis with its ticks; without it, bars under the names. */
  readonly wide: boolean;
  /** Stands at the end of the title. */
  readonly aside: ReactNode;
}

/** How often bars grow (ms). */
const tickMs = 200;
/** Px. */
const rowHeights = { wide: 32, narrow: 36 };

const columns = {
  wide: 'grid-cols-[minmax(14rem,2fr)_5rem_minmax(10rem,3fr)]',
  narrow: 'grid-cols-[minmax(0,1fr)_3.25rem]',
};

/** Steps and their vertices on one time axis, however many; for screen readers a table with levels. */
export function WaterfallView(props: WaterfallViewProps) {
  const { run, rows, wide, active, chosen, onActive, onChoose, onFold, folded, foldable } = props;
  const { t } = useTranslation('run');
  const body = useRef<HTMLDivElement>(null);
  const now = useNow(run.startTime === undefined || run.finishTime !== undefined ? undefined : tickMs);
  const axis = timeAxis(run, now);
  const byId = useMemo(() => new Map(run.steps.map((step) => [step.id, step])), [run.steps]);
  const path = useMemo(() => tellingPath(run), [run]);
  const onPath = useMemo(() => new Set(path?.ids), [path]);
  const isTask = run.request.kind === 'quickRun';

  const place = (id: string | undefined) => rows.findIndex((row) => row.id === id);
  const activePlace = place(active?.id);
  const focusPlace = Math.max(0, activePlace >= 0 ? activePlace : place(chosen));
  const height = rowHeights[wide ? 'wide' : 'narrow'];
  // oxlint-disable-next-line react/incompatible-library -- it warns the compiler, which is not used
  const list = useVirtualizer({
    count: rows.length,
    getScrollElement: () => body.current,
    estimateSize: () => height,
    overscan: 8,
    paddingStart: 4,
    paddingEnd: 4,
    scrollPaddingStart: 4,
    scrollPaddingEnd: 4,
    getItemKey: (index) => rows[index]?.id ?? index,
    // The row that can take the focus is always there.
    rangeExtractor: (range) => {
      const shown = defaultRangeExtractor(range);
      if (focusPlace >= rows.length || shown.includes(focusPlace)) return shown;
      return [...shown, focusPlace].sort((a, b) => a - b);
    },
  });
  useLayoutEffect(() => list.measure(), [list, height]);

  // Only what is asked for moves the list, not rows that come in above.
  const goTo = useEffectEvent(({ id, focus }: ActiveRow) => {
    if (activePlace >= 0) list.scrollToIndex(activePlace, { align: 'auto' });
    if (focus)
      body.current?.querySelector<HTMLElement>(`[data-row="${CSS.escape(id)}"]`)?.focus({ preventScroll: true });
  });
  useEffect(() => {
    if (active !== undefined) goTo(active);
  }, [active]);

  const go = (index: number) => {
    const row = rows[Math.max(0, Math.min(rows.length - 1, index))];
    if (row !== undefined) onActive({ id: row.id, focus: true });
  };
  const page = () => Math.max(1, Math.floor((body.current?.clientHeight ?? 0) / height) - 1);
  const pressed = (event: KeyboardEvent, row: WaterfallRow, at: number) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    switch (event.key) {
      case 'ArrowDown':
        go(at + 1);
        break;
      case 'ArrowUp':
        go(at - 1);
        break;
      case 'PageDown':
        go(at + page());
        break;
      case 'PageUp':
        go(at - page());
        break;
      case 'Home':
        go(0);
        break;
      case 'End':
        go(rows.length - 1);
        break;
      case 'ArrowRight':
        if (foldable.has(row.id) && folded.has(row.id)) onFold(row.id, false);
        break;
      case 'ArrowLeft':
        if (row.kind === 'vertex') go(place(row.stepId));
        else if (foldable.has(row.id)) onFold(row.id, true);
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
      <div ref={body} role="presentation" className="min-h-0 flex-1 overflow-y-auto [scrollbar-gutter:stable]">
        <div role="rowgroup" className="relative" style={{ height: list.getTotalSize() }}>
          {list.getVirtualItems().map((item) => {
            const row = rows[item.index];
            if (row === undefined) return null;
            const folds = foldable.has(row.id);
            return (
              <div
                key={item.key}
                role="row"
                data-row={row.id}
                aria-rowindex={item.index + 2}
                aria-level={row.kind === 'step' ? 1 : 2}
                aria-expanded={folds ? !folded.has(row.id) : undefined}
                aria-selected={row.id === chosen}
                tabIndex={item.index === focusPlace ? 0 : -1}
                className={cx(
                  'absolute inset-x-0 grid items-center gap-x-3 pr-3 pl-3 outline-offset-[-2px] hover:bg-hover',
                  wide ? columns.wide : cx(columns.narrow, 'pb-1.5'),
                  row.id === chosen && 'bg-selected hover:bg-selected',
                )}
                style={{ top: item.start, height }}
                onClick={() => {
                  onActive({ id: row.id, focus: false });
                  onChoose(row);
                }}
                onKeyDown={(event) => pressed(event, row, item.index)}
              >
                <Name
                  row={row}
                  folds={folds}
                  folded={folds && folded.has(row.id)}
                  onFold={onFold}
                  found={props.hits?.[row.id]}
                  path={onPath.has(row.id) ? path?.kind : undefined}
                  paused={run.pause?.stepId === row.id}
                  narrow={!wide}
                />
                <span role="gridcell" className="figures text-right text-ink-2">
                  <RowDuration row={row} />
                </span>
                <span
                  role="gridcell"
                  className={
                    wide
                      ? 'relative h-full'
                      : 'absolute inset-x-0 bottom-0.5 mx-3 h-0.75 rounded-full bg-surface-sunken'
                  }
                >
                  {wide && <Grid axis={axis} />}
                  <RowBars
                    row={row}
                    pieces={piecesOf(row, run, byId, axis, now)}
                    thin={!wide}
                    path={onPath.has(row.id) ? path?.kind : undefined}
                  />
                  <span className="sr-only">{barWords(row)}</span>
                </span>
              </div>
            );
          })}
        </div>
      </div>
      {wide && isTask && <Legend path={path?.kind} />}
    </div>
  );

  function barWords(row: WaterfallRow): string {
    if (row.startTime === undefined) return t('steps.notStarted');
    return t('steps.startedAfter', { time: formatDuration(Math.max(0, Date.parse(row.startTime) - axis.begin)) });
  }
}

function RowDuration({ row }: { readonly row: WaterfallRow }) {
  if (row.startTime === undefined) return null;
  if (isRunning(row)) return <Duration start={row.startTime} className="text-running-fg" />;
  return row.finishTime === undefined ? null : <Duration start={row.startTime} end={row.finishTime} />;
}
