import { memo, useMemo } from 'react';
import type { PointerEvent } from 'react';
import type { State } from '../components/index.ts';
import type { GraphLayout } from './graph-layout.ts';
import { nodeHeight, nodeWidth } from './slots.ts';
import { seen } from './viewport.ts';
import type { Size, Viewport } from './viewport.ts';

/** Px; one of them is used up, as far as the drawing's shape goes. */
const room = { width: 168, height: 96 };
/** Px at the right of the window that a map may cover. */
export const minimapWidth = room.width + 24;

interface MinimapProps {
  readonly layout: GraphLayout;
  readonly stateOf: (id: string) => State;
  readonly view: Viewport;
  readonly size: Size;
  readonly onCenter: (x: number, y: number) => void;
}

/** All of a large graph, small, and which part of it is in sight. For the mouse: keys walk the graph itself. */
export function Minimap({ layout, stateOf, view, size, onCenter }: MinimapProps) {
  const scale = Math.min(room.width / layout.width, room.height / layout.height);
  const sight = seen(view, size);
  const go = (event: PointerEvent<SVGSVGElement>) => {
    const { left, top } = event.currentTarget.getBoundingClientRect();
    onCenter((event.clientX - left) / scale, (event.clientY - top) / scale);
  };
  return (
    <svg
      aria-hidden
      width={layout.width * scale}
      height={layout.height * scale}
      viewBox={`0 0 ${layout.width} ${layout.height}`}
      className="absolute right-3 bottom-3 min-h-4 overflow-hidden rounded-sm border border-line-strong bg-surface/90 shadow-raised"
      preserveAspectRatio="xMidYMid meet"
      onPointerDown={(event) => {
        event.stopPropagation();
        event.currentTarget.setPointerCapture(event.pointerId);
        go(event);
      }}
      onPointerMove={(event) => {
        if (event.buttons === 1) go(event);
      }}
    >
      <Dots layout={layout} stateOf={stateOf} />
      <rect
        x={sight.x}
        y={sight.y}
        width={sight.width}
        height={sight.height}
        fill="color-mix(in srgb, var(--accent) 12%, transparent)"
        stroke="var(--accent)"
        strokeWidth={1.5 / scale}
      />
    </svg>
  );
}

const Dots = memo(function Dots({ layout, stateOf }: Pick<MinimapProps, 'layout' | 'stateOf'>) {
  const byLook = useMemo(() => {
    const paths = new Map<string, string>();
    for (const { id, x, y } of layout.nodes) {
      const look = looks[stateOf(id)];
      paths.set(look, `${paths.get(look) ?? ''}M${x} ${y}h${nodeWidth}v${nodeHeight}h${-nodeWidth}z`);
    }
    return [...paths];
  }, [layout, stateOf]);
  return byLook.map(([look, path]) => <path key={look} d={path} className={look} />);
});

const looks: Readonly<Record<State, string>> = {
  queued: 'fill-line-strong',
  running: 'fill-brand',
  succeeded: 'fill-control-line',
  failed: 'fill-failed-fg',
  canceled: 'fill-line-strong',
  timedout: 'fill-warning-fg',
  error: 'fill-warning-fg',
  skipped: 'fill-line',
};
