import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { isFinal } from '@shared/model/run.ts';
import type { Run } from '@shared/model/run.ts';
import { announce } from '../../components/index.ts';
import { newlyFailed, pauseOf } from './announcements.ts';

/** Tells screen readers what befell a run while it is looked at: a step that failed, that it stands still, how it ended. */
export function useAnnouncements(run: Run): void {
  const { t } = useTranslation('run');
  const known = useRef(run);
  useEffect(() => {
    const before = known.current;
    known.current = run;
    if (before === run) return;
    const { runId } = run;
    const parts: string[] = [];
    for (const { id, exitCode, status } of newlyFailed(before, run)) {
      if (status === 'timedout') parts.push(t('announce.timedOut', { step: id }));
      else if (exitCode === undefined) parts.push(t('announce.failed', { step: id }));
      else parts.push(t('announce.exit', { step: id, code: exitCode }));
    }
    if (isFinal(run.status) && !isFinal(before.status)) parts.push(t(`ended.${endedKey(run.status)}`, { runId }));
    const pause = pauseOf(before, run);
    if (pause !== undefined) parts.push(t(`pause.at.${pause.at}`, { step: pause.stepId }));
    // In one go: of two that come at once the announcer says only the newest.
    if (parts.length > 0) announce(parts.join('. '));
  }, [run, t]);
}

function endedKey(status: Run['status']): 'succeeded' | 'canceled' | 'failed' | 'error' | 'timedout' {
  switch (status) {
    case 'Succeeded':
      return 'succeeded';
    case 'Canceled':
      return 'canceled';
    case 'Failed':
      return 'failed';
    case 'Timeout':
      return 'timedout';
    case 'Error':
    case 'Queued':
    case 'Started':
    case 'Running':
      return 'error';
  }
}
