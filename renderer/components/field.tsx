import { createContext, useContext, useId } from 'react';
import type { ReactNode } from 'react';
import { cx } from './cx.ts';

interface FieldIds {
  readonly control: string;
  readonly label: string;
  readonly hint: string | undefined;
  readonly error: string | undefined;
}

const FieldContext = createContext<FieldIds | undefined>(undefined);

interface FieldProps {
  readonly label: ReactNode;
  /** Stands beside the label: a switch, a count. */
  readonly aside?: ReactNode;
  readonly hint?: ReactNode;
  /** What is wrong with the value, in a sentence. */
  readonly error?: string | undefined;
  /** The label is read aloud but not shown. */
  readonly quiet?: boolean;
  readonly className?: string;
  readonly children: ReactNode;
}

/** A label, a control, and what there is to say about it; ties them together for screen readers. */
export function Field({ label, aside, hint, error, quiet = false, className, children }: FieldProps) {
  const id = useId();
  const ids: FieldIds = {
    control: `${id}-control`,
    label: `${id}-label`,
    hint: hint === undefined ? undefined : `${id}-hint`,
    error: error === undefined ? undefined : `${id}-error`,
  };
  return (
    <FieldContext value={ids}>
      <div className={cx('flex min-w-0 flex-col gap-1', className)}>
        <div className={cx('flex items-baseline justify-between gap-2', quiet && 'sr-only')}>
          <label id={ids.label} htmlFor={ids.control} className="text-xs font-medium text-ink-2">
            {label}
          </label>
          {aside}
        </div>
        {children}
        {hint !== undefined && (
          <p id={ids.hint} className="text-xs text-ink-3">
            {hint}
          </p>
        )}
        {error !== undefined && (
          <p id={ids.error} role="alert" className="text-xs text-failed-fg">
            {error}
          </p>
        )}
      </div>
    </FieldContext>
  );
}

/** What a control inside a {@link Field} takes over from it. */
export interface FieldControlProps {
  readonly id?: string | undefined;
  readonly 'aria-labelledby'?: string | undefined;
  readonly 'aria-describedby'?: string | undefined;
  readonly 'aria-invalid'?: true | undefined;
}

/** For controls: the ids of the field around them, nothing outside of one. */
export function useFieldControl(): FieldControlProps {
  const field = useContext(FieldContext);
  if (field === undefined) return {};
  const described = [field.error, field.hint].filter((id) => id !== undefined).join(' ');
  return {
    id: field.control,
    'aria-labelledby': field.label,
    'aria-describedby': described === '' ? undefined : described,
    'aria-invalid': field.error === undefined ? undefined : true,
  };
}
