import { isMac, keyCaps } from '../commands/index.ts';
import type { Shortcut } from '../commands/index.ts';
import { cx } from './cx.ts';

/** A shortcut as caps. Screen readers get it from `aria-keyshortcuts` of what it belongs to. */
export function KeyHint({ shortcut, className }: { readonly shortcut: Shortcut; readonly className?: string }) {
  return (
    <span aria-hidden className={cx('inline-flex shrink-0 gap-0.5', className)}>
      {keyCaps(shortcut, isMac()).map((cap) => (
        <kbd
          key={cap}
          className="inline-flex h-4.5 min-w-4.5 items-center justify-center rounded-sm border border-line-strong bg-surface px-1 font-sans text-2xs text-ink-2"
        >
          {cap}
        </kbd>
      ))}
    </span>
  );
}
