import { useCallback, useState } from 'react';

/** The forms of one screen that survive a visit to another one. */
export interface Drafts<Form> {
  /** A form under a key, such as the folder that it is about: as it was left, else from `start`. `change` stays the same. */
  readonly useDraft: (
    key: string,
    start: () => Form,
  ) => readonly [form: Form, change: (make: (form: Form) => Form) => void];
  /** Forgets a form once it has been carried out; the next visit starts from the last inputs. */
  readonly dropDraft: (key: string) => void;
}

export function createDrafts<Form>(): Drafts<Form> {
  // Only in memory: a draft can hold secrets.
  const drafts = new Map<string, Form>();
  return {
    useDraft(key, start) {
      const [form, setForm] = useState(() => drafts.get(key) ?? start());
      const change = useCallback(
        (make: (form: Form) => Form) => {
          setForm((now) => {
            const next = make(now);
            drafts.set(key, next);
            return next;
          });
        },
        [key],
      );
      return [form, change];
    },
    dropDraft: (key) => void drafts.delete(key),
  };
}
