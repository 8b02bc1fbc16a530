import {
  ArrowDownToLine,
  Clock,
  Download,
  Hash,
  ScrollText,
  Search,
  SquareTerminal,
  Tag,
  WrapText,
  X,
} from 'lucide-react';
import { useCallback, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { AppErrorCode } from '@shared/model/app-error.ts';
import { client } from '../../../api/client.ts';
import { Button, ErrorCard, IconButton, Menu, MiddleTruncate, notifyFailure } from '../../../components/index.ts';
import { timestampModes } from './line-text.ts';
import type { GutterOptions } from './line-text.ts';
import { LiveLogView } from './live-log-view.tsx';
import { SearchPanel } from './search-panel.tsx';
import { stepColumn } from './step-column.ts';
import { StoredLogView } from './stored-log-view.tsx';
import type { LineTarget } from './stored-log-view.tsx';
import type { LogScope } from './stored-log.ts';
import type { LogPrefs } from './use-log-prefs.ts';
import type { LogSearch } from './use-log-search.ts';
import { useStoredLog } from './use-stored-log.ts';

/** The part of a log that is chosen, and what it is called. */
export interface ChosenPart {
  readonly scope: LogScope;
  readonly name: string;
}

interface LogPaneProps {
  readonly runId: string;
  /** More lines may come. */
  readonly live: boolean;
  /** When the run started (ms). */
  readonly startedAt: number;
  /** Ids of a task's steps, whose lines interleave; empty for a quick build. The same as long as they are. */
  readonly stepIds: readonly string[];
  /** Undefined: all of it. */
  readonly part: ChosenPart | undefined;
  readonly onWhole: () => void;
  readonly target: LineTarget | undefined;
  /** The whole log as text from disk instead of the terminal. */
  readonly asText: boolean;
  readonly onAsText: (asText: boolean) => void;
  readonly following: boolean;
  readonly onFollowing: (following: boolean) => void;
  readonly prefs: LogPrefs;
  readonly onPrefs: (change: Partial<LogPrefs>) => void;
  readonly search: LogSearch;
}

/** The log of a run, or of one part of it, and what can be done with it. */
export function LogPane(props: LogPaneProps) {
  const { runId, live, part, target, asText, onAsText, following, onFollowing, prefs, search } = props;
  const { t } = useTranslation('run');
  const [unseen, setUnseen] = useState(0);
  const [firstLine, setFirstLine] = useState(1);
  const [failed, setFailed] = useState<string>();
  const named = prefs.steps && part === undefined && props.stepIds.length > 1;
  const steps = useMemo(() => (named ? stepColumn(props.stepIds) : undefined), [named, props.stepIds]);
  const gutter: GutterOptions = { numbers: prefs.numbers, times: prefs.times, startedAt: props.startedAt, steps };
  const terminal = part === undefined && !asText;
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
      <Toolbar {...props} onFollow={follow} />
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
            runId={runId}
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
        {failed === undefined && !terminal && (
          <StoredLog key={JSON.stringify(part?.scope ?? {})} {...props} label={label} gutter={gutter} />
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
  readonly label: string;
  readonly gutter: GutterOptions;
}

function StoredLog({
  runId,
  live,
  part,
  label,
  gutter,
  target,
  following,
  onFollowing,
  prefs,
  search,
}: StoredLogProps) {
  const log = useStoredLog(runId, part?.scope ?? {}, live);
  return (
    <StoredLogView
      log={log}
      label={label}
      gutter={gutter}
      prefixed={part?.scope.vertex === undefined}
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

function Toolbar({
  runId,
  stepIds,
  part,
  onWhole,
  asText,
  onAsText,
  prefs,
  onPrefs,
  search,
  live,
  following,
  onFollow,
}: LogPaneProps & { readonly onFollow: () => void }) {
  const { t } = useTranslation('run');
  const save = (ansi: boolean) => void client.runs.exportLog({ runId, ansi }).catch(notifyFailure);
  return (
    <div
      role="toolbar"
      aria-label={t('log.toolbar')}
      className="flex h-10 shrink-0 items-center gap-1 border-b border-line px-2"
    >
      <h2 className="shrink-0 pl-1 text-sm font-semibold">{t('log.title')}</h2>
      {part !== undefined && (
        <span className="flex min-w-0 items-center rounded-sm border border-cached-line bg-cached-bg pl-2 text-xs text-cached-fg">
          <MiddleTruncate text={part.name} className="max-w-96" />
          <IconButton icon={X} size="small" label={t('log.whole')} shortcut="escape" onClick={onWhole} />
        </span>
      )}
      <span className="flex-1" />
      {live && (
        <IconButton
          icon={ArrowDownToLine}
          label={t('log.follow')}
          shortcut="l"
          pressed={following}
          onClick={onFollow}
        />
      )}
      <IconButton
        icon={Search}
        label={t('search.label')}
        shortcut="mod+f"
        pressed={search.open}
        onClick={search.open ? search.hide : search.show}
      />
      <IconButton
        icon={Hash}
        label={t('log.numbers')}
        pressed={prefs.numbers}
        onClick={() => onPrefs({ numbers: !prefs.numbers })}
      />
      <IconButton
        icon={Clock}
        label={`${t('log.times')}: ${t(`log.time.${prefs.times}`)}`}
        shortcut="t"
        pressed={prefs.times !== 'off'}
        onClick={() => onPrefs({ times: nextTimes(prefs.times) })}
      />
      {stepIds.length > 1 && part === undefined && (
        <IconButton
          icon={Tag}
          label={t('log.steps')}
          pressed={prefs.steps}
          onClick={() => onPrefs({ steps: !prefs.steps })}
        />
      )}
      <IconButton
        icon={WrapText}
        label={t('log.wrap')}
        pressed={prefs.wrap}
        onClick={() => onPrefs({ wrap: !prefs.wrap })}
      />
      {part === undefined && (
        <IconButton
          icon={asText ? SquareTerminal : ScrollText}
          label={asText ? t('log.asTerminal') : t('log.asText')}
          pressed={asText}
          onClick={() => onAsText(!asText)}
        />
      )}
      <Menu
        trigger={<IconButton icon={Download} label={t('log.save')} />}
        sections={[
          [
            { id: 'plain', label: t('log.savePlain'), onSelect: () => save(false) },
            { id: 'ansi', label: t('log.saveAnsi'), onSelect: () => save(true) },
          ],
        ]}
      />
    </div>
  );
}

/** Off, relative, clock, and round. */
export function nextTimes(mode: LogPrefs['times']): LogPrefs['times'] {
  return timestampModes[(timestampModes.indexOf(mode) + 1) % timestampModes.length] ?? 'off';
}
