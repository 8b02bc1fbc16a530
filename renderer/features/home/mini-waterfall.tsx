import type { Vertex } from '@shared/model/run.ts';
import { cx, useNow } from '../../components/index.ts';

/** Bars in so few lanes that a glance shows where the time goes; the run's screen has the whole. */
const lanes = 4;

/** A running build's vertices on one axis of time: solid what ran, outlined what was cached, with a moving edge what runs. */
export function MiniWaterfall({ vertices, start }: { readonly vertices: readonly Vertex[]; readonly start: string }) {
  const now = useNow(500);
  const from = Date.parse(start);
  const span = Math.max(1, now - from);
  const percent = (time: string | undefined) =>
    Math.min(100, Math.max(0, (((time === undefined ? now : Date.parse(time)) - from) / span) * 100));
  const begun = vertices.filter((vertex) => vertex.startTime !== undefined);
  return (
    <div aria-hidden className="relative ml-6.5 h-7 overflow-hidden rounded-sm bg-surface-sunken">
      {begun.map((vertex, index) => {
        const left = percent(vertex.startTime);
        return (
          <span
            key={vertex.digest}
            className={cx(
              'absolute h-1 min-w-1 overflow-hidden rounded-full',
              vertex.cached && 'border border-cached-line',
              !vertex.cached && vertex.status === 'running' && 'bg-brand',
              !vertex.cached && vertex.status === 'failed' && 'bg-failed-fg',
              !vertex.cached && vertex.status === 'succeeded' && 'bg-control-line',
              !vertex.cached && vertex.status === 'canceled' && 'bg-line-strong',
            )}
            style={{ left: `${left}%`, width: `${percent(vertex.finishTime) - left}%`, top: 4 + (index % lanes) * 6 }}
          >
            {vertex.status === 'running' && (
              <span className="absolute inset-y-0 left-0 w-1/4 animate-travel bg-surface opacity-50" />
            )}
          </span>
        );
      })}
    </div>
  );
}
