import { memo, useMemo } from 'react';
import type { GraphEdge } from './graph-layout.ts';
import type { Size } from './viewport.ts';

/** Steps that are looked at: one, all that come before it, and all that wait for it. */
export interface Lit {
  readonly id: string;
  readonly ancestors: ReadonlySet<string>;
  readonly descendants: ReadonlySet<string>;
}

export function isLit(lit: Lit, id: string): boolean {
  return id === lit.id || lit.ancestors.has(id) || lit.descendants.has(id);
}

/** What a run has made of its edges. */
export interface EdgeMarks {
  /** Steps that never began. */
  readonly skipped: ReadonlySet<string>;
  /** The steps that led to the failure, or that the run's duration hung on; in order. */
  readonly path: readonly string[];
  readonly failed: boolean;
}

/** Nothing has run yet. */
export const unmarked: EdgeMarks = { skipped: new Set(), path: [], failed: false };

interface EdgesProps {
  readonly edges: readonly GraphEdge[];
  /** Of the whole drawing. */
  readonly size: Size;
  readonly marks: EdgeMarks;
  readonly lit: Lit | undefined;
}

/** The edges, all that look alike in one path: hundreds cost no more than one. */
export const Edges = memo(function Edges({ edges, size, marks, lit }: EdgesProps) {
  const { skipped, path, failed } = marks;
  const plain = useMemo(() => joined(edges, ({ to }) => !skipped.has(to)), [edges, skipped]);
  const never = useMemo(() => joined(edges, ({ to }) => skipped.has(to)), [edges, skipped]);
  const marked = useMemo(() => {
    const pairs = new Set(path.slice(1).map((to, index) => `${path[index] ?? ''}\0${to}`));
    return joined(edges, ({ from, to }) => pairs.has(`${from}\0${to}`));
  }, [edges, path]);
  const lighted = useMemo(() => (lit === undefined ? '' : joined(edges, (edge) => joins(lit, edge))), [edges, lit]);
  return (
    <svg
      aria-hidden
      width={size.width}
      height={size.height}
      fill="none"
      className="pointer-events-none absolute top-0 left-0 overflow-visible"
    >
      <g className={lit === undefined ? undefined : 'opacity-45'}>
        <path d={plain} className="stroke-line-strong" strokeWidth={1.5} />
        {never !== '' && <path d={never} className="stroke-line-strong" strokeWidth={1.25} strokeDasharray="4 4" />}
        {marked !== '' && <path d={marked} className={failed ? 'stroke-failed-fg' : 'stroke-accent'} strokeWidth={2} />}
      </g>
      {lighted !== '' && <path d={lighted} className="stroke-ink-2" strokeWidth={2} />}
    </svg>
  );
});

function joined(edges: readonly GraphEdge[], wanted: (edge: GraphEdge) => boolean): string {
  return edges
    .filter(wanted)
    .map(({ path }) => path)
    .join('');
}

function joins({ id, ancestors, descendants }: Lit, { from, to }: GraphEdge): boolean {
  return (
    (ancestors.has(from) && (to === id || ancestors.has(to))) ||
    (descendants.has(to) && (from === id || descendants.has(from)))
  );
}
