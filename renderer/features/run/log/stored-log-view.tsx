import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ErrorCard, Skeleton } from '../../../components/index.ts';
import { lineOfRow, rowOfLine } from './line-map.ts';
import type { GutterOptions } from './line-text.ts';
import { LogRow } from './log-row.tsx';
import type { MatchRanges } from './log-row.tsx';
import { LogRows } from './log-rows.tsx';
import type { RowAnchor } from './row-anchor.ts';
import type { StoredLog } from './stored-log.ts';

/** A line to bring into view; a new object asks again. */
export interface LineTarget {
  readonly line: number;
  /** Whose line it is, where that is known: it is found sooner. */
  readonly stepId?: string;
}

interface StoredLogViewProps {
  readonly log: StoredLog;
  readonly label: string;
  readonly gutter: GutterOptions;
  readonly prefixed: boolean;
  readonly wrap: boolean;
  readonly target: LineTarget | undefined;
  /** Hits of the search by line. */
  readonly hits: ReadonlyMap<number, MatchRanges>;
  /** Begins at the end and stays there while the log grows. */
  readonly following: boolean;
  /** The person has left the end, or come back to it. */
  readonly onFollowing: (following: boolean) => void;
}

/** A log from disk, however long: it scrolls by rows, and reads the pages that it shows. */
export function StoredLogView({
  log,
  label,
  gutter,
  prefixed,
  wrap,
  target,
  hits,
  following,
  onFollowing,
}: StoredLogViewProps) {
  const { t } = useTranslation('run');
  /** Of no account while the end is followed. */
  const [anchor, setAnchor] = useState<RowAnchor>({ edge: 'top', row: 0 });
  const map = log.map();
  const { rows } = map;

  // The asked-for line, once, when the log is known.
  const [shownTarget, setShownTarget] = useState<LineTarget>();
  if (target !== undefined && target !== shownTarget && log.ready()) {
    setShownTarget(target);
    setAnchor({ edge: 'third', row: rowOfLine(map, target.line) });
  }

  const ready = log.ready();
  const failure = log.failure();
  if (failure !== undefined) return <ErrorCard error={failure.error} className="m-3" />;
  return (
    <LogRows
      rows={rows}
      anchor={following ? { edge: 'bottom', row: rows - 1 } : anchor}
      label={label}
      wrap={wrap}
      onTop={(row) => {
        setAnchor({ edge: 'top', row });
        onFollowing(false);
      }}
      onEnd={() => onFollowing(true)}
      onShort={() => onFollowing(true)}
      onShown={(first, count) => log.want(first, count)}
      row={(row) => {
        const line = log.line(row);
        const number = line?.line ?? lineOfRow(map, row);
        return (
          <LogRow
            key={row}
            line={line}
            number={number}
            gutter={gutter}
            prefixed={prefixed}
            wrap={wrap}
            marked={target?.line === number}
            ranges={hits.get(number)}
          />
        );
      }}
    >
      {!ready && <Skeleton rows={8} className="px-4" />}
      {ready && rows === 0 && <p className="px-4 py-3 font-sans text-sm text-ink-2">{t('log.empty')}</p>}
    </LogRows>
  );
}
