import { CaseSensitive, ChevronDown, ChevronUp, Regex, Search, WholeWord, X } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { LogMatch } from '@shared/model/log-line.ts';
import { IconButton, LongList, Spinner, cx } from '../../../components/index.ts';
import { styledParts } from './ansi.ts';
import type { LogSearch } from './use-log-search.ts';

/** Searches the whole log: query, count, and the lines that match. `wide`: steps have names of their own. */
export function SearchPanel({ search, wide }: { readonly search: LogSearch; readonly wide: boolean }) {
  const { t } = useTranslation('run');
  const input = useRef<HTMLInputElement>(null);
  const { query, result, current } = search;
  useEffect(() => {
    input.current?.focus();
    input.current?.select();
  }, []);
  return (
    <search className="flex shrink-0 flex-col border-b border-line bg-surface">
      <div className="flex h-10 items-center gap-1 px-2">
        <div className="relative flex min-w-0 flex-1 items-center">
          <Search aria-hidden size={14} strokeWidth={1.75} className="pointer-events-none absolute left-2 text-ink-3" />
          <input
            ref={input}
            type="text"
            role="searchbox"
            aria-label={t('search.label')}
            placeholder={t('search.placeholder')}
            spellCheck={false}
            autoComplete="off"
            value={query.text}
            aria-invalid={search.error !== null || undefined}
            className="h-7 w-full min-w-0 rounded-md border border-control-line bg-surface pr-24 pl-7 font-mono text-code aria-invalid:border-failed-fg focus-visible:border-focus focus-visible:outline-1 focus-visible:outline-offset-0"
            onChange={(event) => search.change({ text: event.currentTarget.value })}
            onKeyDown={(event) => {
              if (event.nativeEvent.isComposing) return;
              if (event.key === 'Enter') search.step(event.shiftKey ? -1 : 1);
              else if (event.key === 'Escape') search.hide();
              else return;
              event.preventDefault();
              event.stopPropagation();
            }}
          />
          <div className="absolute right-0.5 flex">
            <Toggle
              icon={CaseSensitive}
              label={t('search.caseSensitive')}
              on={query.caseSensitive}
              onToggle={(caseSensitive) => search.change({ caseSensitive })}
            />
            <Toggle
              icon={WholeWord}
              label={t('search.wholeWord')}
              on={query.wholeWord}
              onToggle={(wholeWord) => search.change({ wholeWord })}
            />
            <Toggle
              icon={Regex}
              label={t('search.regex')}
              on={query.regex}
              onToggle={(regex) => search.change({ regex })}
            />
          </div>
        </div>
        <output className="figures flex min-w-28 items-center justify-end gap-1.5 px-1 text-xs whitespace-nowrap text-ink-2">
          {search.pending && result === undefined && search.error === null && <Spinner size={12} />}
          {result !== undefined && countWords()}
        </output>
        <IconButton
          icon={ChevronUp}
          label={t('search.previous')}
          shortcut="shift+enter"
          onClick={() => search.step(-1)}
        />
        <IconButton icon={ChevronDown} label={t('search.next')} shortcut="enter" onClick={() => search.step(1)} />
        <IconButton icon={X} label={t('search.close')} shortcut="escape" onClick={search.hide} />
      </div>
      {search.error !== null && (
        <p role="alert" className="px-3 pb-2 text-xs break-words text-failed-fg">
          {String(search.error.error.params['reason'] ?? search.error.error.cause ?? search.error.error.code)}
        </p>
      )}
      {result !== undefined && result.matches.length > 0 && (
        <Results matches={result.matches} current={current} wide={wide} onChoose={search.choose} />
      )}
      {result !== undefined && result.total > result.matches.length && (
        <p className="border-t border-line px-3 py-1 text-xs text-ink-3">
          {t('search.more', { count: result.matches.length })}
        </p>
      )}
    </search>
  );

  function countWords(): string {
    if (result === undefined || result.total === 0) return t('search.none');
    const total = result.total.toLocaleString();
    return current < 0
      ? t('search.count', { count: result.total, total })
      : t('search.place', { place: current + 1, total });
  }
}

interface ToggleProps {
  readonly icon: typeof Search;
  readonly label: string;
  readonly on: boolean;
  readonly onToggle: (on: boolean) => void;
}

function Toggle({ icon, label, on, onToggle }: ToggleProps) {
  return <IconButton icon={icon} label={label} size="small" pressed={on} onClick={() => onToggle(!on)} />;
}

interface ResultsProps {
  readonly matches: readonly LogMatch[];
  readonly current: number;
  readonly wide: boolean;
  readonly onChoose: (index: number) => void;
}

/** Px. */
const resultHeight = 22;

function Results({ matches, current, wide, onChoose }: ResultsProps) {
  const { t } = useTranslation('run');
  return (
    <LongList
      items={matches}
      keyOf={(_, index) => index}
      rowHeight={resultHeight}
      label={t('search.results')}
      className="max-h-35 border-t border-line py-1"
      rowClassName="h-5.5"
      current={current}
    >
      {(match, index) => (
        <button
          type="button"
          aria-current={index === current || undefined}
          className={cx(
            'flex h-full w-full items-center gap-2 px-3 text-left text-xs hover:bg-hover',
            index === current && 'bg-selected',
          )}
          onClick={() => onChoose(index)}
        >
          <span className="figures w-16 shrink-0 text-right text-ink-3">{match.line.toLocaleString()}</span>
          <span className={cx('shrink-0 truncate text-ink-2', wide ? 'w-32' : 'w-16')}>
            {match.vertex === 0 ? match.stepId : `${match.stepId} #${match.vertex}`}
          </span>
          <code className="min-w-0 truncate text-xs whitespace-pre">
            {styledParts(...around(match)).map((part, place) => (
              <span
                key={place}
                className={part.match === undefined ? undefined : 'rounded-sm bg-warning-bg text-warning-fg'}
              >
                {part.text}
              </span>
            ))}
          </code>
        </button>
      )}
    </LongList>
  );
}

/** Of a long line, the part with the first hit. */
function around({ text, ranges }: LogMatch): [string, LogMatch['ranges']] {
  const first = ranges[0]?.[0] ?? 0;
  const cut = first > 60 ? first - 30 : 0;
  const shown = ranges.slice(0, 20).map(([from, to]): [number, number] => [from - cut, to - cut]);
  return [text.slice(cut, cut + 300), shown];
}
