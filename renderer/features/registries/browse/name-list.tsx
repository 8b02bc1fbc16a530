import { ListFilter } from 'lucide-react';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import { Button, cx, Empty, Input, ListState, LongList, MiddleTruncate } from '../../../components/index.ts';
import type { Names } from './use-names.ts';

interface NameListProps {
  readonly names: Names;
  readonly label: string;
  readonly filterLabel: string;
  readonly empty: string;
  /** The one that is open. */
  readonly current: string | undefined;
  readonly pathOf: (name: string) => string;
  readonly icon: ReactNode;
}

/** Repositories or tags, as links; what is shown can be narrowed down. */
export function NameList({ names, label, filterLabel, empty, current, pathOf, icon }: NameListProps) {
  const { t } = useTranslation('registries');
  const [filter, setFilter] = useState('');
  const words = filter.trim().toLowerCase();
  const shown = names.query.data?.filter((name) => name.toLowerCase().includes(words));
  return (
    <div className="flex min-h-0 flex-1 flex-col gap-2">
      <Input icon={ListFilter} value={filter} aria-label={filterLabel} placeholder={filterLabel} onValue={setFilter} />
      <ListState
        query={{ ...names.query, data: shown }}
        filtered={words !== ''}
        onClearFilters={() => setFilter('')}
        rows={8}
        empty={<Empty title={empty} />}
      >
        {(items) => (
          <LongList
            items={items}
            keyOf={(name) => name}
            rowHeight={32}
            label={label}
            className="-mx-1 min-h-0 flex-1 px-1"
            current={current === undefined ? -1 : items.indexOf(current)}
          >
            {(name) => (
              <Link
                href={pathOf(name)}
                // Cut in two for the eye, and read in one.
                aria-label={name}
                aria-current={name === current ? 'true' : undefined}
                className={cx(
                  'flex h-8 min-w-0 items-center gap-2 rounded-md px-2 hover:bg-hover',
                  name === current ? 'bg-selected text-ink' : 'text-ink-2 hover:text-ink',
                )}
              >
                <span className="shrink-0 text-ink-3">{icon}</span>
                <MiddleTruncate text={name} className="font-mono text-code" />
              </Link>
            )}
          </LongList>
        )}
      </ListState>
      {names.more !== undefined && (
        <Button size="small" busy={names.reading} onClick={names.more}>
          {t('browse.more')}
        </Button>
      )}
    </div>
  );
}
