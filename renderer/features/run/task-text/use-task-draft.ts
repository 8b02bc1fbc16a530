import { useState } from 'react';
import type { Run } from '@shared/model/run.ts';

/** What was typed for a run that stands still outlives a visit to another screen; only in memory, as it may hold secrets. */
const kept = new Map<string, string>();

/**
 * The text that a run is to go on with, once it was changed. It belongs to one stop: the next one begins with the text that the
 * run went on with.
 */
export function useTaskDraft(
  run: Pick<Run, 'runId' | 'pause'>,
): readonly [draft: string | undefined, change: (draft: string | undefined) => void] {
  const key = run.pause === undefined ? undefined : `${run.runId} ${run.pause.since}`;
  const [typed, setTyped] = useState<{ readonly key: string; readonly text: string | undefined }>();
  const draft = key === undefined ? undefined : typed?.key === key ? typed.text : kept.get(key);
  const change = (text: string | undefined) => {
    if (key === undefined) return;
    if (text === undefined) kept.delete(key);
    else kept.set(key, text);
    setTyped({ key, text });
  };
  return [draft, change];
}
