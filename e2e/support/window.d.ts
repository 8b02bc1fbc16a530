import type { Bridge } from '@shared/contract/bridge.ts';

declare global {
  interface Window {
    readonly slipway: Bridge<File>;
    /** Set by a script that should not have run. */
    ran?: boolean;
  }
}
