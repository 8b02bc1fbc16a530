import { useEffect, useImperativeHandle, useLayoutEffect, useRef, useState } from 'react';
import type { KeyboardEvent, ReactNode, Ref } from 'react';
import { cx } from '../../../components/index.ts';
import { useFoldFocus } from './fold-focus.ts';
import { rowsToDraw } from './row-anchor.ts';
import type { RowAnchor } from './row-anchor.ts';
import { rowAtScroll, scrollOfRow, scrollScale } from './scroll-scale.ts';

/** Height of a line that isn't wrapped (px). */
const rowHeight = 18;
/** Height of what is pinned to the top (px); the class `h-7`. */
const pinnedHeight = 28;

/** What stays at the top of the view while the rows that it heads go by. */
export interface Pinned {
  readonly node: ReactNode;
  /** The row that it stands for, which is not drawn a second time. */
  readonly row: number;
  /** The row that pushes it away. */
  readonly until: number;
}

export interface LogRowsHandle {
  /** The row at the top of the view as it is drawn, with the fraction of it that is scrolled away. */
  top(): number;
}

interface LogRowsProps {
  readonly ref?: Ref<LogRowsHandle>;
  readonly rows: number;
  readonly anchor: RowAnchor;
  readonly label: string;
  readonly wrap: boolean;
  /** Someone scrolls: this row, with its fraction, wants to stand at the top. */
  readonly onTop: (row: number) => void;
  /** Someone goes to the end. */
  readonly onEnd: () => void;
  /** The view has more room than rows are left below its top. */
  readonly onShort: () => void;
  /** These rows are looked at, or will be soon. */
  readonly onShown: (first: number, count: number) => void;
  /** Given the row at the top. */
  readonly pinned?: (top: number) => Pinned | undefined;
  /** One row; it has a key. */
  readonly row: (row: number) => ReactNode;
  /** In the place of rows, where there are none. */
  readonly children: ReactNode;
}

/** Rows of a log, however many: draws those in view, and measures them, since some are higher than others. */
export function LogRows({
  ref,
  rows,
  anchor,
  label,
  wrap,
  onTop,
  onEnd,
  onShort,
  onShown,
  pinned,
  row: draw,
  children,
}: LogRowsProps) {
  const box = useRef<HTMLDivElement>(null);
  const travel = useRef<HTMLDivElement>(null);
  const layer = useRef<HTMLDivElement>(null);
  const pin = useRef<HTMLDivElement>(null);
  const placed = useRef(0);
  const [viewHeight, setViewHeight] = useState(0);
  /** The row at the top as it was drawn last. */
  const [topRow, setTopRow] = useState(0);
  const scale = scrollScale(rows, rowHeight, viewHeight);
  const visible = Math.ceil(viewHeight / rowHeight) + 2;
  const { first, count } = rowsToDraw(anchor, rows, visible);
  const last = rows - 1;
  const atEnd = anchor.edge === 'bottom' && anchor.row >= last;
  const pinnedNow = rows === 0 ? undefined : pinned?.(topRow);

  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    const observer = new ResizeObserver(() => setViewHeight(element.clientHeight));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  useEffect(() => {
    // A page ahead in both directions: reading is done before it is scrolled to.
    if (count > 0) onShown(Math.max(0, first - visible), count + 2 * visible);
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
  useImperativeHandle(ref, () => ({
    top: () => drawnTop()[0],
  }));

  // Puts the rows where the anchor wants them; only now their true heights are known.
  // oxlint-disable-next-line react/exhaustive-deps -- each drawing is measured; the row that it finds at the top settles at once
  useLayoutEffect(() => {
    const [element, lines] = [box.current, layer.current];
    if (element === null || lines === null || travel.current === null) return;
    const height = lines.offsetHeight;
    const child = (row: number) => {
      const found = lines.children[row - first];
      return found instanceof HTMLElement ? found : undefined;
    };
    let shift = 0;
    if (anchor.edge === 'bottom') {
      const end = child(Math.max(0, Math.min(Math.floor(anchor.row), last)));
      const bottom = atEnd || end === undefined ? height : end.offsetTop + end.offsetHeight;
      shift = Math.min(0, viewHeight - bottom);
    } else {
      if (anchor.edge === 'top') shift = -(Math.min(anchor.row, last) - first) * (child(first)?.offsetHeight ?? 0);
      if (first + count > last && rows > 0 && shift + height < viewHeight) onShort();
    }
    lines.style.transform = `translateY(${shift}px)`;
    const fits = count === rows && height <= viewHeight;
    travel.current.style.height = `${rows === 0 ? 0 : fits ? viewHeight : scale.height}px`;
    const [top] = drawnTop();
    element.scrollTop = atEnd ? scale.height : scrollOfRow(scale, top);
    placed.current = element.scrollTop;
    if (pinned === undefined) return;
    // oxlint-disable-next-line react/set-state-in-effect -- which row is at the top depends on the heights
    setTopRow(Math.floor(top));
    const pusher = pinnedNow === undefined ? undefined : child(pinnedNow.until);
    const push = pusher === undefined ? 0 : Math.min(0, pusher.offsetTop + shift - pinnedHeight);
    if (pin.current !== null) pin.current.style.transform = `translateY(${push}px)`;
  });

  const focus = useFoldFocus(box, pin);

  const stayAt = (row: number) => onTop(Math.max(0, Math.min(last, row)));
  const scrollBy = (pixels: number) => {
    if (rows === 0 || (pixels > 0 && atEnd)) return;
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
    // In a view of another height it is the browser that scrolls; all of it is about to be drawn anew.
    if (Math.abs(scrollTop - placed.current) < 1 || clientHeight !== viewHeight) return;
    if (scrollTop >= scrollHeight - clientHeight - 1) onEnd();
    else stayAt(rowAtScroll(scale, scrollTop));
  };

  const pressed = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (focus.pressed(event)) return event.preventDefault();
    const page = viewHeight - 2 * rowHeight - (pinned === undefined ? 0 : pinnedHeight);
    switch (event.key) {
      case 'ArrowDown':
        scrollBy(rowHeight);
        break;
      case 'ArrowUp':
        scrollBy(-rowHeight);
        break;
      case 'PageDown':
        scrollBy(page);
        break;
      case 'PageUp':
        scrollBy(-page);
        break;
      case 'Home':
        stayAt(0);
        break;
      case 'End':
        onEnd();
        break;
      default:
        return;
    }
    event.preventDefault();
  };

  return (
    <div className="relative h-full">
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- its keys only scroll */}
      <div
        ref={box}
        // A log that updates while it is read aloud can't be read: it is asked for, line by line.
        role="log"
        aria-live="off"
        aria-label={label}
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reachable by keyboard
        tabIndex={0}
        className="peer @container h-full overflow-auto outline-none bg-surface font-mono text-code leading-4.5 [scrollbar-gutter:stable]"
        onScroll={scrolled}
        onKeyDown={pressed}
        onFocus={focus.onFocus}
        onBlur={focus.onBlur}
      >
        {children}
        <div ref={travel}>
          <div
            className={cx('sticky top-0 overflow-y-clip', !wrap && 'w-max min-w-full')}
            style={{ height: Math.min(viewHeight, scale.height) }}
          >
            {pinnedNow !== undefined && (
              <div
                ref={pin}
                data-stuck={topRow > pinnedNow.row || undefined}
                className="sticky left-0 z-1 h-0 w-[100cqi]"
              >
                {pinnedNow.node}
              </div>
            )}
            <div ref={layer} className="pb-px">
              {Array.from({ length: count }, (_, index) => {
                const row = first + index;
                return row === pinnedNow?.row ? <div key={`pinned ${row}`} className="h-7" /> : draw(row);
              })}
            </div>
          </div>
        </div>
      </div>
      {/* Rows would cover the log's own. */}
      <div className="pointer-events-none absolute inset-0 outline-offset-[-2px] outline-focus peer-focus-visible:outline-2" />
    </div>
  );
}
