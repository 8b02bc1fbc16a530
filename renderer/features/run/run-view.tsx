import { useCallback, useEffect, useEffectEvent, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isFinal } from '@shared/model/run.ts';
import type { Run, Vertex } from '@shared/model/run.ts';
import { useQueryParams } from '../../app/location.ts';
import { cx, useKept } from '../../components/index.ts';
import { untouchedFolds } from './log/log-folds.ts';
import { LogPane } from './log/log-pane.tsx';
import { platformParts } from './log/log-platforms.ts';
import type { ChosenPart, LogView } from './log/log-view.ts';
import type { LineTarget } from './log/stored-log-view.tsx';
import { useLogPrefs } from './log/use-log-prefs.ts';
import { useLogSearch } from './log/use-log-search.ts';
import { BuildFrame } from './build-frame.tsx';
import type { FailureShell } from './build-frame.tsx';
import { Outcome } from './run-outcome.tsx';
import { RunHeader } from './run-header.tsx';
import { WaitPanel } from './run-notes.tsx';
import { StepsPane } from './steps-pane.tsx';
import { TaskFrame } from './task-frame.tsx';
import type { TaskTab } from './task-frame.tsx';
import { useTaskText } from './task-text/use-task-text.ts';
import { useAnnouncements } from './use-announcements.ts';
import { useRunActions } from './use-run-actions.ts';
import { useRunCommands } from './use-run-commands.ts';
import { firstFailure, nextFailure, waterfallRows } from './waterfall.ts';
import type { WaterfallRow } from './waterfall.ts';
import type { ActiveRow } from './waterfall-view.tsx';
import { parseVertexName } from '@shared/format/vertex-name.ts';

const noSteps: readonly string[] = [];

/** The run screen: header, steps and vertices, what came of it, and the log. */
export function RunView({ run, vertices }: { readonly run: Run; readonly vertices: readonly Vertex[] }) {
  const { t } = useTranslation('run');
  const actions = useRunActions(run);
  const [prefs, setPrefs] = useLogPrefs();
  const over = isFinal(run.status);
  const isTask = run.request.kind === 'quickRun';
  const [folded, setFolded] = useState<ReadonlySet<string>>(new Set());
  const rows = useMemo(() => waterfallRows(run, vertices, folded), [run, vertices, folded]);
  const foldable = useMemo(() => foldableSteps(run, vertices), [run, vertices]);
  // A log is drawn anew for other steps, not for what becomes of them.
  const stepIds = useKept(isTask ? run.steps.map(({ id }) => id) : noSteps, sameIds);
  const [chosen, setChosen] = useState<string>();
  const [active, setActive] = useState<ActiveRow>();
  // What is over is looked through: by its steps, where there are several. What one watches stays as it is when it ends.
  const [asText, setAsText] = useState(over && prefs.bySteps && stepIds.length > 1);
  const [platform, setPlatform] = useState<string>();
  const [logFolds, setLogFolds] = useState(untouchedFolds);
  const wantedLine = Number(useQueryParams().get('line') ?? '');
  const [target, setTarget] = useState<LineTarget | undefined>(wantedLine > 0 ? { line: wantedLine } : undefined);
  const [following, setFollowing] = useState(target === undefined);
  /** Someone has chosen what to look at: nothing moves by itself from then on. */
  const touched = useRef(wantedLine > 0);
  const [tab, setTab] = useState<TaskTab>('steps');
  const failed = run.status === 'Failed' || run.status === 'Timeout' || run.pause?.at === 'failure';
  const taskText = useTaskText(run, tab !== 'steps' || failed);
  useAnnouncements(run);

  const chosenRow = rows.find((row) => row.id === chosen);

  const search = useLogSearch(run.runId, !over, (match) => {
    touched.current = true;
    // A hit of another part is shown in the whole log.
    if (chosenRow !== undefined && !contains(chosenRow, match)) setChosen(undefined);
    setPlatform(undefined);
    setFollowing(false);
    setTarget({ line: match.line, stepId: match.stepId });
  });

  const builtStep = chosenRow?.stepId ?? (isTask ? undefined : run.steps[0]?.id);
  const platforms = useMemo(() => platformParts(builtStep, vertices), [builtStep, vertices]);
  const part = useMemo(() => {
    const ofPlatform = platform === undefined || chosenRow?.kind === 'vertex' ? undefined : platforms.get(platform);
    return ofPlatform ?? (chosenRow === undefined ? undefined : partOf(chosenRow, t));
  }, [chosenRow, platform, platforms, t]);

  const textView: LogView = part === undefined && stepIds.length > 1 && prefs.bySteps ? 'steps' : 'text';
  const logView = part === undefined && !asText ? 'terminal' : textView;

  const choose = (row: WaterfallRow | undefined) => {
    touched.current = true;
    setTarget(undefined);
    setFollowing(true);
    if (row !== undefined) setActive({ id: row.id, focus: false });
    setChosen(row === undefined || row.id === chosen ? undefined : row.id);
  };
  const showWhole = () => {
    setPlatform(undefined);
    choose(undefined);
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
    setActive({ id: failure.id, focus: false });
  });
  const known = vertices.length;
  useEffect(() => {
    if (failed) openFailure();
  }, [failed, known]);

  const step = (by: 1 | -1) => {
    const places = prefs.view === 'graph' && isTask ? rows.filter(({ kind }) => kind === 'step') : rows;
    const at = places.findIndex((row) => row.id === active?.id);
    const row = places[Math.max(0, Math.min(places.length - 1, at < 0 ? 0 : at + by))];
    if (row === undefined) return;
    setTab('steps');
    setActive({ id: row.id, focus: true });
  };
  const showSteps = () => setTab('steps');
  useRunCommands({
    run,
    actions,
    canGoBack: chosen !== undefined || platform !== undefined || search.open,
    onBack: () => (search.open ? search.hide() : showWhole()),
    onStep: step,
    onFailure: (by) => {
      const failure = nextFailure(rows, chosen ?? active?.id, by);
      showSteps();
      if (failure !== undefined && failure.id !== chosen) choose(failure);
    },
    onFollow: () => setFollowing(true),
    onSearch: () => {
      showSteps();
      search.show();
    },
    onGraph: isTask
      ? () => {
          setPrefs({ view: tab === 'steps' && prefs.view === 'graph' ? 'waterfall' : 'graph' });
          showSteps();
        }
      : undefined,
    onFoldAll: () => setFolded(folded.size === 0 ? foldable : new Set()),
    logFolds: logView === 'steps' && tab === 'steps',
    prefs,
    onPrefs: setPrefs,
  });

  if (run.status === 'Queued') {
    return (
      <div className="flex h-full min-h-0 flex-col">
        <RunHeader run={run} actions={actions} />
        <WaitPanel run={run} />
      </div>
    );
  }

  const view = isTask ? prefs.view : 'waterfall';
  const beside = prefs.layout === 'beside' && view === 'waterfall';
  const steps = (half: boolean, shell?: FailureShell) => (
    <div className={cx('flex h-full min-h-0 flex-1', beside && !half ? 'flex-row' : 'flex-col')}>
      <StepsPane
        run={run}
        rows={rows}
        folded={folded}
        foldable={foldable}
        onFold={onFold}
        chosen={chosenRow}
        onChoose={choose}
        active={active}
        onActive={setActive}
        hits={search.result?.perStep}
        view={view}
        onView={isTask ? (next) => setPrefs({ view: next }) : undefined}
        beside={beside && !half}
        half={half}
        onBeside={(next) => setPrefs({ layout: next ? 'beside' : 'above' })}
      />
      <div className="flex min-h-0 min-w-0 flex-1 flex-col">
        <Outcome
          run={run}
          actions={actions}
          taskText={taskText.data}
          shell={shell}
          small={search.open}
          closed={view === 'graph'}
        />
        <LogPane
          run={run}
          stepIds={stepIds}
          part={part}
          onWhole={showWhole}
          platforms={[...platforms.keys()]}
          platform={platform !== undefined && platforms.has(platform) ? platform : undefined}
          onPlatform={(next) => {
            touched.current = true;
            if (chosenRow?.kind === 'vertex') setChosen(undefined);
            setPlatform(next);
          }}
          target={target}
          view={logView}
          onAsText={setAsText}
          folds={logFolds}
          onFolds={setLogFolds}
          following={following}
          onFollowing={onFollowing}
          prefs={prefs}
          onPrefs={setPrefs}
          search={search}
        />
      </div>
    </div>
  );
  return (
    <div className="flex h-full min-h-0 flex-col">
      <RunHeader run={run} actions={actions} />
      {isTask ? (
        <TaskFrame
          run={run}
          actions={actions}
          taskText={taskText}
          steps={steps}
          tab={tab}
          onTab={setTab}
          onStep={(id) => {
            const row = rows.find((each) => each.kind === 'step' && each.id === id);
            showSteps();
            if (row !== undefined && row.id !== chosen) choose(row);
          }}
        />
      ) : (
        <BuildFrame run={run} steps={steps} />
      )}
    </div>
  );
}

/** Quick builds show that their steps can be folded even where there is nothing in them yet. */
function foldableSteps(run: Run, vertices: readonly Vertex[]): ReadonlySet<string> {
  if (run.request.kind === 'quickBuild') return new Set(run.steps.map(({ id }) => id));
  return new Set(vertices.map(({ stepId }) => stepId));
}

function sameIds(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((id, index) => id === other[index]);
}

function contains(row: WaterfallRow, place: { readonly stepId: string; readonly vertex: number }): boolean {
  return row.stepId === place.stepId && (row.kind === 'step' || row.vertex.number === place.vertex);
}

function partOf(row: WaterfallRow, t: ReturnType<typeof useTranslation<'run'>>['t']): ChosenPart {
  if (row.kind === 'step') {
    const name = row.step.title === undefined ? t(`steps.kind.${row.step.kind}`) : row.step.id;
    return { scope: { stepId: row.stepId }, name };
  }
  return {
    scope: { stepId: row.stepId, vertices: [row.vertex.number] },
    name: `#${row.vertex.number} ${parseVertexName(row.vertex.name).text}`,
  };
}
