import { Ban, Hammer, Search, Trash2, X } from 'lucide-react';
import { useDeferredValue, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isFinal } from '@shared/model/run.ts';
import type { Run } from '@shared/model/run.ts';
import { client } from '../../api/client.ts';
import { navigate, useQueryParams } from '../../app/location.ts';
import { paths } from '../../app/paths.ts';
import { useCommands } from '../../commands/index.ts';
import {
  Button,
  Empty,
  Input,
  ListState,
  StateIcon,
  cx,
  notify,
  notifyFailure,
  useNow,
} from '../../components/index.ts';
import { RunTable } from './run-table.tsx';
import { chosenStatuses, parseRunQuery, statusChips, toggleStatus } from './run-query.ts';
import { nothingSelected } from './selection.ts';
import { useRunList } from './use-run-list.ts';

/** All runs: one query, chips for the usual ones, and what can be done with several at once. */
export function RunsScreen() {
  const { t } = useTranslation(['runs', 'common']);
  const text = useQueryParams().get('q') ?? '';
  const setText = (next: string) =>
    navigate(next === '' ? paths.runs : `${paths.runs}?q=${encodeURIComponent(next)}`, { replace: true });
  const box = useRef<HTMLInputElement>(null);
  const deferred = useDeferredValue(text);
  const now = useNow(60_000);
  const parsed = useMemo(() => parseRunQuery(deferred, now), [deferred, now]);
  const { runs, query, more } = useRunList(parsed.query);
  const [selection, setSelection] = useState(nothingSelected);
  const selected = useMemo(() => runs.filter((run) => selection.ids.has(run.runId)), [runs, selection]);

  useCommands([
    {
      id: 'runs.find',
      title: t('find'),
      group: 'view',
      icon: Search,
      shortcuts: ['mod+f', '/'],
      run: () => box.current?.select(),
    },
  ]);

  const chosen = chosenStatuses(text);
  const remove = () => void removeRuns(selected.filter((run) => isFinal(run.status)));
  const removeRuns = async (targets: readonly Run[]) => {
    if (targets.length === 0) return;
    try {
      await client.runs.remove({ runIds: targets.map((run) => run.runId) });
      setSelection(nothingSelected);
      notify({ title: t('removed', { count: targets.length }) });
    } catch (thrown) {
      notifyFailure(thrown);
    }
  };

  return (
    <div className="flex h-full min-h-0 flex-col">
      <header className="flex shrink-0 flex-col gap-2.5 px-4 pt-4 pb-3">
        <div className="flex items-center justify-between gap-3">
          <h1 className="text-xl font-semibold tracking-tight">{t('title')}</h1>
          <Button look="primary" icon={Hammer} shortcut="mod+n" onClick={() => navigate(paths.build())}>
            {t('newBuild')}
          </Button>
        </div>
        <div className="flex flex-wrap items-center gap-2">
          <search className="relative flex min-w-64 flex-1">
            <Input
              ref={box}
              mono
              icon={Search}
              aria-label={t('find')}
              placeholder={t('placeholder')}
              value={text}
              onValue={setText}
              className="pr-8"
              aria-describedby="run-query-problem"
              onKeyDown={(event) => {
                if (event.key === 'Escape' && text !== '' && !event.nativeEvent.isComposing) {
                  event.preventDefault();
                  setText('');
                }
              }}
            />
            {text !== '' && (
              <button
                type="button"
                aria-label={t('clear')}
                className="absolute top-1 right-1 flex size-6 items-center justify-center rounded-sm text-ink-3 hover:bg-hover hover:text-ink"
                onClick={() => setText('')}
              >
                <X aria-hidden size={14} />
              </button>
            )}
          </search>
          <fieldset aria-label={t('filters')} className="flex flex-wrap gap-1.5">
            {statusChips.map((status) => (
              <button
                key={status}
                type="button"
                aria-pressed={chosen.has(status)}
                className={cx(
                  'flex h-7 items-center gap-1.5 rounded-full border px-2.5 text-xs transition-colors',
                  chosen.has(status)
                    ? 'border-accent bg-selected text-ink'
                    : 'border-line-strong bg-surface text-ink-2 hover:bg-hover hover:text-ink',
                )}
                onClick={() => setText(toggleStatus(text, status))}
              >
                <StateIcon state={status} size={13} />
                {t(`common:state.${status}`)}
              </button>
            ))}
          </fieldset>
        </div>
        <output id="run-query-problem" className="text-xs text-failed-fg empty:hidden">
          {parsed.problems.map(({ kind, word }) => t(`problem.${kind}`, { word })).join(' ')}
        </output>
        {selected.length > 0 && (
          <div
            role="toolbar"
            aria-label={t('selected', { count: selected.length })}
            className="flex flex-wrap items-center gap-2 rounded-md border border-cached-line bg-cached-bg py-1 pr-1 pl-3"
          >
            <span className="flex-1 text-xs font-medium">{t('selected', { count: selected.length })}</span>
            <BulkActions selected={selected} onRemove={remove} />
            <Button size="small" look="quiet" icon={X} onClick={() => setSelection(nothingSelected)}>
              {t('clearSelection')}
            </Button>
          </div>
        )}
      </header>
      <div className="flex min-h-0 flex-1 flex-col [&>:not(.relative)]:mx-4">
        <ListState
          query={query}
          filtered={text.trim() !== ''}
          onClearFilters={() => setText('')}
          rows={12}
          empty={
            <Empty title={t('empty.title')} text={t('empty.text')} className="pt-24">
              <Button look="primary" icon={Hammer} onClick={() => navigate(paths.build())}>
                {t('empty.build')}
              </Button>
            </Empty>
          }
        >
          {(items) => (
            <RunTable runs={items} onMore={more} selection={selection} onSelection={setSelection} onRemove={remove} />
          )}
        </ListState>
      </div>
    </div>
  );
}

function BulkActions({ selected, onRemove }: { readonly selected: readonly Run[]; readonly onRemove: () => void }) {
  const { t } = useTranslation('runs');
  const active = selected.filter((run) => !isFinal(run.status));
  const over = selected.length - active.length;
  const cancel = () => {
    for (const run of active) client.runs.cancel({ runId: run.runId }).catch(notifyFailure);
  };
  return (
    <>
      {active.length > 0 && (
        <Button size="small" icon={Ban} onClick={cancel}>
          {t('cancel', { count: active.length })}
        </Button>
      )}
      {over > 0 && (
        <Button size="small" look="danger" icon={Trash2} onClick={onRemove}>
          {t('remove', { count: over })}
        </Button>
      )}
    </>
  );
}
