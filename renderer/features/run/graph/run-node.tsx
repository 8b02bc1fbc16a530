import { CircleAlert, CirclePause, Infinity as InfinityIcon, RotateCw } from 'lucide-react';
import { memo } from 'react';
import { formatDuration } from '@shared/format/duration.ts';
import type { Step } from '@shared/model/run.ts';
import { StateIcon, cx, stateLooks, stateOfStep, stepKindIcons } from '../../../components/index.ts';
import type { State } from '../../../components/index.ts';
import { NodeButton, shownText } from '../../../step-graph/index.ts';
import type { NodeProps } from '../../../step-graph/index.ts';
import type { NodeWords } from './use-node-words.ts';

interface RunNodeProps extends NodeProps {
  readonly step: Step;
  /** The run stands still at it. */
  readonly paused: boolean;
  /** It led to the failure. */
  readonly onFailedPath: boolean;
  /** Hits of the search in it. */
  readonly found: number | undefined;
  /** For one that runs: ms, UTC. */
  readonly now: number | undefined;
  readonly words: NodeWords;
}

/** A step of a run in the graph. */
export const RunNode = memo(function RunNode(props: RunNodeProps) {
  const { step, paused, onFailedPath, found, now, words, ...place } = props;
  const state = stateOfStep(step);
  return (
    <NodeButton
      {...place}
      name={words.name(step, paused)}
      className={cx(
        looks[state],
        onFailedPath && state !== 'failed' && 'border-failed-line',
        step.errorIgnored === true && 'border-warning-line',
      )}
    >
      {place.detailed ? (
        <Detail step={step} paused={paused} found={found} now={now} words={words} />
      ) : (
        <StateDot state={state} />
      )}
    </NodeButton>
  );
});

/** Too small for words: its state as a bar of its colour. */
function StateDot({ state }: { readonly state: State }) {
  return <span className={cx('h-5 w-full rounded-sm bg-current opacity-70', stateLooks[state].fg)} />;
}

function Detail({ step, paused, found, now, words }: Omit<RunNodeProps, 'onFailedPath' | keyof NodeProps>) {
  const state = stateOfStep(step);
  const took = tookMs(step, now);
  const Kind = stepKindIcons[step.kind];
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
            {words.exit(step.exitCode)}
          </span>
        )}
        <code className="truncate text-2xs">{step.title?.slice(0, shownText)}</code>
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
