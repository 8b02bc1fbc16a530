import { useEffect, useState } from 'react';
import type { AppFailure } from '@shared/model/app-error.ts';
import type { QuickRunInput, TaskPreview } from '@shared/model/quick-run.ts';
import { useOperation } from '../../api/hooks.ts';

/** What a task would do, as far as is known. */
export interface PreviewState {
  /** The last one; may be of inputs that were changed since. */
  readonly preview: TaskPreview | undefined;
  /** It is of the inputs as they are. */
  readonly fresh: boolean;
  readonly failure: AppFailure | undefined;
  readonly refresh: () => void;
}

/** Nobody reads a preview between two letters. */
const restMs = 250;

/**
 * Asks what the task would do, again when the inputs change and when the window is come back to: the file may have been written
 * meanwhile. Inputs that make no request (undefined) leave the last answer standing.
 */
export function useTaskPreview(request: QuickRunInput | undefined): PreviewState {
  const settled = useSettled(request);
  const query = useOperation('taskFiles', 'preview', settled ?? { source: { kind: 'text', text: '' } }, {
    enabled: settled !== undefined,
    keepPrevious: true,
  });
  const { refetch } = query;
  const readsFiles = settled !== undefined;
  useEffect(() => {
    if (!readsFiles) return;
    const again = () => void refetch();
    window.addEventListener('focus', again);
    return () => window.removeEventListener('focus', again);
  }, [refetch, readsFiles]);
  const same = request !== undefined && sameInputs(request, settled);
  return {
    preview: query.data,
    fresh: same && query.data !== undefined && !query.isPlaceholderData && !query.isFetching,
    failure: query.error ?? undefined,
    refresh: () => void refetch(),
  };
}

/** The inputs once they rest; the first ones, and the return to those that rest, at once. */
function useSettled(request: QuickRunInput | undefined): QuickRunInput | undefined {
  const [settled, setSettled] = useState(request);
  const changed = request !== undefined && !sameInputs(request, settled);
  useEffect(() => {
    if (!changed) return;
    const timer = setTimeout(() => setSettled(request), settled === undefined ? 0 : restMs);
    return () => clearTimeout(timer);
  }, [request, changed, settled]);
  return settled;
}

function sameInputs(a: QuickRunInput, b: QuickRunInput | undefined): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
