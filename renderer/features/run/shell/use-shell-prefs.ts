import { useState } from 'react';
import { z } from 'zod';

const ShellPrefs = z.object({
  dock: z.enum(['bottom', 'right']).catch('bottom'),
  /** What is printed is read out. */
  reader: z.boolean().catch(false),
});
/** How a person likes the shell; kept by the window. */
export type ShellPrefs = z.infer<typeof ShellPrefs>;

const key = 'slipway.shell';

export function useShellPrefs(): readonly [ShellPrefs, (change: Partial<ShellPrefs>) => void] {
  const [prefs, setPrefs] = useState(() => ShellPrefs.parse(JSON.parse(window.localStorage.getItem(key) ?? '{}')));
  const change = (part: Partial<ShellPrefs>) => {
    setPrefs((now) => {
      const next = { ...now, ...part };
      window.localStorage.setItem(key, JSON.stringify(next));
      return next;
    });
  };
  return [prefs, change];
}
