import type { ComponentProps } from 'react';
import { flushSync } from 'react-dom';
import { useFocusBack } from './use-focus.ts';

interface FormProps extends Omit<ComponentProps<'form'>, 'onSubmit'> {
  /** Does nothing where something doesn't hold, and has its fields say so. */
  readonly onSubmit: () => void;
}

/** A form that appears when it is asked for. Sent with something that doesn't hold, the first such field takes the focus. */
export function Form({ onSubmit, ...rest }: FormProps) {
  useFocusBack();
  return (
    <form
      {...rest}
      onSubmit={(event) => {
        event.preventDefault();
        const form = event.currentTarget;
        flushSync(onSubmit);
        form.querySelector<HTMLElement>('[aria-invalid]')?.focus();
      }}
    />
  );
}
