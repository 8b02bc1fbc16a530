import { useSyncExternalStore } from 'react';

/**
 * Where the window is: a path and a query in the address's hash (`#/build?context=%2Fhome%2Fana%2Fweb`), and its place in the
 * history, which the browser keeps but doesn't tell; back and forward need it to know whether they can.
 */
interface Place {
  readonly path: string;
  readonly search: string;
  readonly index: number;
  /** The highest index that forward can reach. */
  readonly last: number;
}

const listeners = new Set<() => void>();
let place = read(0);

function read(last: number): Place {
  const hash = window.location.hash.replace(/^#?\/?/, '');
  const cut = hash.indexOf('?');
  const state: unknown = window.history.state;
  const index =
    typeof state === 'object' && state !== null && 'index' in state && typeof state.index === 'number'
      ? state.index
      : 0;
  return {
    path: `/${cut < 0 ? hash : hash.slice(0, cut)}`,
    search: cut < 0 ? '' : hash.slice(cut + 1),
    index,
    last: Math.max(last, index),
  };
}

function publish(last: number): void {
  place = read(last);
  for (const listener of listeners) listener();
}

window.addEventListener('popstate', () => publish(place.last));

/** Goes to a path with an optional query: `/runs/ca4?line=120`. Going where we are already adds no step to the history. */
export function navigate(to: string, options: { readonly replace?: boolean } = {}): void {
  const url = `#${to}`;
  const replace = options.replace === true || url === window.location.hash;
  const index = replace ? place.index : place.index + 1;
  window.history[replace ? 'replaceState' : 'pushState']({ index }, '', url);
  publish(replace ? place.last : index);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** For wouter's `hook`. */
export function useHashPath(): [string, typeof navigate] {
  return [useSyncExternalStore(subscribe, () => place.path), navigate];
}

/** For wouter's `searchHook`. */
export function useHashSearch(): string {
  return useSyncExternalStore(subscribe, () => place.search);
}

/** The address's query. (wouter's own hook decodes it once too often: a folder named `50%25` would be lost.) */
export function useQueryParams(): URLSearchParams {
  return new URLSearchParams(useHashSearch());
}

/** How links are written, for wouter's `hrefs`. */
export function hashHref(path: string): string {
  return `#${path}`;
}

export interface TravelState {
  readonly canGoBack: boolean;
  readonly canGoForward: boolean;
}

export function useTravel(): TravelState {
  const here = useSyncExternalStore(subscribe, () => place);
  return { canGoBack: here.index > 0, canGoForward: here.index < here.last };
}

export function goBack(): void {
  window.history.back();
}

export function goForward(): void {
  window.history.forward();
}
