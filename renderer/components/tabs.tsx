import { Tabs as Base } from '@base-ui/react/tabs';
import type { ReactNode } from 'react';
import { cx } from './cx.ts';

export interface Tab<T extends string> {
  readonly value: T;
  readonly label: ReactNode;
  readonly panel: ReactNode;
}

interface TabsProps<T extends string> {
  readonly value: T;
  readonly tabs: readonly Tab<T>[];
  readonly onValue: (value: T) => void;
  /** Stands at the end of the row of tabs. */
  readonly aside?: ReactNode;
  readonly className?: string;
  readonly panelClassName?: string;
}

/** Views of one thing, one at a time. */
export function Tabs<T extends string>({ value, tabs, onValue, aside, className, panelClassName }: TabsProps<T>) {
  return (
    <Base.Root
      value={value}
      onValueChange={(next) => onValue(next as T)}
      className={cx('flex min-h-0 flex-col', className)}
    >
      <div className="flex items-end justify-between gap-3 border-b border-line">
        <Base.List className="relative flex gap-1">
          {tabs.map((tab) => (
            <Base.Tab
              key={tab.value}
              value={tab.value}
              className="flex h-8 items-center gap-1.5 rounded-t-sm px-2.5 text-sm whitespace-nowrap text-ink-2 transition-colors hover:text-ink data-active:text-ink"
            >
              {tab.label}
            </Base.Tab>
          ))}
          <Base.Indicator className="absolute -bottom-px left-[var(--active-tab-left)] h-0.5 w-[var(--active-tab-width)] bg-accent transition-all" />
        </Base.List>
        {aside}
      </div>
      {tabs.map((tab) => (
        <Base.Panel key={tab.value} value={tab.value} className={cx('min-h-0', panelClassName)}>
          {tab.panel}
        </Base.Panel>
      ))}
    </Base.Root>
  );
}
