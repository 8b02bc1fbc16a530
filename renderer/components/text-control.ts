import type { HTMLAttributes } from 'react';

/** Spelling is never checked, nothing is filled in or made upper case: what is typed here are names and code. */
export const typedAsIs = {
  spellCheck: false,
  autoComplete: 'off',
  autoCapitalize: 'off',
} as const satisfies HTMLAttributes<HTMLElement> & { readonly autoComplete: string };

/** The look of whatever text is typed into. */
export const textControl =
  'w-full min-w-0 rounded-md border border-control-line bg-surface px-2 text-ink transition-colors hover:border-ink-3 focus-visible:border-focus focus-visible:outline-1 focus-visible:outline-offset-0 disabled:bg-surface-sunken disabled:text-ink-3 aria-invalid:border-failed-fg';
