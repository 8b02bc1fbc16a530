import { useEffect, useState } from 'react';
import type { ReactNode } from 'react';
import { FilterX } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { AppFailure } from '@shared/model/app-error.ts';
import { Button } from './button.tsx';
import { cx } from './cx.ts';
import { ErrorCard } from './error-card.tsx';

/** What of a react-query result decides how a list looks. */
export interface ListQuery<T> {
  readonly data: readonly T[] | undefined;
  readonly error: AppFailure | null;
  readonly dataUpdatedAt: number;
  readonly refetch: () => unknown;
}

/** The five states of a list, and its content. */
export type ListCondition<T> =
  | { readonly kind: 'loading' }
  | { readonly kind: 'failed'; readonly error: AppFailure }
  | { readonly kind: 'empty' }
  | { readonly kind: 'filteredEmpty' }
  | { readonly kind: 'stale'; readonly items: readonly T[]; readonly since: number; readonly error: AppFailure }
  | { readonly kind: 'ready'; readonly items: readonly T[] };

/** `filtered`: whether the answer is to a narrowed question, so that nothing found doesn't mean nothing there. */
export function listCondition<T>(query: ListQuery<T>, filtered: boolean): ListCondition<T> {
  if (query.data === undefined)
    return query.error === null ? { kind: 'loading' } : { kind: 'failed', error: query.error };
  if (query.error !== null) return { kind: 'stale', items: query.data, since: query.dataUpdatedAt, error: query.error };
  if (query.data.length === 0) return { kind: filtered ? 'filteredEmpty' : 'empty' };
  return { kind: 'ready', items: query.data };
}

interface ListStateProps<T> {
  readonly query: ListQuery<T>;
  readonly filtered?: boolean;
  readonly onClearFilters?: () => void;
  /** What stands where nothing is yet; {@link Empty} fits. */
  readonly empty: ReactNode;
  /** Rows of the skeleton. */
  readonly rows?: number;
  readonly children: (items: readonly T[]) => ReactNode;
}

/** A list in whatever state it is: loading, empty, filtered to nothing, failed, out of date, or simply there. */
export function ListState<T>({
  query,
  filtered = false,
  onClearFilters,
  empty,
  rows = 5,
  children,
}: ListStateProps<T>) {
  const { t, i18n } = useTranslation('common');
  const condition = listCondition(query, filtered);
  switch (condition.kind) {
    case 'loading':
      return <Skeleton rows={rows} />;
    case 'failed':
      return <ErrorCard error={condition.error.error} onFix={{ retry: () => void query.refetch() }} />;
    case 'empty':
      return empty;
    case 'filteredEmpty':
      return (
        <Empty title={t('list.nothingFound')}>
          {onClearFilters !== undefined && (
            <Button icon={FilterX} onClick={onClearFilters}>
              {t('list.clearFilters')}
            </Button>
          )}
        </Empty>
      );
    case 'stale': {
      const since = new Intl.DateTimeFormat(i18n.language, { timeStyle: 'short' }).format(condition.since);
      return (
        <>
          <div className="flex items-center justify-between gap-2 rounded-md border border-warning-line bg-warning-bg px-3 py-1 text-xs text-warning-fg">
            {t('list.stale', { time: since })}
            <Button size="small" onClick={() => void query.refetch()}>
              {t('fix.retry')}
            </Button>
          </div>
          {children(condition.items)}
        </>
      );
    }
    case 'ready':
      return children(condition.items);
  }
}

/** Grey rows, only after 200 ms: what is fast doesn't flicker. */
export function Skeleton({ rows, className }: { readonly rows: number; readonly className?: string }) {
  const { t } = useTranslation('common');
  const [shown, setShown] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setShown(true), 200);
    return () => clearTimeout(timer);
  }, []);
  if (!shown) return null;
  return (
    <output aria-label={t('list.loading')} className={cx('flex flex-col gap-3 py-2', className)}>
      {Array.from({ length: rows }, (_, row) => (
        <span
          key={row}
          className="block h-3 animate-sheen rounded-sm bg-line"
          style={{ width: `${88 - ((row * 37) % 45)}%`, animationDelay: `${row * 80}ms` }}
        />
      ))}
    </output>
  );
}

interface EmptyProps {
  readonly title: ReactNode;
  /** One sentence that teaches. */
  readonly text?: ReactNode;
  /** The primary action, and at most one more. */
  readonly children?: ReactNode;
  readonly className?: string;
}

/** A place with nothing in it yet. */
export function Empty({ title, text, children, className }: EmptyProps) {
  return (
    <div className={cx('flex flex-col items-center gap-1 px-6 py-10 text-center', className)}>
      <p className="text-lg font-semibold">{title}</p>
      {text !== undefined && <p className="max-w-110 text-ink-2">{text}</p>}
      {children !== undefined && <div className="mt-3 flex flex-wrap justify-center gap-2">{children}</div>}
    </div>
  );
}
