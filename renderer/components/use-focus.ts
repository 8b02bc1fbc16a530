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
    const before = placeToGoBackTo(document.activeElement);
    return () => catchFocus(before);
  }, []);
}

/** For a row that may go away with the focus in it, such as one that is removed: the focus stays on the screen. */
export function useFocusStays(): void {
  useEffect(() => () => catchFocus(undefined), []);
}

/** Where nothing has the focus any more, the place has it, or the screen. */
function catchFocus(place: HTMLElement | undefined): void {
  // What comes instead is there by then, and may have taken the focus itself.
  setTimeout(() => {
    if (document.activeElement !== document.body) return;
    const there = place?.isConnected === true ? place : document.querySelector('main');
    there?.focus({ preventScroll: true });
  });
}

/** A menu goes away with what was chosen in it; what opened it stays. */
function placeToGoBackTo(focused: Element | null): HTMLElement | undefined {
  const opener = focused?.closest('[role="menu"]')?.getAttribute('aria-labelledby');
  const place = typeof opener === 'string' ? document.getElementById(opener) : focused;
  return place instanceof HTMLElement && place !== document.body ? place : undefined;
}
