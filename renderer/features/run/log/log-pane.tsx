import { ArrowDownToLine, ScrollText } from 'lucide-react';
import { useCallback, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { AppErrorCode } from '@shared/model/app-error.ts';
import { isFinal } from '@shared/model/run.ts';
import type { Run } from '@shared/model/run.ts';
import { client } from '../../../api/client.ts';
import { Button, ErrorCard } from '../../../components/index.ts';
import type { GutterOptions } from './line-text.ts';
import { LiveLogView } from './live-log-view.tsx';
import type { LogFolds } from './log-folds.ts';
import { LogToolbar } from './log-toolbar.tsx';
import type { ChosenPart, LogView } from './log-view.ts';
import { SearchPanel } from './search-panel.tsx';
import { SectionedLogView } from './sectioned-log-view.tsx';
import { stepColumn } from './step-column.ts';
import { StoredLogView } from './stored-log-view.tsx';
import type { LineTarget } from './stored-log-view.tsx';
import { openStoredLog } from './stored-log.ts';
import type { LogPrefs } from './use-log-prefs.ts';
import type { LogSearch } from './use-log-search.ts';
import { useStoredLog } from './use-stored-log.ts';

interface LogPaneProps {
  readonly run: Run;
  /** Ids of a task's steps, whose lines interleave; empty for a quick build. The same as long as they are. */
  readonly stepIds: readonly string[];
  /** Undefined: all of it. */
  readonly part: ChosenPart | undefined;
  readonly onWhole: () => void;
  readonly platforms: readonly string[];
  readonly platform: string | undefined;
  readonly onPlatform: (platform: string | undefined) => void;
  readonly target: LineTarget | undefined;
  readonly view: LogView;
  /** The whole log as text from disk instead of the terminal. */
  readonly onAsText: (asText: boolean) => void;
  readonly folds: LogFolds;
  readonly onFolds: (folds: LogFolds) => void;
  readonly following: boolean;
  readonly onFollowing: (following: boolean) => void;
  readonly prefs: LogPrefs;
  readonly onPrefs: (change: Partial<LogPrefs>) => void;
  readonly search: LogSearch;
}

/** The log of a run, or of one part of it, and what can be done with it. */
export function LogPane(props: LogPaneProps) {
  const { run, part, target, view, onAsText, following, onFollowing, prefs, search } = props;
  const { t } = useTranslation('run');
  const [unseen, setUnseen] = useState(0);
  const [firstLine, setFirstLine] = useState(1);
  const [failed, setFailed] = useState<string>();
  const live = !isFinal(run.status);
  const startedAt = Date.parse(run.startTime ?? run.createTime);
  const several = part === undefined && props.stepIds.length > 1;
  const named = prefs.steps && several && view !== 'steps';
  const steps = useMemo(() => (named ? stepColumn(props.stepIds) : undefined), [named, props.stepIds]);
  const { numbers, times } = prefs;
  // The same as long as it is: rows are drawn anew for another one.
  const gutter = useMemo<GutterOptions>(
    () => ({ numbers, times, startedAt, steps }),
    [numbers, times, startedAt, steps],
  );
  const terminal = view === 'terminal';
  const label = part === undefined ? t('log.label') : t('log.labelOf', { name: part.name });

  const follow = () => onFollowing(true);
  const onState = useCallback(
    (state: { readonly following: boolean; readonly unseen: number }) => {
      setUnseen(state.unseen);
      onFollowing(state.following);
    },
    [onFollowing],
  );

  return (
    <section aria-label={t('log.section')} className="flex min-h-0 min-w-0 flex-1 flex-col bg-surface">
      <LogToolbar {...props} runId={run.runId} live={live} several={several} onFollow={follow} />
      {search.open && <SearchPanel search={search} wide={props.stepIds.length > 0} />}
      {terminal && firstLine > 1 && (
        <div className="flex shrink-0 items-center justify-between gap-2 border-b border-line bg-surface-sunken px-3 py-1 text-xs text-ink-2">
          {t('log.lastLines', { line: firstLine.toLocaleString() })}
          <Button size="small" look="quiet" icon={ScrollText} onClick={() => onAsText(true)}>
            {t('log.fromStart')}
          </Button>
        </div>
      )}
      <div className="relative min-h-0 flex-1">
        {failed !== undefined && <LogFailed code={failed} />}
        {failed === undefined && terminal && (
          <LiveLogView
            runId={run.runId}
            label={label}
            gutter={gutter}
            wrap={prefs.wrap}
            target={target}
            onOutOfReach={() => onAsText(true)}
            onState={onState}
            onFirstLine={setFirstLine}
            onFailed={setFailed}
            following={following}
          />
        )}
        {failed === undefined && view === 'steps' && (
          <SectionedLogView
            run={run}
            label={label}
            gutter={gutter}
            wrap={prefs.wrap}
            target={target}
            hits={search.hits}
            hitsOfSteps={search.result?.perStep}
            following={following}
            onFollowing={onFollowing}
            folds={props.folds}
            onFolds={props.onFolds}
          />
        )}
        {failed === undefined && view === 'text' && (
          <StoredLog key={JSON.stringify(part?.scope ?? {})} {...props} live={live} label={label} gutter={gutter} />
        )}
        {live && !following && <FollowPill unseen={terminal ? unseen : 0} onFollow={follow} />}
      </div>
    </section>
  );
}

function LogFailed({ code }: { readonly code: string }) {
  const known = AppErrorCode.safeParse(code);
  return <ErrorCard error={{ code: known.success ? known.data : 'internal', params: {}, fixes: [] }} className="m-3" />;
}

interface StoredLogProps extends LogPaneProps {
  readonly live: boolean;
  readonly label: string;
  readonly gutter: GutterOptions;
}

function StoredLog({ run, live, part, label, gutter, target, following, onFollowing, prefs, search }: StoredLogProps) {
  const log = useStoredLog(() => openStoredLog(client.runs, run.runId, part?.scope ?? {}), live);
  return (
    <StoredLogView
      log={log}
      label={label}
      gutter={gutter}
      prefixed={part?.scope.vertices?.length !== 1}
      wrap={prefs.wrap}
      target={target}
      hits={search.hits}
      following={following}
      onFollowing={onFollowing}
    />
  );
}

function FollowPill({ unseen, onFollow }: { readonly unseen: number; readonly onFollow: () => void }) {
  const { t } = useTranslation('run');
  return (
    <button
      type="button"
      className="figures absolute bottom-3 left-1/2 flex h-7 -translate-x-1/2 items-center gap-1.5 rounded-full border border-line-strong bg-surface-raised px-3 text-xs shadow-raised hover:bg-hover"
      onClick={onFollow}
    >
      <ArrowDownToLine aria-hidden size={13} strokeWidth={1.75} />
      {unseen === 0 ? t('log.toEnd') : t('log.newLines', { count: unseen, lines: unseen.toLocaleString() })}
    </button>
  );
}
