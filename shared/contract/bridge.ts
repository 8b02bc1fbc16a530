import type { AppError } from '../model/app-error.ts';
import type { LogSubscription } from './log-port.ts';
import type { ShellSubscription } from './shell-port.ts';

/** How an operation ended. Failures cross the bridge as data, since an exception would lose all but its message. */
export type InvokeResult =
  { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly error: AppError };

/**
 * What the preload puts on `window.slipway`: everything that the window can reach outside itself. Main checks each input
 * against the contract; `renderer/api` gives the values their types back.
 *
 * `DroppedFile` is the DOM's `File`, which this side of the code doesn't know.
 */
export interface Bridge<DroppedFile = never> {
  /** Never rejects. `callId` is the caller's own, unique in this window, and is what {@link abort} names. */
  invoke(namespace: string, operation: string, input: unknown, callId: string): Promise<InvokeResult>;
  /** Aborts the operation's signal in main; nothing happens when it has ended. */
  abort(callId: string): void;
  /** Hands over each event of `AppEvent`; the answer ends it. */
  onEvent(listener: (event: unknown) => void): () => void;
  /**
   * Asks for a log. The port comes as a `message` event of the window, its data a {@link LogPortDelivery}, the port in `ports[0]`;
   * closing the port ends the subscription.
   */
  openLog(subscription: LogSubscription): void;
  /** Asks for a shell, as {@link openLog} for a log; the port comes with a {@link ShellPortDelivery}. Closing the port ends the shell. */
  openShell(subscription: ShellSubscription): void;
  /** The absolute path of a file or folder that was dropped; empty when it has none. */
  pathOf(file: DroppedFile): string;
}

/** The message that carries a log's port, told from others by the nonce of its subscription. */
export interface LogPortDelivery {
  readonly slipwayLog: string;
}

/** The message that carries a shell's port. */
export interface ShellPortDelivery {
  readonly slipwayShell: string;
}
