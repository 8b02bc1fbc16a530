import { Select as Base } from '@base-ui/react/select';
import { Check, ChevronsUpDown } from 'lucide-react';
import type { ReactNode } from 'react';
import { cx } from './cx.ts';
import { useFieldControl } from './field.tsx';

export interface SelectOption<T extends string> {
  readonly value: T;
  readonly label: ReactNode;
  /** A second, quieter line. */
  readonly detail?: ReactNode;
}

interface SelectProps<T extends string> {
  readonly value: T;
  readonly options: readonly SelectOption<T>[];
  readonly onValue: (value: T) => void;
  readonly mono?: boolean;
  /** Its name where no Field gives it one. */
  readonly label?: string;
  readonly size?: 'small' | 'normal';
  readonly className?: string;
}

/** One of a few values. */
export function Select<T extends string>({
  value,
  options,
  onValue,
  mono = false,
  label,
  size = 'normal',
  className,
}: SelectProps<T>) {
  const field = useFieldControl();
  return (
    <Base.Root
      items={options}
      value={value}
      onValueChange={(next) => {
        if (next !== null) onValue(next);
      }}
    >
      <Base.Trigger
        {...field}
        {...(label === undefined ? {} : { 'aria-label': label })}
        className={cx(
          'flex min-w-0 items-center justify-between gap-2 rounded-md border border-control-line bg-surface text-left text-ink transition-colors hover:border-ink-3 data-popup-open:border-focus',
          size === 'small' ? 'h-7 px-2 text-xs' : 'h-8 px-2 text-sm',
          mono && 'font-mono text-code',
          className,
        )}
      >
        <Base.Value className="truncate" />
        <Base.Icon className="shrink-0 text-ink-3">
          <ChevronsUpDown aria-hidden size={13} />
        </Base.Icon>
      </Base.Trigger>
      <Base.Portal>
        <Base.Positioner alignItemWithTrigger={false} sideOffset={4} collisionPadding={8} className="z-50 select-none">
          <Base.Popup className="max-h-[min(20rem,var(--available-height))] min-w-[var(--anchor-width)] overflow-y-auto rounded-md border border-line-strong bg-surface-raised p-1 shadow-raised">
            <Base.List>
              {options.map((option) => (
                <Base.Item
                  key={option.value}
                  value={option.value}
                  className={cx(
                    'flex min-h-7 items-center gap-2 rounded-sm py-1 pr-2 pl-1.5 text-sm outline-none data-highlighted:bg-selected',
                    mono && 'font-mono text-code',
                  )}
                >
                  <span className="flex w-4 shrink-0 justify-center text-accent">
                    <Base.ItemIndicator>
                      <Check aria-hidden size={14} />
                    </Base.ItemIndicator>
                  </span>
                  <span className="flex min-w-0 flex-col">
                    <Base.ItemText>{option.label}</Base.ItemText>
                    {option.detail !== undefined && (
                      <span className="font-sans text-xs text-ink-3">{option.detail}</span>
                    )}
                  </span>
                </Base.Item>
              ))}
            </Base.List>
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
