import { defaultRangeExtractor, useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef, useState } from 'react';
import type { Key, ReactNode } from 'react';
import { cx } from './cx.ts';

interface LongListProps<T> {
  readonly items: readonly T[];
  /** Of items that stay while others come and go. */
  readonly keyOf: (item: T, index: number) => Key;
  /** Px that a row has, or has about: it is measured when it is drawn. */
  readonly rowHeight: number;
  readonly label: string;
  /** Of the box that scrolls. */
  readonly className?: string;
  readonly rowClassName?: string;
  /** The item that is scrolled to when it changes; below 0 there is none. */
  readonly current?: number;
  readonly children: (item: T, index: number) => ReactNode;
}

/** A list that may have thousands of rows: only those in sight are drawn, and the one that has the focus. */
export function LongList<T>(props: LongListProps<T>) {
  const { items, keyOf, rowHeight, label, className, rowClassName, current = -1, children } = props;
  const box = useRef<HTMLDivElement>(null);
  const [focused, setFocused] = useState<number>();
  // oxlint-disable-next-line react/incompatible-library -- it warns the compiler, which is not used
  const list = useVirtualizer({
    count: items.length,
    getScrollElement: () => box.current,
    estimateSize: () => rowHeight,
    overscan: 4,
    getItemKey: (index) => {
      const item = items[index];
      return item === undefined ? index : String(keyOf(item, index));
    },
    rangeExtractor: (range) => {
      const shown = defaultRangeExtractor(range);
      if (focused === undefined || focused >= items.length || shown.includes(focused)) return shown;
      return [...shown, focused].sort((a, b) => a - b);
    },
  });
  useEffect(() => {
    if (current >= 0) list.scrollToIndex(current, { align: 'auto' });
  }, [current, list]);
  return (
    <div ref={box} className={cx('overflow-y-auto', className)}>
      <ul aria-label={label} className="relative" style={{ height: list.getTotalSize() }}>
        {list.getVirtualItems().map(({ key, index, start }) => {
          const item = items[index];
          if (item === undefined) return null;
          return (
            // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- it only keeps the row that has the focus
            <li
              key={key}
              ref={list.measureElement}
              data-index={index}
              aria-setsize={items.length}
              aria-posinset={index + 1}
              className={cx('absolute inset-x-0', rowClassName)}
              style={{ top: start }}
              onFocus={() => setFocused(index)}
              onBlur={() => setFocused(undefined)}
            >
              {children(item, index)}
            </li>
          );
        })}
      </ul>
    </div>
  );
}
