import { useTranslation } from 'react-i18next';
import { formatDuration } from '@shared/format/duration.ts';
import type { Step } from '@shared/model/run.ts';
import { stateOfStep } from '../../../components/index.ts';

/** Tells screen readers of a step in the graph: id, state, duration, and what it comes after. Nothing that ticks. */
export function useNodeName(): (step: Step, paused: boolean) => string {
  const { t } = useTranslation('run');
  const { t: common } = useTranslation('common');
  return ({ id, status, startTime, finishTime, errorIgnored, detached, needs = [] }, paused) =>
    [
      id,
      common(`state.${stateOfStep({ status })}`),
      ...(startTime === undefined || finishTime === undefined
        ? []
        : [formatDuration(Math.max(0, Date.parse(finishTime) - Date.parse(startTime)))]),
      ...(paused ? [t('steps.paused')] : []),
      ...(errorIgnored === true ? [t('steps.ignored')] : []),
      ...(detached === true ? [t('steps.detached')] : []),
      needs.length === 0 ? t('graph.first') : t('graph.after', { steps: needs.join(', ') }),
    ].join(', ');
}
