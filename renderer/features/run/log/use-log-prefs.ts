import { useState } from 'react';
import { z } from 'zod';
import { timestampModes } from './line-text.ts';

const LogPrefs = z.object({
  numbers: z.boolean().catch(false),
  times: z.enum(timestampModes).catch('off'),
  wrap: z.boolean().catch(true),
  /** The step of each line is named, where there are several. */
  steps: z.boolean().catch(true),
  /** The text of a whole task is folded by steps. */
  bySteps: z.boolean().catch(true),
  /** What shows the steps of a task. */
  view: z.enum(['waterfall', 'graph']).catch('waterfall'),
  /** Steps beside the log, or the waterfall above it. */
  layout: z.enum(['beside', 'above']).catch('beside'),
});
/** How a person likes logs; kept by the window. */
export type LogPrefs = z.infer<typeof LogPrefs>;

const key = 'slipway.log';

function read(): LogPrefs {
  return LogPrefs.parse(JSON.parse(window.localStorage.getItem(key) ?? '{}'));
}

export function useLogPrefs(): readonly [LogPrefs, (change: Partial<LogPrefs>) => void] {
  const [prefs, setPrefs] = useState(read);
  const change = (part: Partial<LogPrefs>) => {
    setPrefs((now) => {
      const next = { ...now, ...part };
      window.localStorage.setItem(key, JSON.stringify(next));
      return next;
    });
  };
  return [prefs, change];
}
