import { useCallback, useEffect, useEffectEvent, useMemo, useRef, useState } from 'react';
import { ChevronDown, ChevronUp, Columns2, Rows2 } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { isFinal } from '@shared/model/run.ts';
import type { Run, Vertex } from '@shared/model/run.ts';
import { useQueryParams } from '../../app/location.ts';
import { Button, IconButton, announce, cx } from '../../components/index.ts';
import { LogPane } from './log/log-pane.tsx';
import type { ChosenPart } from './log/log-pane.tsx';
import type { LineTarget } from './log/stored-log-view.tsx';
import { useLogPrefs } from './log/use-log-prefs.ts';
import { useLogSearch } from './log/use-log-search.ts';
import { RunFailure } from './run-failure.tsx';
import { RunHeader } from './run-header.tsx';
import { RunFindings, WaitPanel } from './run-notes.tsx';
import { RunOutputs } from './run-outputs.tsx';
import { useRunActions } from './use-run-actions.ts';
import type { RunActions } from './use-run-actions.ts';
import { useRunCommands } from './use-run-commands.ts';
import { firstFailure, nextFailure, waterfallRows } from './waterfall.ts';
import type { WaterfallRow } from './waterfall.ts';
import { WaterfallView } from './waterfall-view.tsx';
import { parseVertexName } from './vertex-name.ts';

/** The run screen: header, steps and vertices, what came of it, and the log. */
export function RunView({ run, vertices }: { readonly run: Run; readonly vertices: readonly Vertex[] }) {
  const { t } = useTranslation('run');
  const actions = useRunActions(run);
  const [prefs, setPrefs] = useLogPrefs();
  const over = isFinal(run.status);
  const [folded, setFolded] = useState<ReadonlySet<string>>(new Set());
  const rows = useMemo(() => waterfallRows(run, vertices, folded), [run, vertices, folded]);
  const [chosen, setChosen] = useState<string>();
  const [active, setActive] = useState<string>();
  const [asText, setAsText] = useState(false);
  const wantedLine = Number(useQueryParams().get('line') ?? '');
  const [target, setTarget] = useState<LineTarget | undefined>(wantedLine > 0 ? { line: wantedLine } : undefined);
  const [following, setFollowing] = useState(target === undefined);
  /** Someone has chosen what to look at: nothing moves by itself from then on. */
  const touched = useRef(wantedLine > 0);

  const chosenRow = rows.find((row) => row.id === chosen);

  const search = useLogSearch(run.runId, !over, (match) => {
    touched.current = true;
    // A hit of another part is shown in the whole log.
    if (chosenRow !== undefined && !contains(chosenRow, match)) setChosen(undefined);
    setFollowing(false);
    setTarget({ line: match.line });
  });

  const part = useMemo(() => (chosenRow === undefined ? undefined : partOf(chosenRow, t)), [chosenRow, t]);

  const choose = (row: WaterfallRow | undefined) => {
    touched.current = true;
    setTarget(undefined);
    setFollowing(true);
    setActive(row?.id ?? active);
    setChosen(row === undefined || row.id === chosen ? undefined : row.id);
  };
  const onFollowing = useCallback((next: boolean) => {
    setFollowing(next);
    if (!next) touched.current = true;
  }, []);

  const onFold = useCallback((stepId: string, fold: boolean) => {
    setFolded((old) => new Set(fold ? [...old, stepId] : [...old].filter((each) => each !== stepId)));
  }, []);

  const openFailure = useEffectEvent(() => {
    const failure = firstFailure(rows);
    if (touched.current || failure === undefined) return;
    setChosen(failure.id);
    setActive(failure.id);
  });
  const failed = run.status === 'Failed' || run.status === 'Timeout';
  const known = vertices.length;
  useEffect(() => {
    if (failed) openFailure();
  }, [failed, known]);

  const wasOver = useRef(over);
  useEffect(() => {
    if (over && !wasOver.current) announce(t(`ended.${endedKey(run.status)}`, { runId: run.runId }));
    wasOver.current = over;
  }, [over, run.status, run.runId, t]);

  const step = (by: 1 | -1) => {
    const at = rows.findIndex((row) => row.id === active);
    const row = rows[Math.max(0, Math.min(rows.length - 1, at < 0 ? 0 : at + by))];
    if (row === undefined) return;
    setActive(row.id);
    document.querySelector<HTMLElement>(`[role="treegrid"] [data-row="${CSS.escape(row.id)}"]`)?.focus();
  };
  useRunCommands({
    run,
    actions,
    canGoBack: chosen !== undefined || search.open,
    onBack: () => (search.open ? search.hide() : choose(undefined)),
    onStep: step,
    onFailure: (by) => {
      const failure = nextFailure(rows, chosen ?? active, by);
      if (failure !== undefined && failure.id !== chosen) choose(failure);
    },
    onFollow: () => setFollowing(true),
    onSearch: search.show,
    prefs,
    onPrefs: setPrefs,
  });

  const waiting = run.status === 'Queued';
  const beside = prefs.layout === 'beside';
  return (
    <div className="flex h-full min-h-0 flex-col">
      <RunHeader run={run} actions={actions} />
      {waiting ? (
        <WaitPanel run={run} />
      ) : (
        <div className={cx('flex min-h-0 flex-1', beside ? 'flex-row' : 'flex-col')}>
          <div
            className={cx(
              'relative min-h-0 min-w-0 shrink-0 border-line',
              beside ? 'w-80 border-r wide:w-104 min-[1900px]:w-140' : 'h-[40%] border-b',
            )}
          >
            <WaterfallView
              run={run}
              vertices={vertices}
              folded={folded}
              onFold={onFold}
              chosen={chosen}
              onChoose={choose}
              active={active}
              onActive={setActive}
              hits={search.result?.perStep}
              wide={!beside}
              aside={
                <IconButton
                  icon={beside ? Rows2 : Columns2}
                  size="small"
                  label={beside ? t('steps.wide') : t('steps.narrow')}
                  shortcut="w"
                  onClick={() => setPrefs({ layout: beside ? 'above' : 'beside' })}
                />
              }
            />
          </div>
          <div className="flex min-h-0 min-w-0 flex-1 flex-col">
            <Outcome run={run} actions={actions} small={search.open} />
            <LogPane
              runId={run.runId}
              live={!over}
              startedAt={Date.parse(run.startTime ?? run.createTime)}
              part={part}
              onWhole={() => choose(undefined)}
              target={target}
              asText={asText}
              onAsText={setAsText}
              following={following}
              onFollowing={onFollowing}
              prefs={prefs}
              onPrefs={setPrefs}
              search={search}
            />
          </div>
        </div>
      )}
    </div>
  );
}

interface OutcomeProps {
  readonly run: Run;
  readonly actions: RunActions;
  /** Leaves more room to the log. */
  readonly small: boolean;
}

/** Error, images and notes; can be put away for a long log. */
function Outcome({ run, actions, small }: OutcomeProps) {
  const { t } = useTranslation('run');
  const [open, setOpen] = useState(true);
  const error = run.error ?? run.steps.find((step) => step.error !== undefined)?.error;
  const shownError = error !== undefined && error.code !== 'run.canceled' ? error : undefined;
  if (shownError === undefined && run.outputImages.length === 0 && run.findings.length === 0) return null;
  const title = shownError === undefined ? t('outputs.title') : t('failure.title');
  return (
    <section
      aria-label={title}
      className={cx(
        'flex min-h-10 shrink-0 flex-col border-b border-line bg-canvas',
        small ? 'max-h-[30%]' : 'max-h-[58%]',
      )}
    >
      <div className="flex h-10 shrink-0 items-center justify-between pr-2 pl-3">
        <h2 className="text-sm font-semibold">{title}</h2>
        <Button
          look="quiet"
          size="small"
          icon={open ? ChevronUp : ChevronDown}
          aria-expanded={open}
          onClick={() => setOpen(!open)}
        >
          {open ? t('hide') : t('show')}
        </Button>
      </div>
      {open && (
        <div className="flex min-h-0 flex-col gap-2 overflow-y-auto px-3 pb-2.5">
          {shownError !== undefined && <RunFailure run={run} error={shownError} actions={actions} />}
          <RunOutputs run={run} />
          <RunFindings findings={run.findings} />
        </div>
      )}
    </section>
  );
}

function contains(row: WaterfallRow, place: { readonly stepId: string; readonly vertex: number }): boolean {
  return row.stepId === place.stepId && (row.kind === 'step' || row.vertex.number === place.vertex);
}

function partOf(row: WaterfallRow, t: ReturnType<typeof useTranslation<'run'>>['t']): ChosenPart {
  if (row.kind === 'step') return { scope: { stepId: row.stepId }, name: t(`steps.kind.${row.step.kind}`) };
  return {
    scope: { stepId: row.stepId, vertex: row.vertex.number },
    name: `#${row.vertex.number} ${parseVertexName(row.vertex.name).text}`,
  };
}

function endedKey(status: Run['status']): 'succeeded' | 'canceled' | 'failed' | 'error' | 'timedout' {
  switch (status) {
    case 'Succeeded':
      return 'succeeded';
    case 'Canceled':
      return 'canceled';
    case 'Failed':
      return 'failed';
    case 'Timeout':
      return 'timedout';
    case 'Error':
    case 'Queued':
    case 'Started':
    case 'Running':
      return 'error';
  }
}
