import type { LucideIcon } from 'lucide-react';
import type { ComponentProps } from 'react';
import { cx } from './cx.ts';
import { useFieldControl } from './field.tsx';

interface InputProps extends Omit<ComponentProps<'input'>, 'onChange' | 'size'> {
  /** For names, paths and digests. */
  readonly mono?: boolean;
  readonly icon?: LucideIcon;
  readonly onValue?: (value: string) => void;
}

/** One line of text. Spelling is never checked: what is typed here are names. */
export function Input({ mono = false, icon: Icon, onValue, className, ...rest }: InputProps) {
  const field = useFieldControl();
  const input = (
    <input
      type="text"
      spellCheck={false}
      autoComplete="off"
      autoCapitalize="off"
      {...field}
      {...rest}
      className={cx(
        'h-8 w-full min-w-0 rounded-md border border-control-line bg-surface px-2 text-ink transition-colors hover:border-ink-3 focus-visible:border-focus focus-visible:outline-1 focus-visible:outline-offset-0 disabled:bg-surface-sunken disabled:text-ink-3 aria-invalid:border-failed-fg',
        mono ? 'font-mono text-code' : 'text-sm',
        Icon !== undefined && 'pl-7',
        className,
      )}
      onChange={(event) => onValue?.(event.currentTarget.value)}
    />
  );
  if (Icon === undefined) return input;
  return (
    <span className="relative flex w-full min-w-0">
      <Icon
        aria-hidden
        size={14}
        strokeWidth={1.75}
        className="pointer-events-none absolute top-1/2 left-2 -translate-y-1/2 text-ink-3"
      />
      {input}
    </span>
  );
}
