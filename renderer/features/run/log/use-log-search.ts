import { useEffect, useMemo, useState } from 'react';
import type { AppFailure } from '@shared/model/app-error.ts';
import type { LogMatch, LogSearchResult } from '@shared/model/log-line.ts';
import { useOperation } from '../../../api/hooks.ts';
import type { MatchRanges } from './log-row.tsx';
import { firstMatchFrom, stepMatch } from './search-cursor.ts';

export interface SearchQuery {
  readonly text: string;
  readonly caseSensitive: boolean;
  readonly wholeWord: boolean;
  readonly regex: boolean;
}

const emptyQuery: SearchQuery = { text: '', caseSensitive: false, wholeWord: false, regex: false };
/** While someone types (ms). */
const restMs = 150;
/** While the log grows (ms). */
const againMs = 2_000;

/** A search over the whole log on disk, and the place in its hits. */
export interface LogSearch {
  readonly open: boolean;
  readonly query: SearchQuery;
  readonly result: LogSearchResult | undefined;
  readonly error: AppFailure | null;
  readonly pending: boolean;
  /** Place in `result.matches`; -1 for none. */
  readonly current: number;
  /** Hits by line. */
  readonly hits: ReadonlyMap<number, MatchRanges>;
  readonly show: () => void;
  readonly hide: () => void;
  readonly change: (part: Partial<SearchQuery>) => void;
  readonly step: (by: 1 | -1) => void;
  readonly choose: (index: number) => void;
}

const noHits: ReadonlyMap<number, MatchRanges> = new Map();

/** @param onHit is called with each hit that is gone to */
export function useLogSearch(runId: string, live: boolean, onHit: (match: LogMatch) => void): LogSearch {
  const [open, setOpen] = useState(false);
  const [query, setQuery] = useState(emptyQuery);
  const [asked, setAsked] = useState(emptyQuery);
  const [current, setCurrent] = useState(-1);
  useEffect(() => {
    const timer = setTimeout(() => setAsked(query), restMs);
    return () => clearTimeout(timer);
  }, [query]);

  // macOS hands out decomposed Hangul; what builds print is composed.
  const text = asked.text.normalize('NFC');
  const wanted = open && text !== '';
  const answer = useOperation(
    'runs',
    'search',
    { runId, query: { ...asked, text } },
    { enabled: wanted, keepPrevious: true, ...(live ? { refetchInterval: againMs } : {}) },
  );
  const result = wanted && answer.error === null ? answer.data : undefined;
  const matches = result?.matches;

  const hits = useMemo(
    () =>
      matches === undefined
        ? noHits
        : new Map(matches.map((match): [number, MatchRanges] => [match.line, match.ranges])),
    [matches],
  );

  const choose = (index: number) => {
    setCurrent(index);
    const match = matches?.[index];
    if (match !== undefined) onHit(match);
  };
  return {
    open,
    query,
    result,
    error: wanted ? answer.error : null,
    pending: wanted && (answer.isFetching || asked !== query),
    current: Math.min(current, (matches?.length ?? 0) - 1),
    hits,
    show: () => setOpen(true),
    hide: () => setOpen(false),
    change(part) {
      setQuery((now) => ({ ...now, ...part }));
      setCurrent(-1);
    },
    step(by) {
      if (matches === undefined || matches.length === 0) return;
      choose(current < 0 && by > 0 ? firstMatchFrom(matches, 0) : stepMatch(matches.length, current, by));
    },
    choose,
  };
}
