import { useEffect, useState } from 'react';
import type { AppFailure } from '@shared/model/app-error.ts';
import type { Run } from '@shared/model/run.ts';
import type { TaskFinding } from '@shared/model/task-finding.ts';
import { useOperation } from '../../../api/hooks.ts';

/** While someone types (ms). */
const restMs = 400;
const none: readonly TaskFinding[] = [];

export interface TaskFindings {
  readonly findings: readonly TaskFinding[];
  /** Why the text could not be checked. */
  readonly failure: AppFailure | null;
}

/**
 * What there is to say about a task's text: runs don't keep it, so the text is checked again with the inputs of the run.
 * @param text undefined while it isn't known
 */
export function useTaskFindings(run: Run, name: string, text: string | undefined): TaskFindings {
  const { request } = run;
  const [asked, setAsked] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setAsked(text), asked === undefined ? 0 : restMs);
    return () => clearTimeout(timer);
  }, [text, asked]);
  const inputs = request.kind === 'quickRun' ? request.run : undefined;
  const preview = useOperation(
    'taskFiles',
    'preview',
    { ...inputs, source: { kind: 'text', text: asked ?? '', name } },
    { enabled: inputs !== undefined && asked !== undefined, keepPrevious: true },
  );
  return { findings: preview.data?.findings ?? none, failure: preview.error };
}
