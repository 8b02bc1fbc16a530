import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { cx } from '../../components/index.ts';
import type { TellingPath } from './step-times.ts';
import { pathLooks } from './waterfall-bar.tsx';

/** What the signs on the axis mean; rows say the same in words. */
export function Legend({ path }: { readonly path: TellingPath['kind'] | undefined }) {
  const { t } = useTranslation('run');
  return (
    <div
      aria-hidden
      className="flex h-6 shrink-0 items-center justify-end gap-4 overflow-hidden border-t border-line px-3 text-2xs whitespace-nowrap text-ink-3"
    >
      <Sign text={t('legend.waits')}>
        <span className="h-2 w-5 bg-[repeating-linear-gradient(135deg,var(--control-line)_0_1px,transparent_1px_4px)]" />
      </Sign>
      <Sign text={t('legend.ran')}>
        <span className="h-2 w-5 rounded-sm bg-ink-3" />
      </Sign>
      <Sign text={t('legend.goesOn')}>
        <span className="h-2 w-5 rounded-sm border border-control-line" />
      </Sign>
      <Sign text={t('legend.skipped')}>
        <span className="w-5 border-t border-dashed border-line-strong" />
      </Sign>
      {path !== undefined && (
        <Sign text={t(`legend.${path}`)}>
          <span className={cx('h-0.5 w-5', pathLooks[path])} />
        </Sign>
      )}
    </div>
  );
}

function Sign({ text, children }: { readonly text: string; readonly children: ReactNode }) {
  return (
    <span className="flex items-center gap-1.5">
      {children}
      {text}
    </span>
  );
}
