import { useState } from 'react';

/** What is typed in place of a value, until that changes: by being saved, or elsewhere. */
export function useEdited(value: string): readonly [string, (text: string) => void] {
  const [edited, setEdited] = useState({ value, text: value });
  return [edited.value === value ? edited.text : value, (text) => setEdited({ value, text })];
}
