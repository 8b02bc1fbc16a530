import { useCallback, useEffect, useEffectEvent, useLayoutEffect, useRef, useState } from 'react';
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

/** What the top of the view is held at: a row with its fraction, or the end, wherever that moves to. */
type Anchor = { readonly kind: 'row'; readonly row: number } | { readonly kind: 'end' };

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
  const [anchor, setAnchor] = useState<Anchor>(following ? { kind: 'end' } : { kind: 'row', row: 0 });
  const map = log.map();
  const { rows } = map;
  const scale = scrollScale(rows, rowHeight, viewport);
  const visible = Math.ceil(viewport / rowHeight) + 2;
  const first =
    anchor.kind === 'end' ? Math.max(0, rows - visible) : Math.min(Math.floor(anchor.row), Math.max(0, rows - 1));
  const shown = Math.max(0, Math.min(visible, rows - first));

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

  const move = useCallback(
    (next: Anchor) => {
      setAnchor(next);
      onFollowing(next.kind === 'end');
    },
    [onFollowing],
  );

  // The asked-for line a third down the view. Asked again while the log is still being measured.
  const reveal = useEffectEvent(({ line }: LineTarget) => {
    move({ kind: 'row', row: Math.max(0, rowOfLine(map, line) - Math.floor(visible / 3)) });
  });
  const ready = log.ready();
  useEffect(() => {
    if (target !== undefined && ready) reveal(target);
  }, [target, ready]);

  const followNow = useEffectEvent(() => {
    if (following && anchor.kind !== 'end') setAnchor({ kind: 'end' });
  });
  useEffect(() => followNow(), [following]);

  // Puts the rows where the anchor wants them; only now their true heights are known.
  useLayoutEffect(() => {
    const element = box.current;
    const lines = layer.current;
    if (element === null || lines === null) return;
    const height = lines.offsetHeight;
    let shift = 0;
    if (anchor.kind === 'end') shift = Math.min(0, viewport - height);
    else {
      const top = lines.firstElementChild;
      shift = -(anchor.row - first) * (top instanceof HTMLElement ? top.offsetHeight : 0);
      if (first + shown === rows && shift + height < viewport && rows > 0 && height > 0) {
        if (anchor.row > 0) move({ kind: 'end' });
        else onFollowing(true);
      }
    }
    lines.style.transform = `translateY(${shift}px)`;
    element.scrollTop = anchor.kind === 'end' ? scale.height : scrollOfRow(scale, anchor.row);
    placed.current = element.scrollTop;
  });

  /** The row at the top of the view as it is drawn, with its fraction, and its height. */
  const topRow = useEffectEvent((): readonly [row: number, height: number] => {
    const top = box.current?.getBoundingClientRect().top ?? 0;
    for (const [index, child] of [...(layer.current?.children ?? [])].entries()) {
      const at = child.getBoundingClientRect();
      if (at.bottom > top + 0.5) return [first + index + Math.max(0, top - at.top) / at.height, at.height];
    }
    return [first, rowHeight];
  });

  const scrollBy = useEffectEvent((pixels: number) => {
    if (pixels > 0 && anchor.kind === 'end') return;
    const [row, height] = topRow();
    move({ kind: 'row', row: Math.max(0, Math.min(rows - 1, row + pixels / height)) });
  });

  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    const wheel = (event: WheelEvent) => {
      if (event.ctrlKey || event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) return;
      event.preventDefault();
      scrollBy(event.deltaMode === WheelEvent.DOM_DELTA_LINE ? event.deltaY * rowHeight : event.deltaY);
    };
    element.addEventListener('wheel', wheel, { passive: false });
    return () => element.removeEventListener('wheel', wheel);
  }, []);

  const scrolled = () => {
    const { scrollTop = 0, scrollHeight = 0, clientHeight = 0 } = box.current ?? {};
    if (Math.abs(scrollTop - placed.current) < 1) return;
    if (scrollTop >= scrollHeight - clientHeight - 1) move({ kind: 'end' });
    else move({ kind: 'row', row: rowAtScroll(scale, scrollTop) });
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
        move({ kind: 'row', row: 0 });
        break;
      case 'End':
        move({ kind: 'end' });
        break;
      default:
        return;
    }
    event.preventDefault();
  };

  const failure = log.failure();
  if (failure !== undefined) return <ErrorCard error={failure.error} className="m-3" />;
  return (
    <div
      ref={box}
      // A log that updates while it is read aloud can't be read: it is asked for, line by line.
      role="log"
      aria-live="off"
      aria-label={label}
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
