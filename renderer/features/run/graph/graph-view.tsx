import { Maximize, ZoomIn, ZoomOut } from 'lucide-react';
import { useCallback, useEffect, useId, useLayoutEffect, useMemo, useRef, useState } from 'react';
import type { KeyboardEvent, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { ancestorsOf, descendantsOf } from '@shared/model/step-graph.ts';
import type { Run, Step } from '@shared/model/run.ts';
import { IconButton, stateOfStep, useNow } from '../../../components/index.ts';
import { tellingPath } from '../step-times.ts';
import type { ActiveRow } from '../waterfall-view.tsx';
import { Edges, isLit } from './graph-edges.tsx';
import type { Lit } from './graph-edges.tsx';
import { layOut, layoutKey } from './graph-layout.ts';
import type { GraphLayout } from './graph-layout.ts';
import { Node } from './graph-node.tsx';
import { isWalkKey, walk } from './graph-walk.ts';
import { Minimap, minimapWidth } from './minimap.tsx';
import { nodeHeight, nodeWidth } from './slots.ts';
import { useNodeName } from './use-node-name.ts';
import { useViewport } from './use-viewport.ts';
import { drawn, meet } from './viewport.ts';

/** Durations of what runs are renewed as often (ms). */
const tickMs = 500;
/** With more steps a map helps to find one's way. */
const withoutMap = 30;
/** Below this scale words in a node are mere dirt. */
const legible = 0.3;

const noPath: readonly string[] = [];

interface GraphViewProps {
  readonly run: Run;
  /** The step whose log is shown. */
  readonly chosen: string | undefined;
  readonly onChoose: (stepId: string) => void;
  readonly active: ActiveRow | undefined;
  readonly onActive: (active: ActiveRow) => void;
  /** Hits of the search by step. */
  readonly hits: Readonly<Record<string, number>> | undefined;
  /** Stands at the end of the title. */
  readonly aside: ReactNode;
}

/** The steps as a graph: what waits for what. A list for screen readers, whose arrow keys walk the edges. */
export function GraphView({ run, chosen, onChoose, active, onActive, hits, aside }: GraphViewProps) {
  const { t } = useTranslation('run');
  const { steps } = run;
  const layout = useLayout(steps);
  const places = useMemo(() => new Map(layout.nodes.map((node) => [node.id, node])), [layout]);
  const byId = useMemo(() => new Map(steps.map((step) => [step.id, step])), [steps]);
  const boxOf = useCallback(
    (id: string) => {
      const place = places.get(id);
      return place === undefined ? undefined : { x: place.x, y: place.y, width: nodeWidth, height: nodeHeight };
    },
    [places],
  );
  // What is to be seen first is settled when the graph is opened: nothing moves by itself afterwards.
  const [first] = useState(() => chosen ?? active?.id ?? mostTelling(steps)?.id);
  const hasMap = layout.nodes.length > withoutMap;
  const drawing = useViewport(layout, first === undefined ? undefined : boxOf(first), hasMap ? minimapWidth : 0);
  const now = useNow(run.startTime === undefined || run.finishTime !== undefined ? undefined : tickMs);

  const path = useMemo(() => tellingPath({ steps, finishTime: run.finishTime }), [steps, run.finishTime]);
  const failed = path?.kind === 'failure';
  const onFailedPath = useMemo(() => new Set(failed ? path?.ids : []), [failed, path]);
  const skipped = useMemo(
    () => new Set(steps.filter(({ status }) => status === 'skipped').map(({ id }) => id)),
    [steps],
  );

  const [pointed, setPointed] = useState<string>();
  const [focused, setFocused] = useState<string>();
  const lookedAt = pointed ?? focused;
  const key = layoutKeyOf(steps);
  const lit = useMemo<Lit | undefined>(
    () => (lookedAt === undefined ? undefined : litBy(lookedAt, steps)),
    // What waits for what changes with the layout alone.
    // oxlint-disable-next-line react/exhaustive-deps
    [lookedAt, key],
  );
  const tabbed = [active?.id, chosen, layout.nodes[0]?.id].find((id) => id !== undefined && places.has(id));

  const list = useRef<HTMLUListElement>(null);
  const keysId = useId();
  const { show } = drawing;
  useLayoutEffect(() => {
    if (active?.focus !== true) return;
    const box = boxOf(active.id);
    if (box !== undefined) show(box);
    list.current?.querySelector<HTMLElement>(`[data-node="${CSS.escape(active.id)}"]`)?.focus({ preventScroll: true });
  }, [active, boxOf, show]);

  const latest = useRef({ layout, onChoose, onActive, drawing });
  useEffect(() => {
    latest.current = { layout, onChoose, onActive, drawing };
  });
  const choose = useCallback((id: string) => {
    latest.current.onActive({ id, focus: false });
    latest.current.onChoose(id);
  }, []);
  const pressed = useCallback((event: KeyboardEvent, id: string) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { layout: graph, drawing: moved, onActive: go } = latest.current;
    if (isWalkKey(event.key)) {
      const next = walk(graph, id, event.key);
      if (next !== undefined) go({ id: next, focus: true });
    } else if (event.key === '+' || event.key === '=') moved.zoomIn();
    else if (event.key === '-') moved.zoomOut();
    else if (event.key === '0') moved.fitAll();
    else return;
    event.preventDefault();
  }, []);
  const focus = useCallback(
    (id: string | undefined) => {
      setFocused(id);
      const box = id === undefined ? undefined : boxOf(id);
      if (box !== undefined) show(box);
    },
    [boxOf, show],
  );

  const { view, size } = drawing;
  // Of hundreds of nodes only those in sight are drawn, and what can take the focus.
  const box = view === undefined ? undefined : drawn(view, size);
  const boxKey = box === undefined ? '' : `${box.x} ${box.y} ${box.width} ${box.height}`;
  const inSight = useMemo(
    () =>
      layout.nodes.flatMap((node, index) =>
        node.id === tabbed ||
        node.id === active?.id ||
        (box !== undefined && meet(box, { x: node.x, y: node.y, width: nodeWidth, height: nodeHeight }))
          ? [{ node, place: index + 1 }]
          : [],
      ),
    // The key says all that the box does.
    // oxlint-disable-next-line react/exhaustive-deps
    [layout, boxKey, tabbed, active?.id],
  );
  const detailed = view === undefined || view.scale >= legible;
  const nameOf = useNodeName();

  const stateOf = useCallback((id: string) => stateOfStep(byId.get(id) ?? { status: 'pending' }), [byId]);
  return (
    <section aria-label={t('graph.title')} className="flex h-full min-h-0 flex-col bg-surface text-xs">
      <div className="flex h-10 shrink-0 items-center gap-1 border-b border-line pr-2 pl-3">
        <h2 className="text-sm font-semibold">{t('steps.title')}</h2>
        {aside}
        <span className="flex-1" />
        <IconButton icon={ZoomOut} size="small" label={t('graph.zoomOut')} onClick={drawing.zoomOut} />
        <output className="figures w-10 text-center text-2xs text-ink-3">
          {view !== undefined && `${Math.round(view.scale * 100)} %`}
        </output>
        <IconButton icon={ZoomIn} size="small" label={t('graph.zoomIn')} onClick={drawing.zoomIn} />
        <IconButton icon={Maximize} size="small" label={t('graph.fit')} onClick={drawing.fitAll} />
      </div>
      <div
        ref={drawing.window}
        className="relative min-h-0 flex-1 cursor-grab touch-none overflow-hidden bg-canvas select-none active:cursor-grabbing"
        onPointerDown={drawing.onPointerDown}
        // What takes the focus would be scrolled to, behind the back of what moves the drawing.
        onScroll={(event) => event.currentTarget.scrollTo(0, 0)}
      >
        <div
          className="absolute top-0 left-0 origin-top-left"
          style={
            view === undefined
              ? { visibility: 'hidden' }
              : { transform: `translate(${view.x}px, ${view.y}px) scale(${view.scale})` }
          }
        >
          <Edges layout={layout} skipped={skipped} path={path?.ids ?? noPath} failed={failed} lit={lit} />
          <ul
            ref={list}
            aria-label={t('graph.label')}
            aria-describedby={keysId}
            style={{ width: layout.width, height: layout.height }}
          >
            {inSight.map(({ node, place }) => {
              const step = byId.get(node.id);
              if (step === undefined) return null;
              return (
                <Node
                  key={node.id}
                  step={step}
                  node={node}
                  name={nameOf(step, step.id === run.pause?.stepId)}
                  place={place}
                  count={layout.nodes.length}
                  detailed={detailed}
                  chosen={node.id === chosen}
                  tabbable={node.id === tabbed}
                  faded={lit !== undefined && !isLit(lit, node.id)}
                  paused={step.id === run.pause?.stepId}
                  onFailedPath={onFailedPath.has(node.id)}
                  found={hits?.[node.id]}
                  now={step.status === 'running' && step.finishTime === undefined ? now : undefined}
                  onChoose={choose}
                  onLook={setPointed}
                  onFocus={focus}
                  onKeyDown={pressed}
                />
              );
            })}
          </ul>
        </div>
        <p id={keysId} className="sr-only">
          {t('graph.keys')}
        </p>
        {view !== undefined && hasMap && (
          <Minimap layout={layout} stateOf={stateOf} view={view} size={size} onCenter={drawing.center} />
        )}
      </div>
    </section>
  );
}

function layoutKeyOf(steps: readonly Step[]): string {
  return layoutKey(steps.map(({ id, needs = [] }) => ({ id, needs })));
}

/** The layout, the same as long as ids and needs are: whatever becomes of the steps, nothing jumps. */
function useLayout(steps: readonly Step[]): GraphLayout {
  const key = layoutKeyOf(steps);
  // oxlint-disable-next-line react/exhaustive-deps -- the key says all that it depends on
  return useMemo(() => layOut(steps.map(({ id, needs = [] }) => ({ id, needs }))), [key]);
}

/** The step to look at first: the failed one, else the first that runs. */
function mostTelling(steps: readonly Step[]): Step | undefined {
  return steps.find(({ status }) => status === 'failed') ?? steps.find(({ status }) => status === 'running');
}

function litBy(id: string, steps: readonly Step[]): Lit {
  const graph = steps.map((step) => ({ id: step.id, needs: step.needs ?? [] }));
  return { id, ancestors: ancestorsOf(graph, id), descendants: descendantsOf(graph, id) };
}
