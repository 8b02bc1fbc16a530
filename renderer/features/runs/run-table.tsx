/* oxlint-disable jsx-a11y/prefer-tag-over-role -- rows that are laid out by themselves can't be those of a <table> */
import { useVirtualizer } from '@tanstack/react-virtual';
import { ArrowUp } from 'lucide-react';
import { useCallback, useEffect, useId, useLayoutEffect, useRef, useState } from 'react';
import type { KeyboardEvent, MouseEvent } from 'react';
import { useTranslation } from 'react-i18next';
import type { Run } from '@shared/model/run.ts';
import { navigate } from '../../app/location.ts';
import { paths } from '../../app/paths.ts';
import { cx } from '../../components/index.ts';
import { countNew } from './run-pages.ts';
import { RunRow, runColumns } from './run-row.tsx';
import { extendedTo, toggled } from './selection.ts';
import type { Selection } from './selection.ts';

const rowHeight = 36;

interface RunTableProps {
  readonly runs: readonly Run[];
  readonly onMore: () => void;
  readonly selection: Selection;
  readonly onSelection: (change: (selection: Selection) => Selection) => void;
  readonly onRemove: () => void;
}

/** The runs as a table of any length. It holds its place while new runs come. */
export function RunTable({ runs, onMore, selection, onSelection, onRemove }: RunTableProps) {
  const { t } = useTranslation('runs');
  const box = useRef<HTMLDivElement>(null);
  const prefix = useId();
  const [activeId, setActiveId] = useState<string>();
  const found = runs.findIndex((run) => run.runId === activeId);
  const active = found < 0 ? 0 : found;
  const order = useRef<readonly string[]>([]);
  order.current = runs.map((run) => run.runId);

  // oxlint-disable-next-line react/incompatible-library -- it warns the compiler, which is not used
  const list = useVirtualizer({
    count: runs.length,
    getScrollElement: () => box.current,
    estimateSize: () => rowHeight,
    overscan: 12,
    getItemKey: (index) => runs[index]?.runId ?? index,
  });
  const items = list.getVirtualItems();
  const lastShown = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (lastShown >= runs.length - 60) onMore();
  }, [lastShown, runs.length, onMore]);

  // New runs come in at the top: who has scrolled away from there keeps what is being read.
  const top = useRef<string>(undefined);
  const [unseen, setUnseen] = useState(0);
  const firstId = runs[0]?.runId;
  useLayoutEffect(() => {
    const element = box.current;
    const added = countNew(top.current, runs);
    top.current = firstId;
    if (element === null || added === 0 || element.scrollTop < rowHeight) return;
    element.scrollTop += added * rowHeight;
    setUnseen((count) => count + added);
  }, [firstId, runs]);

  const open = useCallback((run: Run) => navigate(paths.run(run.runId)), []);
  const select = useCallback(
    (run: Run, event: MouseEvent) => {
      setActiveId(run.runId);
      onSelection((now) => (event.shiftKey ? extendedTo(now, order.current, run.runId) : toggled(now, run.runId)));
    },
    [onSelection],
  );

  const go = (index: number, extend: boolean) => {
    const to = Math.max(0, Math.min(runs.length - 1, index));
    const run = runs[to];
    if (run === undefined) return;
    const from = runs[active]?.runId;
    setActiveId(run.runId);
    list.scrollToIndex(to);
    if (extend) {
      onSelection((now) =>
        extendedTo(now.anchor === undefined ? { ...now, anchor: from } : now, order.current, run.runId),
      );
    }
  };
  const page = () => Math.max(1, Math.floor((box.current?.clientHeight ?? 0) / rowHeight) - 1);
  const pressed = (event: KeyboardEvent) => {
    const mod = event.ctrlKey || event.metaKey;
    const run = runs[active];
    if (mod && event.key.toLowerCase() === 'a') {
      onSelection(() => ({ ids: new Set(order.current), anchor: undefined }));
    } else if (mod || event.altKey) {
      return;
    } else {
      switch (event.key) {
        case 'ArrowDown':
          go(active + 1, event.shiftKey);
          break;
        case 'ArrowUp':
          go(active - 1, event.shiftKey);
          break;
        case 'PageDown':
          go(active + page(), event.shiftKey);
          break;
        case 'PageUp':
          go(active - page(), event.shiftKey);
          break;
        case 'Home':
          go(0, event.shiftKey);
          break;
        case 'End':
          go(runs.length - 1, event.shiftKey);
          break;
        case 'Enter':
          if (run !== undefined) open(run);
          break;
        case ' ':
          if (run !== undefined) onSelection((now) => toggled(now, run.runId));
          break;
        case 'Delete':
          onRemove();
          break;
        default:
          return;
      }
    }
    event.preventDefault();
  };

  const activeRun = runs[active];
  return (
    <div className="relative flex min-h-0 flex-1 flex-col">
      <div
        ref={box}
        role="grid"
        aria-label={t('title')}
        aria-rowcount={runs.length + 1}
        aria-multiselectable
        aria-activedescendant={activeRun === undefined ? undefined : `${prefix}-${activeRun.runId}`}
        tabIndex={0}
        className="group/grid min-h-0 flex-1 overflow-auto border-t border-line bg-surface outline-none"
        onKeyDown={pressed}
        onScroll={(event) => {
          if (event.currentTarget.scrollTop < rowHeight) setUnseen(0);
        }}
      >
        <div role="rowgroup" className="sticky top-0 z-10 min-w-196 border-b border-line bg-surface">
          <div role="row" aria-rowindex={1} className={cx(runColumns, 'h-8 text-xs text-ink-2')}>
            <span role="columnheader">
              <span className="sr-only">{t('column.selected')}</span>
            </span>
            <span role="columnheader">{t('column.status')}</span>
            <span role="columnheader">{t('column.run')}</span>
            <span role="columnheader">{t('column.source')}</span>
            <span role="columnheader">{t('column.cause')}</span>
            <span role="columnheader">{t('column.started')}</span>
            <span role="columnheader" className="text-right">
              {t('column.duration')}
            </span>
            <span role="columnheader" className="text-right">
              {t('column.cached')}
            </span>
            <span role="columnheader">{t('column.images')}</span>
          </div>
        </div>
        <div role="rowgroup" className="relative min-w-196" style={{ height: list.getTotalSize() }}>
          {items.map((item) => {
            const run = runs[item.index];
            return run === undefined ? null : (
              <RunRow
                key={item.key}
                id={`${prefix}-${run.runId}`}
                run={run}
                index={item.index}
                top={item.start}
                height={rowHeight}
                selected={selection.ids.has(run.runId)}
                active={item.index === active}
                onOpen={open}
                onSelect={select}
              />
            );
          })}
        </div>
      </div>
      {unseen > 0 && (
        <button
          type="button"
          className="absolute top-10 left-1/2 z-20 flex h-7 -translate-x-1/2 items-center gap-1.5 rounded-full border border-line-strong bg-surface-raised px-3 text-xs shadow-raised hover:bg-hover"
          onClick={() => {
            list.scrollToIndex(0);
            setUnseen(0);
          }}
        >
          <ArrowUp aria-hidden size={13} strokeWidth={1.75} />
          {t('newRuns', { count: unseen })}
        </button>
      )}
    </div>
  );
}
