// Runs sandboxed in the window, in a world of its own: puts the bridge on `window.slipway`, and nothing else.
import { contextBridge, ipcRenderer, webUtils } from 'electron';
import type { Bridge, InvokeResult } from '@shared/contract/bridge.ts';
import { channels, type Call } from './ipc/channels.ts';

/** The page's window, as far as it is used here: this side of the code doesn't know the DOM. */
declare const window: { postMessage(message: unknown, targetOrigin: string, transfer: readonly unknown[]): void };

const bridge: Bridge<File> = {
  async invoke(namespace, operation, input, callId): Promise<InvokeResult> {
    const call: Call = { namespace, operation, input, callId };
    try {
      return (await ipcRenderer.invoke(channels.call, call)) as InvokeResult;
    } catch (thrown) {
      return { ok: false, error: { code: 'internal', params: {}, fixes: [], cause: String(thrown) } };
    }
  },
  abort: (callId) => ipcRenderer.send(channels.abort, callId),
  onEvent(listener) {
    const hear = (_: unknown, event: unknown) => listener(event);
    ipcRenderer.on(channels.event, hear);
    return () => void ipcRenderer.off(channels.event, hear);
  },
  openLog: (subscription) => ipcRenderer.send(channels.openLog, subscription),
  openShell: (subscription) => ipcRenderer.send(channels.openShell, subscription),
  pathOf: (file) => webUtils.getPathForFile(file),
};

// A port can't go through the context bridge, so it reaches the page as a message of its own window.
for (const channel of [channels.logPort, channels.shellPort]) {
  ipcRenderer.on(channel, (event, delivery: unknown) => window.postMessage(delivery, '*', event.ports));
}

contextBridge.exposeInMainWorld('slipway', bridge);
