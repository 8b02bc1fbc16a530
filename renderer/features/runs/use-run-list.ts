import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { AppEvent } from '@shared/contract/events.ts';
import type { AppFailure } from '@shared/model/app-error.ts';
import type { Run } from '@shared/model/run.ts';
import { bridge } from '../../api/bridge.ts';
import { client, failureOf } from '../../api/client.ts';
import { useOperation } from '../../api/hooks.ts';
import type { ListQuery } from '../../components/list-state.tsx';
import type { RunQuery } from './run-query.ts';
import { withNewest, withOlder } from './run-pages.ts';

/** The newest runs, which change; asked again with every event. */
const newestCount = 200;
const olderCount = 1_000;

export interface RunList {
  readonly query: ListQuery<Run>;
  readonly runs: readonly Run[];
  /** Reads older runs, when there are any and nobody does yet. */
  readonly more: () => void;
}

interface OlderRuns {
  /** The query that they answer. */
  readonly question: string;
  readonly runs: readonly Run[];
  /** There are no older ones. */
  readonly all: boolean;
  readonly failure: AppFailure | null;
}

const nothingOlder = { runs: [], all: false, failure: null };

/** All runs that a query finds, the newest first, older ones as they are scrolled to. */
export function useRunList(asked: RunQuery): RunList {
  const newest = useOperation('runs', 'list', { ...asked, limit: newestCount }, { keepPrevious: true });
  const question = JSON.stringify(asked);
  const [older, setOlder] = useState<OlderRuns>({ ...nothingOlder, question });
  const reading = useRef<AbortController>(undefined);
  const known = older.question === question ? older : nothingOlder;

  useEffect(() => {
    // What is being read answers another question.
    reading.current?.abort();
    reading.current = undefined;
  }, [question]);

  useEffect(
    () =>
      bridge().onEvent((data) => {
        const event = AppEvent.parse(data);
        if (event.kind !== 'runRemoved') return;
        setOlder((now) => ({ ...now, runs: now.runs.filter((run) => run.runId !== event.runId) }));
      }),
    [],
  );

  const { data } = newest;
  const whole = data !== undefined && data.length < newestCount;
  const runs = useMemo(
    () => (data === undefined ? [] : withNewest(known.runs, data, whole)),
    [data, whole, known.runs],
  );

  const more = useCallback(() => {
    const last = runs.at(-1);
    if (
      whole ||
      known.all ||
      known.failure !== null ||
      last === undefined ||
      reading.current !== undefined ||
      newest.isPlaceholderData
    )
      return;
    const asking = new AbortController();
    reading.current = asking;
    client.runs
      .list({ ...asked, limit: olderCount, before: last.runId }, asking.signal)
      .then(
        (page) => {
          setOlder({ question, runs: withOlder(runs, page), all: page.length < olderCount, failure: null });
        },
        (thrown: unknown) => {
          if (!asking.signal.aborted) setOlder({ question, runs, all: false, failure: failureOf(thrown) });
        },
      )
      .finally(() => {
        if (reading.current === asking) reading.current = undefined;
      });
  }, [asked, question, known.all, known.failure, newest.isPlaceholderData, runs, whole]);

  return {
    runs,
    more,
    query: {
      data: data === undefined ? undefined : runs,
      error: newest.error ?? known.failure,
      dataUpdatedAt: newest.dataUpdatedAt,
      refetch: () => {
        setOlder((now) => ({ ...now, failure: null }));
        return newest.refetch();
      },
    },
  };
}
