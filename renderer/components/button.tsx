import type { LucideIcon } from 'lucide-react';
import type { ComponentProps, ReactNode } from 'react';
import { ariaKeys, isMac } from '../commands/index.ts';
import type { Shortcut } from '../commands/index.ts';
import { cx } from './cx.ts';
import { KeyHint } from './key-hint.tsx';
import { Spinner } from './spinner.tsx';
import { Tooltip } from './tooltip.tsx';

const looks = {
  primary:
    'border-transparent bg-accent text-accent-ink font-medium hover:not-data-off:bg-accent-strong active:not-data-off:bg-accent-strong',
  plain:
    'border-control-line bg-surface text-ink hover:not-data-off:bg-hover hover:not-data-off:border-ink-3 active:not-data-off:bg-selected',
  quiet: 'border-transparent bg-transparent text-ink-2 hover:not-data-off:bg-hover hover:not-data-off:text-ink',
  danger:
    'border-control-line bg-surface text-failed-fg hover:not-data-off:bg-failed-bg hover:not-data-off:border-failed-fg',
} as const;

export type ButtonLook = keyof typeof looks;

interface ButtonProps extends Omit<ComponentProps<'button'>, 'disabled'> {
  readonly look?: ButtonLook;
  readonly size?: 'small' | 'normal';
  readonly icon?: LucideIcon | undefined;
  /** Shown at the end of the button, and told to screen readers. Handling it is the command registry's. */
  readonly shortcut?: Shortcut | undefined;
  /** What it started is under way: it shows that, and can't be pressed again. */
  readonly busy?: boolean;
  /** Can't be pressed. It keeps its place in the tab order, so that the reason can be read. */
  readonly disabled?: boolean | undefined;
  /** Why it can't be pressed, as a tooltip. */
  readonly reason?: string | undefined;
  readonly children: ReactNode;
}

/** A button with words on it: a verb, in sentence case. */
export function Button({
  look = 'plain',
  size = 'normal',
  icon: Icon,
  shortcut,
  busy = false,
  disabled = false,
  reason,
  className,
  children,
  onClick,
  ...rest
}: ButtonProps) {
  const off = disabled || busy;
  const button = (
    <button
      type="button"
      {...rest}
      aria-disabled={off || undefined}
      aria-busy={busy || undefined}
      aria-keyshortcuts={shortcut === undefined ? undefined : ariaKeys(shortcut, isMac())}
      data-off={off || undefined}
      className={cx(
        'inline-flex shrink-0 items-center justify-center gap-1.5 rounded-md border whitespace-nowrap transition-colors select-none data-off:opacity-55',
        size === 'small' ? 'h-7 px-2 text-xs' : 'h-8 px-3 text-sm',
        looks[look],
        className,
      )}
      onClick={(event) => {
        if (off) event.preventDefault();
        else onClick?.(event);
      }}
    >
      {busy ? (
        <Spinner />
      ) : (
        Icon !== undefined && <Icon aria-hidden size={size === 'small' ? 14 : 15} strokeWidth={1.75} />
      )}
      {children}
      {shortcut !== undefined && <KeyHint shortcut={shortcut} className="ml-1 opacity-80" />}
    </button>
  );
  return reason === undefined ? button : <Tooltip content={reason}>{button}</Tooltip>;
}

interface IconButtonProps extends Omit<ComponentProps<'button'>, 'disabled' | 'aria-label' | 'children'> {
  readonly icon: LucideIcon;
  /** Its name: read aloud, and shown as a tooltip. */
  readonly label: string;
  readonly shortcut?: Shortcut | undefined;
  readonly size?: 'small' | 'normal';
  readonly disabled?: boolean | undefined;
  readonly side?: 'top' | 'right' | 'bottom' | 'left';
  /** For one that switches something: whether it is on. */
  readonly pressed?: boolean;
}

/** A button that shows only an icon; its name and shortcut are in the tooltip. */
export function IconButton({
  icon: Icon,
  label,
  shortcut,
  size = 'normal',
  disabled = false,
  side = 'bottom',
  pressed,
  className,
  onClick,
  ...rest
}: IconButtonProps) {
  return (
    <Tooltip content={label} shortcut={shortcut} side={side}>
      <button
        type="button"
        {...rest}
        aria-label={label}
        aria-pressed={pressed}
        aria-disabled={disabled || undefined}
        aria-keyshortcuts={shortcut === undefined ? undefined : ariaKeys(shortcut, isMac())}
        data-off={disabled || undefined}
        className={cx(
          'inline-flex shrink-0 items-center justify-center rounded-md text-ink-2 transition-colors hover:not-data-off:bg-hover hover:not-data-off:text-ink data-off:opacity-40',
          size === 'small' ? 'size-6' : 'size-7',
          pressed === true && 'bg-selected text-accent',
          className,
        )}
        onClick={(event) => {
          if (disabled) event.preventDefault();
          else onClick?.(event);
        }}
      >
        <Icon aria-hidden size={size === 'small' ? 14 : 16} strokeWidth={1.75} />
      </button>
    </Tooltip>
  );
}
