import {
  MessageChannelMain,
  type IpcMainEvent,
  type IpcMainInvokeEvent,
  type MessagePortMain,
  type WebContents,
} from 'electron';
import type { InvokeResult, LogPortDelivery, ShellPortDelivery } from '@shared/contract/bridge.ts';
import type { AppEvent } from '@shared/contract/events.ts';
import { type LogPortMessage, LogSubscription } from '@shared/contract/log-port.ts';
import { type ShellPortMessage, ShellSubscription } from '@shared/contract/shell-port.ts';
import { appFailure, toAppError } from '@shared/model/app-error.ts';
import { answer, parseCall, type Served } from './answer.ts';
import { createOpenCalls } from './calls.ts';
import { channels } from './channels.ts';
import { feedLog, type LogPort, type LogSource } from './log-feed.ts';
import { isOurPage } from './sender.ts';
import { feedShell, type OpenShell, type ShellPort } from './shell-feed.ts';

/**
 * Serves the contract, the logs and the shells to one window, and answers how to send it events. Either may come later than the window. Only its own main frame, while it shows
 * an address of `pageUrl`'s origin, is listened to. What a page asked for ends with the page.
 */
export function serveWindow(
  contents: WebContents,
  pageUrl: string,
  served: Served,
  logs: Promise<LogSource>,
  openShell: OpenShell,
): (event: AppEvent) => void {
  const calls = createOpenCalls();
  let page = new AbortController();
  const trusted = (event: IpcMainEvent | IpcMainInvokeEvent) => isOurPage(event.senderFrame, pageUrl);

  contents.ipc.handle(channels.call, async (event, message: unknown): Promise<InvokeResult> => {
    try {
      if (!trusted(event)) throw appFailure('request.invalid', { params: { operation: '', detail: 'foreign sender' } });
      const call = parseCall(message);
      return await calls.run(call.callId, (signal) => answer(served, call, signal));
    } catch (thrown) {
      return { ok: false, error: toAppError(thrown) };
    }
  });
  contents.ipc.on(channels.abort, (event, callId: unknown) => {
    if (trusted(event) && typeof callId === 'string') calls.abort(callId);
  });
  contents.ipc.on(channels.openLog, (event, message: unknown) => {
    const subscription = LogSubscription.safeParse(message);
    if (!trusted(event) || !subscription.success) return;
    const { nonce, runId, from } = subscription.data;
    const { port1, port2 } = new MessageChannelMain();
    const delivery: LogPortDelivery = { slipwayLog: nonce };
    contents.postMessage(channels.logPort, delivery, [port1]);
    void feed(asPort<LogPortMessage>(port2), logs, runId, from, page.signal);
  });
  contents.ipc.on(channels.openShell, (event, message: unknown) => {
    const subscription = ShellSubscription.safeParse(message);
    if (!trusted(event) || !subscription.success) return;
    const { port1, port2 } = new MessageChannelMain();
    const delivery: ShellPortDelivery = { slipwayShell: subscription.data.nonce };
    contents.postMessage(channels.shellPort, delivery, [port1]);
    const port: ShellPort = asPort<ShellPortMessage>(port2);
    void feedShell(port, openShell, subscription.data, page.signal);
  });

  const endPage = () => {
    calls.abortAll();
    page.abort();
    page = new AbortController();
  };
  contents.on('did-start-navigation', (details) => {
    if (details.isMainFrame && !details.isSameDocument) endPage();
  });
  contents.on('render-process-gone', endPage);
  contents.on('destroyed', endPage);

  return (event) => {
    if (!contents.isDestroyed()) contents.send(channels.event, event);
  };
}

async function feed(
  port: LogPort,
  source: Promise<LogSource>,
  runId: string,
  from: number,
  signal: AbortSignal,
): Promise<void> {
  let logs: LogSource;
  try {
    logs = await source;
  } catch (thrown) {
    port.post({ kind: 'failed', code: toAppError(thrown).code });
    port.close();
    return;
  }
  await feedLog(port, logs, runId, from, signal);
}

/** Both kinds of port, as their feeds see them. */
function asPort<Message>(port: MessagePortMain) {
  return {
    post: (message: Message) => port.postMessage(message),
    listen(onMessage: (data: unknown) => void, onClosed: () => void) {
      port.on('message', (event) => onMessage(event.data));
      port.on('close', onClosed);
      port.start();
    },
    close: () => port.close(),
  };
}
