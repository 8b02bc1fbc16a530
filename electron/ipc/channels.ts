/**
 * All channels between the window and main. Operations have none of their own: their names come from the contract and
 * travel in the call, so that no name is typed twice, and main answers for an unknown one as for any other bad input.
 */
export const channels = {
  /** Window to main, answered with an `InvokeResult`: a {@link Call}. */
  call: 'slipway:call',
  /** Window to main: the `callId` of a call that is no longer wanted. */
  abort: 'slipway:abort',
  /** Main to window: an `AppEvent`. */
  event: 'slipway:event',
  /** Window to main: a `LogSubscription`. */
  openLog: 'slipway:open-log',
  /** Main to window: a `LogPortDelivery`, with its port. */
  logPort: 'slipway:log-port',
  /** Window to main: a `ShellSubscription`. */
  openShell: 'slipway:open-shell',
  /** Main to window: a `ShellPortDelivery`, with its port. */
  shellPort: 'slipway:shell-port',
} as const;

/** One operation of the contract, called. */
export interface Call {
  readonly namespace: string;
  readonly operation: string;
  readonly input: unknown;
  readonly callId: string;
}
