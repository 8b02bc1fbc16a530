import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { formatDuration } from '@shared/format/duration.ts';
import type { Step } from '@shared/model/run.ts';
import { stateOfStep } from '../../../components/index.ts';

/** The words of a step in the graph. */
export interface NodeWords {
  /** For screen readers: id, state, duration, and what it comes after. Nothing that ticks. */
  readonly name: (step: Step, paused: boolean) => string;
  readonly exit: (code: number) => string;
}

/** For the whole graph at once: each node would open the dictionary for itself, which takes longer than drawing it. */
export function useNodeWords(): NodeWords {
  const { t } = useTranslation('run');
  const { t: common } = useTranslation('common');
  return useMemo(
    () => ({
      name: ({ id, status, startTime, finishTime, errorIgnored, detached, needs = [] }, paused) =>
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
        ].join(', '),
      exit: (code) => t('steps.exit', { code }),
    }),
    [t, common],
  );
}
