import { useCallback, useMemo } from 'react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Run, Step } from '@shared/model/run.ts';
import { stateOfStep, useNow } from '../../../components/index.ts';
import { StepGraph } from '../../../step-graph/index.ts';
import type { ActiveStep, EdgeMarks } from '../../../step-graph/index.ts';
import { tellingPath } from '../step-times.ts';
import { RunNode } from './run-node.tsx';
import { useNodeWords } from './use-node-words.ts';

/** Durations of what runs are renewed as often (ms). */
const tickMs = 500;

interface RunGraphProps {
  readonly run: Run;
  /** The step whose log is shown. */
  readonly chosen: string | undefined;
  readonly onChoose: (stepId: string) => void;
  readonly active: ActiveStep | undefined;
  readonly onActive: (active: ActiveStep) => void;
  /** Hits of the search by step. */
  readonly hits: Readonly<Record<string, number>> | undefined;
  /** Stands behind the title. */
  readonly aside: ReactNode;
}

/** The steps of a run as a graph: what waits for what, and how far it is. */
export function RunGraph({ run, chosen, onChoose, active, onActive, hits, aside }: RunGraphProps) {
  const { t } = useTranslation('run');
  const words = useNodeWords();
  const { steps, finishTime } = run;
  const graph = useMemo(() => steps.map(({ id, needs = [] }) => ({ id, needs })), [steps]);
  const byId = useMemo(() => new Map(steps.map((step) => [step.id, step])), [steps]);
  const now = useNow(run.startTime === undefined || finishTime !== undefined ? undefined : tickMs);

  const path = useMemo(() => tellingPath({ steps, finishTime }), [steps, finishTime]);
  const failed = path?.kind === 'failure';
  const onFailedPath = useMemo(() => new Set(failed ? path?.ids : []), [failed, path]);
  const marks = useMemo<EdgeMarks>(
    () => ({
      skipped: new Set(steps.filter(({ status }) => status === 'skipped').map(({ id }) => id)),
      path: path?.ids ?? [],
      failed,
    }),
    [steps, path, failed],
  );
  const stateOf = useCallback((id: string) => stateOfStep(byId.get(id) ?? { status: 'pending' }), [byId]);

  return (
    <section aria-label={t('graph.title')} className="flex h-full min-h-0 flex-col bg-surface text-xs">
      <StepGraph
        steps={graph}
        label={t('graph.label')}
        keys={t('graph.keys')}
        first={chosen ?? active?.id ?? mostTelling(steps)?.id}
        chosen={chosen}
        onChoose={onChoose}
        active={active}
        onActive={onActive}
        marks={marks}
        stateOf={stateOf}
        drawNode={(props) => {
          const step = byId.get(props.node.id);
          if (step === undefined) return null;
          return (
            <RunNode
              key={step.id}
              {...props}
              step={step}
              paused={step.id === run.pause?.stepId}
              onFailedPath={onFailedPath.has(step.id)}
              found={hits?.[step.id]}
              words={words}
              now={step.status === 'running' && step.finishTime === undefined ? now : undefined}
            />
          );
        }}
        heading={
          <>
            <h2 className="text-sm font-semibold">{t('steps.title')}</h2>
            {aside}
          </>
        }
      />
    </section>
  );
}

/** The step to look at first: the failed one, else the first that runs. */
function mostTelling(steps: readonly Step[]): Step | undefined {
  return steps.find(({ status }) => status === 'failed') ?? steps.find(({ status }) => status === 'running');
}
