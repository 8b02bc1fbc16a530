import { Maximize, ZoomIn, ZoomOut } from 'lucide-react';
import { useCallback, useId, useMemo, useRef, useState } from 'react';
import type { KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { ancestorsOf, descendantsOf } from '@shared/model/step-graph.ts';
import type { TaskStep } from '@shared/model/task.ts';
import { cx, IconButton } from '../../components/index.ts';
import { Edges, isLit } from '../run/graph/graph-edges.tsx';
import type { Lit } from '../run/graph/graph-edges.tsx';
import { layOut, layoutKey } from '../run/graph/graph-layout.ts';
import type { GraphNode } from '../run/graph/graph-layout.ts';
import { isWalkKey, walk } from '../run/graph/graph-walk.ts';
import { Minimap } from '../run/graph/minimap.tsx';
import { nodeHeight, nodeWidth } from '../run/graph/slots.ts';
import { useViewport } from '../run/graph/use-viewport.ts';
import type { BreakpointSet } from './form.ts';
import { stepText } from './step-facts.ts';
import { stepIcons } from './step-row.tsx';

/** With more steps a map helps to find one's way. */
const withoutMap = 30;
const nothing: ReadonlySet<string> = new Set();

interface StepsGraphProps {
  readonly steps: readonly TaskStep[];
  readonly breakpoints: BreakpointSet;
  readonly chosen: string | undefined;
  readonly onChoose: (id: string) => void;
}

/** The steps as a graph: what waits for what, before anything runs. A list for screen readers, whose arrow keys walk the edges. */
export function StepsGraph({ steps, breakpoints, chosen, onChoose }: StepsGraphProps) {
  const { t } = useTranslation('task-screen');
  const key = layoutKey(steps);
  // oxlint-disable-next-line react/exhaustive-deps -- the key says all that it depends on
  const layout = useMemo(() => layOut(steps), [key]);
  const places = useMemo(() => new Map(layout.nodes.map((node) => [node.id, node])), [layout]);
  const byId = useMemo(() => new Map(steps.map((step) => [step.id, step])), [steps]);
  const drawing = useViewport(layout, undefined);
  const { view, show } = drawing;

  const [lookedAt, setLookedAt] = useState<string>();
  const lit = useMemo<Lit | undefined>(
    () =>
      lookedAt === undefined
        ? undefined
        : { id: lookedAt, ancestors: ancestorsOf(steps, lookedAt), descendants: descendantsOf(steps, lookedAt) },
    [lookedAt, steps],
  );
  const tabbed = chosen !== undefined && places.has(chosen) ? chosen : layout.nodes[0]?.id;

  const list = useRef<HTMLUListElement>(null);
  const keysId = useId();
  const press = (event: KeyboardEvent, id: string) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (isWalkKey(event.key)) {
      const next = walk(layout, id, event.key);
      if (next !== undefined) go(next);
    } else if (event.key === '+' || event.key === '=') drawing.zoomIn();
    else if (event.key === '-') drawing.zoomOut();
    else if (event.key === '0') drawing.fitAll();
    else return;
    event.preventDefault();
  };
  const go = (id: string) => {
    const place = places.get(id);
    if (place === undefined) return;
    show({ x: place.x, y: place.y, width: nodeWidth, height: nodeHeight });
    list.current?.querySelector<HTMLElement>(`[data-node="${CSS.escape(id)}"]`)?.focus({ preventScroll: true });
    onChoose(id);
  };
  const stateOf = useCallback(() => 'queued' as const, []);

  return (
    <div
      ref={drawing.window}
      className="relative min-h-0 flex-1 cursor-grab touch-none overflow-hidden bg-canvas select-none active:cursor-grabbing"
      onPointerDown={drawing.onPointerDown}
      // What takes the focus would be scrolled to, behind the back of what moves the drawing.
      onScroll={(event) => event.currentTarget.scrollTo(0, 0)}
    >
      <div
        className="absolute top-0 left-0 origin-top-left will-change-transform"
        style={
          view === undefined
            ? { visibility: 'hidden' }
            : { transform: `translate(${view.x}px, ${view.y}px) scale(${view.scale})` }
        }
      >
        <Edges layout={layout} skipped={nothing} path={[]} failed={false} lit={lit} />
        <ul
          ref={list}
          aria-label={t('steps.label')}
          aria-describedby={keysId}
          style={{ width: layout.width, height: layout.height }}
        >
          {layout.nodes.map((node) => {
            const step = byId.get(node.id);
            if (step === undefined) return null;
            return (
              <GraphStep
                key={node.id}
                step={step}
                node={node}
                chosen={node.id === chosen}
                tabbable={node.id === tabbed}
                faded={lit !== undefined && !isLit(lit, node.id)}
                stopsBefore={breakpoints.before.includes(node.id)}
                stopsAfter={breakpoints.after.includes(node.id)}
                onChoose={onChoose}
                onLook={setLookedAt}
                onKeyDown={press}
              />
            );
          })}
        </ul>
      </div>
      <p id={keysId} className="sr-only">
        {t('graph.keys')}
      </p>
      <div className="absolute top-2 right-2 flex rounded-md border border-line bg-surface">
        <IconButton icon={ZoomOut} size="small" label={t('graph.zoomOut')} onClick={drawing.zoomOut} />
        <IconButton icon={ZoomIn} size="small" label={t('graph.zoomIn')} onClick={drawing.zoomIn} />
        <IconButton icon={Maximize} size="small" label={t('graph.fit')} onClick={drawing.fitAll} />
      </div>
      {view !== undefined && layout.nodes.length > withoutMap && (
        <Minimap layout={layout} stateOf={stateOf} view={view} size={drawing.size} onCenter={drawing.center} />
      )}
    </div>
  );
}

interface GraphStepProps {
  readonly step: TaskStep;
  readonly node: GraphNode;
  readonly chosen: boolean;
  /** The one that Tab leads to. */
  readonly tabbable: boolean;
  /** Another step is looked at, and this one has nothing to do with it. */
  readonly faded: boolean;
  readonly stopsBefore: boolean;
  readonly stopsAfter: boolean;
  readonly onChoose: (id: string) => void;
  readonly onLook: (id: string | undefined) => void;
  readonly onKeyDown: (event: KeyboardEvent, id: string) => void;
}

function GraphStep(props: GraphStepProps) {
  const { step, node, chosen, tabbable, faded, stopsBefore, stopsAfter, onChoose, onLook, onKeyDown } = props;
  const { t } = useTranslation('task-screen');
  const Icon = stepIcons[step.kind];
  const more = [
    t(`steps.kind.${step.kind}`),
    step.needs.length === 0 ? t('fact.atOnce') : t('fact.needs', { steps: step.needs.join(', ') }),
    ...(stopsBefore ? [t('breakpoints.beforeStep', { step: step.id })] : []),
    ...(stopsAfter ? [t('breakpoints.afterStep', { step: step.id })] : []),
  ].join(', ');
  return (
    <li className="absolute" style={{ left: node.x, top: node.y, width: nodeWidth, height: nodeHeight }}>
      <button
        type="button"
        data-node={step.id}
        tabIndex={tabbable ? 0 : -1}
        aria-current={chosen || undefined}
        className={cx(
          'flex size-full flex-col justify-center gap-px rounded-md border border-line-strong bg-surface px-2 text-left outline-offset-2 transition-opacity hover:bg-hover',
          chosen && 'shadow-[0_0_0_2px_var(--focus)]',
          faded && 'opacity-35',
        )}
        onClick={() => onChoose(step.id)}
        onPointerEnter={() => onLook(step.id)}
        onPointerLeave={() => onLook(undefined)}
        onFocus={(event) => {
          // A press of the mouse says nothing about wanting the others out of the way.
          if (event.currentTarget.matches(':focus-visible')) onLook(step.id);
        }}
        onBlur={() => onLook(undefined)}
        onKeyDown={(event) => onKeyDown(event, step.id)}
      >
        <span className="flex w-full items-center gap-1.5">
          <Icon aria-hidden size={14} strokeWidth={1.75} className="shrink-0 text-accent" />
          <span className="min-w-0 flex-1 truncate text-xs leading-4 font-medium">{step.id}</span>
        </span>
        <code className="w-full truncate pl-5 text-2xs text-ink-3">{stepText(step)}</code>
        <span className="sr-only">{more}</span>
      </button>
      {stopsBefore && <Stop className="-left-1" />}
      {stopsAfter && <Stop className="-right-1" />}
    </li>
  );
}

/** Where a breakpoint is. */
function Stop({ className }: { readonly className: string }) {
  return (
    <span
      aria-hidden
      className={cx(
        'absolute top-1/2 size-2 -translate-y-1/2 rounded-full bg-brand outline-2 outline-canvas',
        className,
      )}
    />
  );
}
