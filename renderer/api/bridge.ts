import type { Bridge } from '@shared/contract/bridge.ts';

declare global {
  interface Window {
    /** Put here by the preload before any script of the window runs. */
    readonly slipway: Bridge<File>;
  }
}

/** The one way out of the window. */
export function bridge(): Bridge<File> {
  return window.slipway;
}
