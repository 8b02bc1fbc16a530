import { Maximize, ZoomIn, ZoomOut } from 'lucide-react';
import { useEffectEvent, useId, useLayoutEffect, useMemo, useRef, useState } from 'react';
import type { KeyboardEvent, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { ancestorsOf, descendantsOf } from '@shared/model/step-graph.ts';
import type { GraphStep } from '@shared/model/step-graph.ts';
import { IconButton, useKept } from '../components/index.ts';
import type { State } from '../components/index.ts';
import { Edges, isLit } from './graph-edges.tsx';
import type { EdgeMarks, Lit } from './graph-edges.tsx';
import { layOut, sameGraph } from './graph-layout.ts';
import { isWalkKey, walk } from './graph-walk.ts';
import { Minimap, minimapWidth } from './minimap.tsx';
import type { NodeHands, NodeProps } from './node-button.tsx';
import { nodeHeight, nodeWidth } from './slots.ts';
import { useViewport } from './use-viewport.ts';
import type { MovableDrawing } from './use-viewport.ts';
import { drawn, meet, sameBox } from './viewport.ts';

/** With more steps a map helps to find one's way. */
const withoutMap = 30;
/** Below this scale words in a node are mere dirt. */
const legible = 0.3;

/** The step that keys stand on; a new object asks again. */
export interface ActiveStep {
  readonly id: string;
  /** It takes the focus. */
  readonly focus: boolean;
}

interface StepGraphProps {
  /** In the order of the file. As long as ids and needs are the same, nothing moves, whatever becomes of them. */
  readonly steps: readonly GraphStep[];
  /** Of the list that screen readers find, and what its keys do. */
  readonly label: string;
  readonly keys: string;
  /** The step that must be in sight when the graph is opened; nothing moves by itself afterwards. */
  readonly first: string | undefined;
  readonly chosen: string | undefined;
  readonly onChoose: (id: string) => void;
  readonly active: ActiveStep | undefined;
  readonly onActive: (active: ActiveStep) => void;
  readonly marks: EdgeMarks;
  /** For the map. */
  readonly stateOf: (id: string) => State;
  /** Draws a step around a `NodeButton`; null for one that isn't known. */
  readonly drawNode: (props: NodeProps) => ReactNode;
  /** The bar above the drawing: what it begins with, and what it ends with. */
  readonly heading: ReactNode;
  readonly tools?: ReactNode;
}

/**
 * Steps as a graph of what waits for what, to be moved and zoomed. Of hundreds only those in sight are drawn, and what can take
 * the focus. For screen readers it is a list, whose arrow keys walk the edges.
 */
export function StepGraph(props: StepGraphProps) {
  const { label, keys, chosen, active, marks, stateOf, drawNode } = props;
  const steps = useKept(props.steps, sameGraph);
  const layout = useMemo(() => layOut(steps), [steps]);
  const places = useMemo(() => new Map(layout.nodes.map((node) => [node.id, node])), [layout]);
  const boxOf = (id: string | undefined) => {
    const place = id === undefined ? undefined : places.get(id);
    return place === undefined ? undefined : { x: place.x, y: place.y, width: nodeWidth, height: nodeHeight };
  };
  const [first] = useState(props.first);
  const hasMap = layout.nodes.length > withoutMap;
  const { window, onPointerDown, view, size, ...move } = useViewport(layout, boxOf(first), hasMap ? minimapWidth : 0);
  const ready = view !== undefined;

  const tabbed = [active?.id, chosen, layout.nodes[0]?.id].find((id) => id !== undefined && places.has(id));

  const box = useKept(view === undefined ? undefined : drawn(view, size), sameBox);
  const nodes = useMemo(
    () =>
      layout.nodes.flatMap((node, index) =>
        node.id === tabbed ||
        node.id === active?.id ||
        (box !== undefined && meet(box, { x: node.x, y: node.y, width: nodeWidth, height: nodeHeight }))
          ? [{ node, place: index + 1 }]
          : [],
      ),
    [layout, box, tabbed, active?.id],
  );

  const [pointed, point] = useState<string>();
  const [focused, setFocused] = useState<string>();
  // One that is no longer drawn is never said to be left.
  const lookedAt = nodes.some(({ node }) => node.id === pointed) ? pointed : focused;
  const lit = useMemo<Lit | undefined>(
    () =>
      lookedAt === undefined
        ? undefined
        : { id: lookedAt, ancestors: ancestorsOf(steps, lookedAt), descendants: descendantsOf(steps, lookedAt) },
    [lookedAt, steps],
  );

  const list = useRef<HTMLUListElement>(null);
  const show = (id: string | undefined) => {
    const wanted = boxOf(id);
    if (wanted !== undefined) move.show(wanted);
  };
  const goTo = useEffectEvent((id: string) => {
    show(id);
    list.current?.querySelector<HTMLElement>(`[data-node="${CSS.escape(id)}"]`)?.focus({ preventScroll: true });
  });
  useLayoutEffect(() => {
    if (ready && active?.focus === true) goTo(active.id);
  }, [ready, active]);

  const press = (event: KeyboardEvent, id: string) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (isWalkKey(event.key)) {
      const next = walk(layout, id, event.key);
      if (next !== undefined) props.onActive({ id: next, focus: true });
    } else if (event.key === '+' || event.key === '=') move.zoomIn();
    else if (event.key === '-') move.zoomOut();
    else if (event.key === '0') move.fitAll();
    else return;
    event.preventDefault();
  };
  const choose = (id: string) => {
    props.onActive({ id, focus: false });
    props.onChoose(id);
  };
  const focus = (id: string | undefined) => {
    setFocused(id);
    show(id);
  };
  const hands = useStillHands({ choose, point, focus, press });

  const edges = useMemo(
    () => (box === undefined ? [] : layout.edges.filter((edge) => meet(box, edge.box))),
    [layout, box],
  );
  const detailed = view === undefined || view.scale >= legible;
  const keysId = useId();

  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <div className="flex h-10 shrink-0 items-center gap-1 border-b border-line pr-2 pl-3">
        {props.heading}
        <span className="flex-1" />
        <ZoomButtons scale={view?.scale} zoomIn={move.zoomIn} zoomOut={move.zoomOut} fitAll={move.fitAll} />
        {props.tools}
      </div>
      <div
        ref={window}
        className="relative min-h-0 flex-1 cursor-grab touch-none overflow-hidden bg-canvas select-none active:cursor-grabbing"
        onPointerDown={onPointerDown}
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
          <Edges edges={edges} size={layout} marks={marks} lit={lit} />
          <ul
            ref={list}
            aria-label={label}
            aria-describedby={keysId}
            style={{ width: layout.width, height: layout.height }}
          >
            {nodes.map(({ node, place }) =>
              drawNode({
                node,
                place,
                count: layout.nodes.length,
                detailed,
                chosen: node.id === chosen,
                tabbable: node.id === tabbed,
                faded: lit !== undefined && !isLit(lit, node.id),
                hands,
              }),
            )}
          </ul>
        </div>
        <p id={keysId} className="sr-only">
          {keys}
        </p>
        {view !== undefined && hasMap && (
          <Minimap layout={layout} stateOf={stateOf} view={view} size={size} onCenter={move.center} />
        )}
      </div>
    </div>
  );
}

/** Hands that stay the same object while what they do is always the latest. */
function useStillHands(hands: NodeHands): NodeHands {
  const latest = useRef(hands);
  useLayoutEffect(() => {
    latest.current = hands;
  });
  return useMemo<NodeHands>(
    () => ({
      choose: (id) => latest.current.choose(id),
      point: (id) => latest.current.point(id),
      focus: (id) => latest.current.focus(id),
      press: (event, id) => latest.current.press(event, id),
    }),
    [],
  );
}

interface ZoomButtonsProps extends Pick<MovableDrawing, 'zoomIn' | 'zoomOut' | 'fitAll'> {
  readonly scale: number | undefined;
}

function ZoomButtons({ scale, zoomIn, zoomOut, fitAll }: ZoomButtonsProps) {
  const { t } = useTranslation('common');
  return (
    <>
      <IconButton icon={ZoomOut} size="small" label={t('graph.zoomOut')} onClick={zoomOut} />
      <output className="figures w-10 text-center text-2xs text-ink-3">
        {scale !== undefined && `${Math.round(scale * 100)} %`}
      </output>
      <IconButton icon={ZoomIn} size="small" label={t('graph.zoomIn')} onClick={zoomIn} />
      <IconButton icon={Maximize} size="small" label={t('graph.fit')} onClick={fitAll} />
    </>
  );
}
