import type { ReactNode } from 'react';
import { cx } from './cx.ts';

const tones = {
  plain: 'border-line bg-surface-sunken text-ink-2',
  accent: 'border-cached-line bg-cached-bg text-cached-fg',
  running: 'border-running-line bg-running-bg text-running-fg',
  succeeded: 'border-succeeded-line bg-succeeded-bg text-succeeded-fg',
  failed: 'border-failed-line bg-failed-bg text-failed-fg',
  warning: 'border-warning-line bg-warning-bg text-warning-fg',
} as const;

export type Tone = keyof typeof tones;

/** A short fact: a platform, a count, a kind. */
export function Chip({
  tone = 'plain',
  className,
  children,
}: {
  readonly tone?: Tone;
  readonly className?: string;
  readonly children: ReactNode;
}) {
  return (
    <span
      className={cx(
        'inline-flex h-5 max-w-full items-center gap-1 rounded-sm border px-1.5 text-xs whitespace-nowrap',
        tones[tone],
        className,
      )}
    >
      {children}
    </span>
  );
}
