import { useEffect, useState, useSyncExternalStore } from 'react';
import { client } from '../../../api/client.ts';
import { openStoredLog } from './stored-log.ts';
import type { LogScope, StoredLog } from './stored-log.ts';

/** How often a log that grows is looked at (ms). */
const lookMs = 400;

/** A part of a run's log, read as it is looked at. Mount it anew (`key`) for another part. */
export function useStoredLog(runId: string, scope: LogScope, live: boolean): StoredLog {
  const [log] = useState(() => openStoredLog(client.runs, runId, scope));
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let ended = false;
    const look = async () => {
      await log.refresh();
      if (live && !ended) timer = setTimeout(() => void look(), lookMs);
    };
    void look();
    return () => {
      ended = true;
      clearTimeout(timer);
      log.rest();
    };
  }, [log, live]);

  useSyncExternalStore(log.subscribe, log.version);
  return log;
}
