import { FoldVertical } from 'lucide-react';
import { useCallback, useEffect, useEffectEvent, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isFinal } from '@shared/model/run.ts';
import type { Run } from '@shared/model/run.ts';
import { client } from '../../../api/client.ts';
import { useCommands } from '../../../commands/index.ts';
import type { Command } from '../../../commands/index.ts';
import { ErrorCard, Skeleton } from '../../../components/index.ts';
import { foldId, foldsNow, reveal, toggleAll, toggleFold, toggleSection, touch } from './log-folds.ts';
import type { LogFolds } from './log-folds.ts';
import { anchorOf, outlineOf, placedAt, restingAnchor, rowAt, spansOf } from './log-outline.ts';
import type { PlaceAnchor } from './log-outline.ts';
import type { GutterOptions } from './line-text.ts';
import { LogRow } from './log-row.tsx';
import type { MatchRanges } from './log-row.tsx';
import { LogRows } from './log-rows.tsx';
import type { LogRowsHandle, Pinned } from './log-rows.tsx';
import { sectionsOf, sectionWith } from './log-sections.ts';
import type { LogSection } from './log-sections.ts';
import type { RowAnchor } from './row-anchor.ts';
import { FoldRow, SectionHeader } from './section-rows.tsx';
import { openSectionedLog } from './sectioned-log.ts';
import type { StepRow } from './sectioned-log.ts';
import type { LineTarget } from './stored-log-view.tsx';
import { useStoredLog } from './use-stored-log.ts';

interface SectionedLogViewProps {
  readonly run: Run;
  readonly label: string;
  readonly gutter: GutterOptions;
  readonly wrap: boolean;
  readonly target: LineTarget | undefined;
  /** Hits of the search by line. */
  readonly hits: ReadonlyMap<number, MatchRanges>;
  /** How many lines have hits, by step. */
  readonly hitsOfSteps: Readonly<Record<string, number>> | undefined;
  /** Stays where the run is. */
  readonly following: boolean;
  /** The person has gone elsewhere. */
  readonly onFollowing: (following: boolean) => void;
  readonly folds: LogFolds;
  readonly onFolds: (folds: LogFolds) => void;
}

/** A task's log from disk by steps: each one's lines fold under a header, which stays in view above them. */
export function SectionedLogView(props: SectionedLogViewProps) {
  const { run, label, gutter, wrap, target, hits, hitsOfSteps, following, onFollowing, onFolds } = props;
  const live = !isFinal(run.status);
  const log = useStoredLog(() => openSectionedLog(client.runs, run.runId), live);
  const parts = log.parts();
  const sections = useMemo(() => sectionsOf(run.steps, parts), [run.steps, parts]);
  const folds = useMemo(() => foldsNow(props.folds, sections, run.status), [props.folds, sections, run.status]);
  const outline = useMemo(() => outlineOf(sections, folds), [sections, folds]);
  /** Where someone has moved the view. */
  const [moved, setMoved] = useState<PlaceAnchor>();
  const rows = useRef<LogRowsHandle>(null);
  const resting = following || moved === undefined;
  const anchor = resting ? restingAnchor(outline, live, folds.touched) : anchorOf(outline, moved);

  const stay = (where: RowAnchor) => {
    setMoved(placedAt(outline, where));
    if (following) onFollowing(false);
  };
  const scroll = (where: RowAnchor) => {
    stay(where);
    if (!folds.touched) onFolds(touch(folds));
  };
  /** What is in view stays where it is. */
  const fold = (next: LogFolds) => {
    stay({ edge: 'top', row: rows.current?.top() ?? 0 });
    onFolds(next);
  };
  useFoldAll(() => fold(toggleAll(folds, sections)));

  const goTo = useEffectEvent(({ stepId, row }: StepRow) => {
    // What was just read may not be drawn yet.
    const now = sectionsOf(run.steps, log.parts());
    const section = sectionWith(now, stepId, row);
    if (section === undefined) return;
    const at = row - section.offset;
    setMoved({ edge: 'third', place: { sectionId: section.id, at }, fraction: 0 });
    onFolds(reveal(foldsNow(props.folds, now, run.status), section, at));
  });
  useEffect(() => {
    let stale = false;
    if (target !== undefined) {
      void log.find(target.line, target.stepId).then((found) => {
        if (found !== undefined && !stale) goTo(found);
      });
    }
    return () => {
      stale = true;
    };
  }, [log, target]);

  const toggle = useRef<(section: LogSection) => void>(undefined);
  useEffect(() => {
    toggle.current = (section) => fold(toggleSection(folds, section));
  });
  // The same for all drawings: headers don't change while the view scrolls.
  const onToggle = useCallback((section: LogSection) => toggle.current?.(section), []);
  const header = (section: LogSection, open: boolean) => (
    <SectionHeader
      key={section.id}
      section={section}
      open={open}
      found={section.step === undefined ? undefined : hitsOfSteps?.[section.stepId]}
      onToggle={onToggle}
    />
  );
  const pinned = (top: number): Pinned | undefined => {
    const part = rowAt(outline, Math.min(top, outline.rows - 1))?.part;
    if (part === undefined) return undefined;
    return { node: header(part.section, part.open), row: part.row, until: part.row + part.body.rows + 1 };
  };
  const draw = (row: number) => {
    const shown = rowAt(outline, row);
    if (shown === undefined) return null;
    const { section, open } = shown.part;
    if (shown.kind === 'section') return header(section, open);
    const line = log.line(section.stepId, section.offset + shown.at);
    const number = line?.line ?? log.lineNumber(section.stepId, section.offset + shown.at);
    const marked = number !== undefined && target?.line === number;
    const key = foldId(section.id, shown.at);
    if (shown.kind === 'line') {
      const ranges = number === undefined ? undefined : hits.get(number);
      return <LogRow key={key} prefixed {...{ line, number, gutter, wrap, marked, ranges }} />;
    }
    return (
      <FoldRow
        key={key}
        id={key}
        fold={shown.fold}
        {...{ line, number, gutter, marked }}
        onToggle={() => fold(toggleFold(folds, section.id, shown.fold.fold))}
      />
    );
  };

  const failure = log.failure();
  if (failure !== undefined) return <ErrorCard error={failure.error} className="m-3" />;
  const last: RowAnchor = { edge: 'bottom', row: outline.rows - 1 };
  return (
    <LogRows
      ref={rows}
      rows={log.ready() ? outline.rows : 0}
      anchor={anchor}
      label={label}
      wrap={wrap}
      onTop={(row) => scroll({ edge: 'top', row })}
      onEnd={() => scroll(last)}
      onShort={() => anchor.row > 0 && setMoved(placedAt(outline, last))}
      onShown={(first, count) => log.want(spansOf(outline, first, count))}
      pinned={pinned}
      row={draw}
    >
      {!log.ready() && <Skeleton rows={8} className="px-4" />}
    </LogRows>
  );
}

function useFoldAll(foldAll: () => void): void {
  const { t } = useTranslation('run');
  const latest = useRef(foldAll);
  useEffect(() => {
    latest.current = foldAll;
  });
  useCommands(
    useMemo<readonly Command[]>(
      () => [
        {
          id: 'log.foldAll',
          title: t('log.foldAll'),
          group: 'log',
          icon: FoldVertical,
          shortcuts: ['e'],
          run: () => latest.current(),
        },
      ],
      [t],
    ),
  );
}
