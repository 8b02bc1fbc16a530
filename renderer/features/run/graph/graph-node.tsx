import { CircleAlert, CirclePause, Infinity as InfinityIcon, RotateCw } from 'lucide-react';
import { memo } from 'react';
import type { KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { formatDuration } from '@shared/format/duration.ts';
import type { Step } from '@shared/model/run.ts';
import { StateIcon, cx, stateLooks, stateOfStep } from '../../../components/index.ts';
import type { State } from '../../../components/index.ts';
import { kindIcons } from '../waterfall-name.tsx';
import type { GraphNode } from './graph-layout.ts';
import { nodeHeight, nodeWidth } from './slots.ts';

interface NodeProps {
  readonly step: Step;
  readonly node: GraphNode;
  /** For screen readers: where it stands among all, of which only those in sight are drawn. */
  readonly name: string;
  readonly place: number;
  readonly count: number;
  /** Large enough to be read. */
  readonly detailed: boolean;
  /** Its log is shown. */
  readonly chosen: boolean;
  /** The one that Tab leads to. */
  readonly tabbable: boolean;
  /** Another step is looked at, and this one has nothing to do with it. */
  readonly faded: boolean;
  /** The run stands still at it. */
  readonly paused: boolean;
  /** It led to the failure. */
  readonly onFailedPath: boolean;
  /** Hits of the search in it. */
  readonly found: number | undefined;
  /** For one that runs: ms, UTC. */
  readonly now: number | undefined;
  readonly onChoose: (id: string) => void;
  readonly onLook: (id: string | undefined) => void;
  /** By keyboard; undefined when it is left. */
  readonly onFocus: (id: string | undefined) => void;
  readonly onKeyDown: (event: KeyboardEvent, id: string) => void;
}

/** A step in the graph. */
export const Node = memo(function Node(props: NodeProps) {
  const { step, node, chosen, faded, onFailedPath } = props;
  const state = stateOfStep(step);
  return (
    <li
      aria-posinset={props.place}
      aria-setsize={props.count}
      className="absolute"
      style={{ left: node.x, top: node.y, width: nodeWidth, height: nodeHeight }}
    >
      <button
        type="button"
        data-node={step.id}
        tabIndex={props.tabbable ? 0 : -1}
        aria-current={chosen || undefined}
        className={cx(
          'relative flex size-full items-center rounded-md border px-2 text-left transition-opacity outline-offset-2',
          looks[state],
          onFailedPath && state !== 'failed' && 'border-failed-line',
          step.errorIgnored === true && 'border-warning-line',
          chosen && 'shadow-[0_0_0_2px_var(--focus)]',
          faded && 'opacity-35',
        )}
        onClick={() => props.onChoose(step.id)}
        onPointerEnter={() => props.onLook(step.id)}
        onPointerLeave={() => props.onLook(undefined)}
        onFocus={(event) => {
          // A press of the mouse says nothing about wanting the others out of the way.
          if (event.currentTarget.matches(':focus-visible')) props.onFocus(step.id);
        }}
        onBlur={() => props.onFocus(undefined)}
        onKeyDown={(event) => props.onKeyDown(event, step.id)}
      >
        <span className="sr-only">{props.name}</span>
        <span aria-hidden className="flex w-full flex-col gap-px">
          {props.detailed ? (
            <Detail step={step} paused={props.paused} found={props.found} now={props.now} />
          ) : (
            <StateDot state={state} />
          )}
        </span>
      </button>
    </li>
  );
});

/** Too small for words: its state as a bar of its colour. */
function StateDot({ state }: { readonly state: State }) {
  return <span className={cx('h-5 w-full rounded-sm bg-current opacity-70', stateLooks[state].fg)} />;
}

function Detail({ step, paused, found, now }: Pick<NodeProps, 'step' | 'paused' | 'found' | 'now'>) {
  const { t } = useTranslation('run');
  const state = stateOfStep(step);
  const took = tookMs(step, now);
  const Kind = kindIcons[step.kind];
  return (
    <>
      <span className="flex w-full items-center gap-1.5">
        <StateIcon state={state} size={14} />
        <span className="min-w-0 flex-1 truncate text-xs leading-4 font-medium">{step.id}</span>
        {paused && <CirclePause aria-hidden size={13} className="shrink-0 text-warning-fg" />}
        {step.attempts !== undefined && <RotateCw aria-hidden size={11} className="shrink-0 text-ink-3" />}
        {step.errorIgnored === true && <CircleAlert aria-hidden size={11} className="shrink-0 text-warning-fg" />}
        {step.detached === true && <InfinityIcon aria-hidden size={12} className="shrink-0 text-ink-3" />}
        {found !== undefined && (
          <span className="figures rounded-full bg-warning-bg px-1 text-2xs leading-3.5 text-warning-fg">
            {found.toLocaleString()}
          </span>
        )}
        {took !== undefined && (
          <span
            className={cx(
              'figures shrink-0 text-2xs leading-4',
              state === 'running' ? 'text-running-fg' : 'text-ink-2',
            )}
          >
            {formatDuration(took)}
          </span>
        )}
      </span>
      <span className="flex w-full items-center gap-1 text-ink-3">
        <Kind aria-hidden size={11} strokeWidth={1.75} className="mr-px ml-0.5 shrink-0" />
        {step.exitCode !== undefined && step.exitCode !== 0 && (
          <span className={cx('shrink-0 text-2xs', step.errorIgnored === true ? 'text-warning-fg' : 'text-failed-fg')}>
            {t('steps.exit', { code: step.exitCode })}
          </span>
        )}
        <code className="truncate text-2xs">{step.title ?? ''}</code>
      </span>
    </>
  );
}

const looks: Readonly<Record<State, string>> = {
  queued: 'border-line-strong bg-surface hover:bg-hover',
  running: 'border-running-line bg-running-bg',
  succeeded: 'border-line-strong bg-surface hover:bg-hover',
  failed: 'border-failed-fg bg-failed-bg',
  canceled: 'border-line-strong bg-surface hover:bg-hover',
  timedout: 'border-warning-fg bg-warning-bg',
  error: 'border-warning-fg bg-warning-bg',
  skipped: 'border-dashed border-line-strong bg-surface text-ink-2 hover:bg-hover',
};

function tookMs({ startTime, finishTime }: Step, now: number | undefined): number | undefined {
  if (startTime === undefined) return undefined;
  const end = finishTime === undefined ? now : Date.parse(finishTime);
  return end === undefined ? undefined : Math.max(0, end - Date.parse(startTime));
}
