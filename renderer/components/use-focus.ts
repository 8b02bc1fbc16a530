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

/**
 * For what appears when it is asked for: where the focus goes down with it, it goes back to where it was before, or to the
 * screen when that is gone too. Stands before {@link useFocusOnAppearing}.
 */
export function useFocusBack(): void {
  useEffect(() => {
    const before = document.activeElement;
    return () => {
      // What comes in its place is there by then, and may have taken the focus itself.
      setTimeout(() => {
        if (document.activeElement !== document.body) return;
        const there = before instanceof HTMLElement && before !== document.body && before.isConnected;
        (there ? before : document.querySelector('main'))?.focus({ preventScroll: true });
      });
    };
  }, []);
}
