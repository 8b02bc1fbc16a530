import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import type { KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { ErrorCard, Skeleton, cx } from '../../../components/index.ts';
import { lineOfRow, rowOfLine } from './line-map.ts';
import type { GutterOptions } from './line-text.ts';
import { LogRow } from './log-row.tsx';
import type { MatchRanges } from './log-row.tsx';
import { rowAtScroll, scrollOfRow, scrollScale } from './scroll-scale.ts';
import type { StoredLog } from './stored-log.ts';

/** Height of a line that isn't wrapped (px). */
const rowHeight = 18;

/** A line to bring into view; a new object asks again. */
export interface LineTarget {
  readonly line: number;
}

interface StoredLogViewProps {
  readonly log: StoredLog;
  readonly label: string;
  readonly gutter: GutterOptions;
  readonly prefixed: boolean;
  readonly wrap: boolean;
  readonly target: LineTarget | undefined;
  /** Hits of the search by line. */
  readonly hits: ReadonlyMap<number, MatchRanges>;
  /** Begins at the end and stays there while the log grows. */
  readonly following: boolean;
  /** The person has left the end, or come back to it. */
  readonly onFollowing: (following: boolean) => void;
}

/** A log from disk, however long: it scrolls by rows, and reads the pages that it shows. */
export function StoredLogView({
  log,
  label,
  gutter,
  prefixed,
  wrap,
  target,
  hits,
  following,
  onFollowing,
}: StoredLogViewProps) {
  const { t } = useTranslation('run');
  const box = useRef<HTMLDivElement>(null);
  const layer = useRef<HTMLDivElement>(null);
  const placed = useRef(0);
  const [viewport, setViewport] = useState(0);
  /** The row at the top, with its fraction that is scrolled away; of no account while the end is followed. */
  const [topRow, setTopRow] = useState(0);
  const map = log.map();
  const { rows } = map;
  const scale = scrollScale(rows, rowHeight, viewport);
  const visible = Math.ceil(viewport / rowHeight) + 2;
  const first = following ? Math.max(0, rows - visible) : Math.max(0, Math.min(Math.floor(topRow), rows - 1));
  const shown = Math.max(0, Math.min(visible, rows - first));

  // The asked-for line a third down the view, once, when the log and the view are known.
  const [shownTarget, setShownTarget] = useState<LineTarget>();
  if (target !== undefined && target !== shownTarget && log.ready() && viewport > 0) {
    setShownTarget(target);
    setTopRow(Math.max(0, rowOfLine(map, target.line) - Math.floor(visible / 3)));
  }

  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    const observer = new ResizeObserver(() => setViewport(element.clientHeight));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  useEffect(() => {
    // A page ahead in both directions: reading is done before it is scrolled to.
    if (shown > 0) log.want(Math.max(0, first - visible), shown + 2 * visible);
  });

  const stayAt = (row: number) => {
    setTopRow(Math.max(0, Math.min(rows - 1, row)));
    onFollowing(false);
  };

  // Puts the rows where the anchor wants them; only now their true heights are known.
  useLayoutEffect(() => {
    const element = box.current;
    const lines = layer.current;
    if (element === null || lines === null) return;
    const height = lines.offsetHeight;
    let shift = 0;
    if (following) shift = Math.min(0, viewport - height);
    else {
      const top = lines.firstElementChild;
      shift = -(topRow - first) * (top instanceof HTMLElement ? top.offsetHeight : 0);
      // Nothing is behind the last line.
      if (first + shown === rows && rows > 0 && shift + height < viewport) onFollowing(true);
    }
    lines.style.transform = `translateY(${shift}px)`;
    element.scrollTop = following ? scale.height : scrollOfRow(scale, topRow);
    placed.current = element.scrollTop;
  });

  /** The row at the top of the view as it is drawn, with its fraction, and its height. */
  const drawnTop = (): readonly [row: number, height: number] => {
    const top = box.current?.getBoundingClientRect().top ?? 0;
    for (const [index, child] of [...(layer.current?.children ?? [])].entries()) {
      const at = child.getBoundingClientRect();
      if (at.bottom > top + 0.5) return [first + index + Math.max(0, top - at.top) / at.height, at.height];
    }
    return [first, rowHeight];
  };
  const scrollBy = (pixels: number) => {
    if (pixels > 0 && following) return;
    const [row, height] = drawnTop();
    stayAt(row + pixels / height);
  };
  const latestScroll = useRef(scrollBy);
  useEffect(() => {
    latestScroll.current = scrollBy;
  });

  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    const wheel = (event: WheelEvent) => {
      if (event.ctrlKey || event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) return;
      event.preventDefault();
      latestScroll.current(event.deltaMode === WheelEvent.DOM_DELTA_LINE ? event.deltaY * rowHeight : event.deltaY);
    };
    element.addEventListener('wheel', wheel, { passive: false });
    return () => element.removeEventListener('wheel', wheel);
  }, []);

  const scrolled = () => {
    const { scrollTop = 0, scrollHeight = 0, clientHeight = 0 } = box.current ?? {};
    if (Math.abs(scrollTop - placed.current) < 1) return;
    if (scrollTop >= scrollHeight - clientHeight - 1) onFollowing(true);
    else stayAt(rowAtScroll(scale, scrollTop));
  };

  const pressed = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    switch (event.key) {
      case 'ArrowDown':
        scrollBy(rowHeight);
        break;
      case 'ArrowUp':
        scrollBy(-rowHeight);
        break;
      case 'PageDown':
        scrollBy(viewport - 2 * rowHeight);
        break;
      case 'PageUp':
        scrollBy(2 * rowHeight - viewport);
        break;
      case 'Home':
        stayAt(0);
        break;
      case 'End':
        onFollowing(true);
        break;
      default:
        return;
    }
    event.preventDefault();
  };

  const ready = log.ready();
  const failure = log.failure();
  if (failure !== undefined) return <ErrorCard error={failure.error} className="m-3" />;
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- its keys only scroll
    <div
      ref={box}
      // A log that updates while it is read aloud can't be read: it is asked for, line by line.
      role="log"
      aria-live="off"
      aria-label={label}
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reachable by keyboard
      tabIndex={0}
      data-lines={rows}
      className="h-full overflow-auto bg-surface font-mono text-code leading-4.5 [scrollbar-gutter:stable]"
      onScroll={scrolled}
      onKeyDown={pressed}
    >
      {!ready && <Skeleton rows={8} className="px-4" />}
      {ready && rows === 0 && <p className="px-4 py-3 font-sans text-sm text-ink-2">{t('log.empty')}</p>}
      <div style={{ height: rows === 0 ? 0 : scale.height }}>
        <div className="sticky top-0 overflow-y-clip" style={{ height: Math.min(viewport, scale.height) }}>
          <div ref={layer} className={cx('pb-px', !wrap && 'w-max min-w-full')}>
            {Array.from({ length: shown }, (_, index) => {
              const row = first + index;
              const line = log.line(row);
              const number = line?.line ?? lineOfRow(map, row);
              return (
                <LogRow
                  key={row}
                  line={line}
                  number={number}
                  gutter={gutter}
                  prefixed={prefixed}
                  wrap={wrap}
                  marked={target?.line === number}
                  ranges={hits.get(number)}
                />
              );
            })}
          </div>
        </div>
      </div>
    </div>
  );
}
