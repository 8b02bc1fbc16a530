import type { Bridge, ShellPortDelivery } from '@shared/contract/bridge.ts';
import type { ShellPortMessage, ShellPortRequest, ShellSubscription } from '@shared/contract/shell-port.ts';
import type { AppError } from '@shared/model/app-error.ts';

/** What a shell tells. After `onEnded` or `onFailed` nothing comes any more. */
export interface ShellListener {
  readonly onReady: () => void;
  /** `drawn` is to be called when it is on the screen: main sends no more than so much ahead of that. */
  readonly onOutput: (data: Uint8Array, drawn: () => void) => void;
  /** The shell is over; without a code when its connection was cut. */
  readonly onEnded: (exitCode: number | undefined) => void;
  readonly onFailed: (error: AppError) => void;
}

/** The window's end of a shell. */
export interface ShellFeed {
  /** What was typed or pasted. */
  readonly input: (text: string) => void;
  readonly resize: (columns: number, rows: number) => void;
  /** Ends the shell. */
  readonly close: () => void;
}

/** Characters of one message; main refuses more than about twice of it. */
const longestInput = 500_000;
/** What main takes for columns and rows. */
const most = 1000;

/** Opens a shell in a run that stands still, through a port that main hands to this window. */
export function openShellFeed(
  bridge: Pick<Bridge, 'openShell'>,
  subscription: Omit<ShellSubscription, 'nonce'>,
  listener: ShellListener,
): ShellFeed {
  const nonce = crypto.randomUUID();
  let port: MessagePort | undefined;
  let closed = false;
  /** What was typed before the port came. */
  const early: ShellPortRequest[] = [];

  const close = () => {
    closed = true;
    window.removeEventListener('message', deliver);
    port?.close();
  };
  const post = (request: ShellPortRequest) => {
    if (closed) return;
    if (port === undefined) early.push(request);
    else port.postMessage(request);
  };

  const take = ({ data }: MessageEvent<ShellPortMessage>) => {
    if (closed) return;
    switch (data.kind) {
      case 'ready':
        return listener.onReady();
      case 'output': {
        const bytes = data.data.byteLength;
        return listener.onOutput(data.data, () => post({ kind: 'ack', bytes }));
      }
      case 'ended':
        close();
        return listener.onEnded(data.exitCode);
      case 'failed':
        close();
        return listener.onFailed(data.error);
    }
  };
  const cut = () => {
    if (closed) return;
    close();
    listener.onEnded(undefined);
  };

  const deliver = (event: MessageEvent<unknown>) => {
    // Only the preload, which shares this window, has such a port to give.
    if (event.source !== window) return;
    const [delivered] = event.ports;
    if (delivered === undefined || !isDelivery(event.data) || event.data.slipwayShell !== nonce) return;
    window.removeEventListener('message', deliver);
    port = delivered;
    port.addEventListener('message', take);
    port.addEventListener('close', cut);
    port.start();
    for (const request of early.splice(0)) port.postMessage(request);
  };

  window.addEventListener('message', deliver);
  bridge.openShell({
    ...subscription,
    nonce,
    columns: within(subscription.columns),
    rows: within(subscription.rows),
  });
  return {
    input(text) {
      for (let at = 0; at < text.length;) {
        const end = pieceEnd(text, at);
        post({ kind: 'input', text: text.slice(at, end) });
        at = end;
      }
    },
    resize: (columns, rows) => post({ kind: 'resize', columns: within(columns), rows: within(rows) }),
    close,
  };
}

/** Where a piece of input ends that begins at `at`: not within a character of two units. */
function pieceEnd(text: string, at: number): number {
  const end = Math.min(text.length, at + longestInput);
  const last = text.charCodeAt(end - 1);
  return end < text.length && last >= 0xd800 && last < 0xdc00 ? end - 1 : end;
}

function within(count: number): number {
  return Math.min(most, Math.max(1, Math.floor(count)));
}

function isDelivery(data: unknown): data is ShellPortDelivery {
  return typeof data === 'object' && data !== null && 'slipwayShell' in data;
}
