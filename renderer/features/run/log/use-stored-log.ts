import { useEffect, useState, useSyncExternalStore } from 'react';
import type { StoredLog } from './stored-log.ts';

/** How often a log that grows is looked at (ms). */
const lookMs = 400;

type LookedAt = Pick<StoredLog, 'refresh' | 'rest' | 'version' | 'subscribe'>;

/** A log on disk, read as it is looked at. It is opened once: mount anew (`key`) for another. */
export function useStoredLog<Log extends LookedAt>(open: () => Log, live: boolean): Log {
  const [log] = useState(open);
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
