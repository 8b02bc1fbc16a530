import { Switch as Base } from '@base-ui/react/switch';
import { useId } from 'react';
import type { ReactNode } from 'react';
import { cx } from './cx.ts';

interface SwitchProps {
  readonly checked: boolean;
  readonly onChecked: (checked: boolean) => void;
  readonly label: ReactNode;
  readonly hint?: ReactNode;
  readonly size?: 'small' | 'normal';
  readonly disabled?: boolean;
  readonly className?: string;
}

/** On or off, in force at once. */
export function Switch({ checked, onChecked, label, hint, size = 'normal', disabled = false, className }: SwitchProps) {
  const id = useId();
  return (
    <label className={cx('flex items-start gap-2', className)}>
      <Base.Root
        aria-labelledby={`${id}-label`}
        aria-describedby={hint === undefined ? undefined : `${id}-hint`}
        checked={checked}
        disabled={disabled}
        onCheckedChange={(next) => onChecked(next)}
        onKeyDown={(event) => {
          // Ctrl+Enter is a command of the screen; it must not switch this on its way.
          if (event.ctrlKey || event.metaKey || event.altKey) event.preventBaseUIHandler();
        }}
        className="mt-0.5 flex h-4 w-7 shrink-0 items-center rounded-full border border-control-line bg-surface-sunken p-px transition-colors data-checked:border-accent data-checked:bg-accent data-disabled:opacity-50"
      >
        <Base.Thumb className="size-3 rounded-full bg-control-line transition-transform data-checked:translate-x-3 data-checked:bg-accent-ink" />
      </Base.Root>
      <span className="flex min-w-0 flex-col">
        <span id={`${id}-label`} className={size === 'small' ? 'text-xs leading-5 text-ink-2' : 'text-sm'}>
          {label}
        </span>
        {hint !== undefined && (
          <span id={`${id}-hint`} className="text-xs text-ink-3">
            {hint}
          </span>
        )}
      </span>
    </label>
  );
}
