import { useEffect, useRef } from 'react';
import type { RefObject } from 'react';

/** For the field that a person has just asked for: it takes the focus when it appears, if `when` holds. */
export function useFocusOnAppearing<E extends HTMLElement>(when = true): RefObject<E | null> {
  const element = useRef<E>(null);
  useEffect(() => {
    if (when) element.current?.focus();
  }, [when]);
  return element;
}
