import type { ComponentProps } from 'react';
import { cx } from './cx.ts';
import { useFieldControl } from './field.tsx';
import { textControl, typedAsIs } from './text-control.ts';

interface TextAreaProps extends Omit<ComponentProps<'textarea'>, 'onChange'> {
  readonly onValue?: (value: string) => void;
}

/** Text of several lines: code, so no line is wrapped. */
export function TextArea({ onValue, className, ...rest }: TextAreaProps) {
  const field = useFieldControl();
  return (
    <textarea
      wrap="off"
      {...typedAsIs}
      {...field}
      {...rest}
      className={cx('resize-y py-1.5 font-mono text-code leading-5', textControl, className)}
      onChange={(event) => onValue?.(event.currentTarget.value)}
    />
  );
}
