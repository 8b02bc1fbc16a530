import type { ReactNode } from 'react';
import { cx } from './cx.ts';

interface PageProps {
  readonly title: ReactNode;
  /** One quiet line under the title. */
  readonly lead?: ReactNode;
  readonly actions?: ReactNode;
  /** `reading` keeps lines short; `wide` uses the whole window. */
  readonly measure?: 'reading' | 'wide';
  readonly children: ReactNode;
}

/** A screen that scrolls as a whole. */
export function Page({ title, lead, actions, measure = 'wide', children }: PageProps) {
  return (
    <div className="h-full overflow-y-auto">
      <div
        className={cx(
          'mx-auto flex min-h-full flex-col gap-5 px-6 pt-5 pb-8',
          measure === 'reading' ? 'max-w-220' : 'max-w-400',
        )}
      >
        <header className="flex items-start justify-between gap-x-4 gap-y-2 narrow:flex-wrap">
          <div className="min-w-0">
            <h1 className="text-xl font-semibold tracking-tight">{title}</h1>
            {lead !== undefined && <div className="text-ink-2">{lead}</div>}
          </div>
          {actions !== undefined && <div className="flex shrink-0 items-center gap-2">{actions}</div>}
        </header>
        {children}
      </div>
    </div>
  );
}

interface SectionProps {
  readonly title: ReactNode;
  readonly aside?: ReactNode;
  readonly className?: string;
  readonly children: ReactNode;
}

/** A titled part of a screen. */
export function Section({ title, aside, className, children }: SectionProps) {
  return (
    <section className={cx('flex min-w-0 flex-col gap-2', className)}>
      <div className="flex min-h-7 items-center justify-between gap-3">
        <h2 className="text-lg font-semibold">{title}</h2>
        {aside}
      </div>
      {children}
    </section>
  );
}

/** A surface with a line around it. */
export function Panel({ className, children }: { readonly className?: string; readonly children: ReactNode }) {
  return <div className={cx('min-w-0 rounded-md border border-line bg-surface', className)}>{children}</div>;
}
