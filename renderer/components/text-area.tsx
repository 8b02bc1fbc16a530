import type { ComponentProps } from 'react';
import { cx } from './cx.ts';
import { useFieldControl } from './field.tsx';

interface TextAreaProps extends Omit<ComponentProps<'textarea'>, 'onChange'> {
  readonly onValue?: (value: string) => void;
}

/** Text of several lines: code, so no line is wrapped and no spelling checked. */
export function TextArea({ onValue, className, ...rest }: TextAreaProps) {
  const field = useFieldControl();
  return (
    <textarea
      wrap="off"
      spellCheck={false}
      autoComplete="off"
      autoCapitalize="off"
      {...field}
      {...rest}
      className={cx(
        'w-full min-w-0 resize-y rounded-md border border-control-line bg-surface px-2 py-1.5 font-mono text-code leading-5 text-ink transition-colors hover:border-ink-3 focus-visible:border-focus focus-visible:outline-1 focus-visible:outline-offset-0 aria-invalid:border-failed-fg',
        className,
      )}
      onChange={(event) => onValue?.(event.currentTarget.value)}
    />
  );
}
