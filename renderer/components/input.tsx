import type { LucideIcon } from 'lucide-react';
import type { ComponentProps } from 'react';
import { cx } from './cx.ts';
import { useFieldControl } from './field.tsx';
import { textControl, typedAsIs } from './text-control.ts';

interface InputProps extends Omit<ComponentProps<'input'>, 'onChange' | 'size'> {
  /** For names, paths and digests. */
  readonly mono?: boolean;
  readonly icon?: LucideIcon;
  readonly onValue?: (value: string) => void;
}

/** One line of text. */
export function Input({ mono = false, icon: Icon, onValue, className, ...rest }: InputProps) {
  const field = useFieldControl();
  const input = (
    <input
      type="text"
      {...typedAsIs}
      {...field}
      {...rest}
      className={cx(
        'h-8',
        textControl,
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
