import { useLayoutEffect, useRef } from 'react';
import type { FocusEvent, KeyboardEvent, RefObject } from 'react';

interface FoldFocus {
  /** Whether the key was one that leads to a fold, or folds. */
  readonly pressed: (event: KeyboardEvent) => boolean;
  readonly onFocus: (event: FocusEvent) => void;
  readonly onBlur: (event: FocusEvent) => void;
}

/**
 * The focus in a list of which only the rows in view are drawn. It is one tab stop; arrow keys lead from one fold in view
 * (`data-fold`) to the next, and scroll where there is none. Enter and Space on the list itself fold what is pinned to its top.
 * What has the focus keeps it when it is drawn elsewhere, and lends it to the list while it is out of view.
 */
export function useFoldFocus(list: RefObject<HTMLElement | null>, pin: RefObject<HTMLElement | null>): FoldFocus {
  /** The fold that has the focus, or will when it comes into view; `''` for the list itself; undefined for elsewhere. */
  const held = useRef<string>(undefined);

  useLayoutEffect(() => {
    const element = list.current;
    const fold = held.current;
    if (element === null || fold === undefined) return;
    const { activeElement } = document;
    if (activeElement !== element && element.contains(activeElement)) return;
    const again = element.querySelector<HTMLElement>(`[data-fold="${CSS.escape(fold)}"]`);
    (again ?? element).focus({ preventScroll: true });
    held.current = fold;
  });

  const lead = (by: 1 | -1): boolean => {
    const element = list.current;
    if (element === null) return false;
    const folds = [...element.querySelectorAll<HTMLElement>('[data-fold]')].filter((fold) => inView(fold));
    const at = folds.findIndex((fold) => fold === document.activeElement);
    // From a place within a long section down: what is pinned has been left behind.
    const next = at >= 0 ? folds[at + by] : by > 0 ? folds.find((fold) => !isStuck(fold)) : undefined;
    next?.focus({ preventScroll: true });
    return next !== undefined;
  };
  const inView = (fold: HTMLElement): boolean => {
    const view = list.current?.getBoundingClientRect();
    if (view === undefined) return false;
    const { top, bottom } = fold.getBoundingClientRect();
    const pinned = pin.current;
    if (pinned?.contains(fold) === true) return true;
    const free = pinned?.firstElementChild?.getBoundingClientRect().bottom ?? view.top;
    return top >= free - 0.5 && bottom <= view.bottom + 0.5;
  };
  const isStuck = (fold: HTMLElement): boolean =>
    pin.current?.contains(fold) === true && pin.current.dataset['stuck'] !== undefined;

  return {
    pressed(event) {
      switch (event.key) {
        case 'ArrowDown':
          return lead(1);
        case 'ArrowUp':
          return lead(-1);
        case 'Enter':
        case ' ': {
          // On a button it is the button's own.
          if (event.target !== list.current) return false;
          const button = pin.current?.querySelector('button') ?? null;
          button?.click();
          return button !== null;
        }
        default:
          return false;
      }
    },
    onFocus(event) {
      held.current = event.target.closest<HTMLElement>('[data-fold]')?.dataset['fold'] ?? '';
    },
    onBlur(event) {
      // What is taken out of the document tells nothing of it.
      if (!(event.relatedTarget instanceof Node) || list.current?.contains(event.relatedTarget) !== true)
        held.current = undefined;
    },
  };
}
