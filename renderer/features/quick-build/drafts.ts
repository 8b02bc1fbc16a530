import { useState } from 'react';
import type { BuildForm } from './form.ts';

// Only in memory: a draft can hold secrets.
const drafts = new Map<string, BuildForm>();

/** A form that survives a visit to another screen, kept under a key: the folder, or the run to repeat. */
export function useDraft(
  key: string,
  start: () => BuildForm,
): readonly [BuildForm, (change: (form: BuildForm) => BuildForm) => void] {
  const [form, setForm] = useState(() => drafts.get(key) ?? start());
  const change = (make: (form: BuildForm) => BuildForm) => {
    setForm((now) => {
      const next = make(now);
      drafts.set(key, next);
      return next;
    });
  };
  return [form, change];
}

/** Forgets a draft once it was built; the next visit starts from the last inputs. */
export function dropDraft(key: string): void {
  drafts.delete(key);
}
