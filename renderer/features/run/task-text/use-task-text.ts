import { useEffect, useRef } from 'react';
import type { UseQueryResult } from '@tanstack/react-query';
import type { AppFailure } from '@shared/model/app-error.ts';
import type { Run } from '@shared/model/run.ts';
import type { OutputFor } from '../../../api/client.ts';
import { useOperation } from '../../../api/hooks.ts';

export type TaskText = OutputFor<'runs', 'taskText'>;

/** The text of a run's task, as it was written and as it ran; not asked for before it is wanted. */
export function useTaskText(run: Run, wanted: boolean): UseQueryResult<TaskText, AppFailure> {
  const text = useOperation(
    'runs',
    'taskText',
    { runId: run.runId },
    { enabled: wanted && run.request.kind === 'quickRun' },
  );
  // It is rendered when the run starts, and may be changed whenever it stands still: no other change of the run is one of it.
  const state = `${run.startTime ?? ''} ${run.pause?.since ?? ''} ${run.finishTime ?? ''}`;
  // What was kept from an earlier visit may be out of date.
  const read = useRef(text.data === undefined ? state : undefined);
  const { refetch } = text;
  useEffect(() => {
    if (!wanted || read.current === state) return;
    read.current = state;
    void refetch();
  }, [wanted, state, refetch]);
  return text;
}
