import type { LogBatch, LogPortMessage, LogPortRequest } from '@shared/contract/log-port.ts';
import type { Bridge, LogPortDelivery } from '@shared/contract/bridge.ts';

/** What a feed tells. */
export interface LogFeedListener {
  /** Lines, in order and without a gap. `drawn` is to be called when they are on the screen: no more than a few batches come ahead of that. */
  readonly onBatch: (batch: LogBatch, drawn: () => void) => void;
  /** The run is over and all its lines came. */
  readonly onEnd: (lines: number) => void;
  readonly onFailed: (code: string) => void;
}

/**
 * Subscribes to a run's log from a line on, through a port that main hands to this window.
 * @returns ends the subscription
 */
export function openLogFeed(
  bridge: Pick<Bridge, 'openLog'>,
  runId: string,
  from: number,
  listener: LogFeedListener,
): () => void {
  const nonce = crypto.randomUUID();
  let port: MessagePort | undefined;
  let closed = false;

  const close = () => {
    closed = true;
    window.removeEventListener('message', deliver);
    port?.close();
  };

  const take = ({ data }: MessageEvent<LogPortMessage>) => {
    if (closed) return;
    switch (data.kind) {
      case 'batch': {
        const through = data.first + data.times.length - 1;
        listener.onBatch(data, () => {
          if (!closed) port?.postMessage({ kind: 'ack', through } satisfies LogPortRequest);
        });
        return;
      }
      case 'end':
        close();
        return listener.onEnd(data.lines);
      case 'failed':
        close();
        return listener.onFailed(data.code);
    }
  };

  const deliver = (event: MessageEvent<unknown>) => {
    const [delivered] = event.ports;
    if (delivered === undefined || !isDelivery(event.data) || event.data.slipwayLog !== nonce) return;
    window.removeEventListener('message', deliver);
    port = delivered;
    port.addEventListener('message', take);
    port.start();
  };

  window.addEventListener('message', deliver);
  bridge.openLog({ nonce, runId, from });
  return close;
}

function isDelivery(data: unknown): data is LogPortDelivery {
  return typeof data === 'object' && data !== null && 'slipwayLog' in data;
}
