import {
  ShellPortRequest,
  type ShellPortMessage,
  shellBytesInFlight,
  type ShellSubscription,
} from '@shared/contract/shell-port.ts';
import { toAppError } from '@shared/model/app-error.ts';
import type { ContainerTerminal } from '../engine/ports/containers.ts';
import { deferred } from './deferred.ts';

/** Bytes of one message: few enough for a frame of the window. */
const pieceBytes = 65_536;

/** The near end of a shell's MessagePort. */
export interface ShellPort {
  post(message: ShellPortMessage): void;
  listen(onMessage: (data: unknown) => void, onClosed: () => void): void;
  close(): void;
}

/** Opens the terminal of a run that stands still. */
export type OpenShell = (subscription: ShellSubscription, signal: AbortSignal) => Promise<ContainerTerminal>;

/**
 * Joins a port and a terminal until either ends. At most {@link shellBytesInFlight} bytes are sent that were not drawn yet, so a
 * program that prints without end meets a full pipe, not a full memory. A message that makes no sense ends it.
 */
export async function feedShell(
  port: ShellPort,
  open: OpenShell,
  subscription: ShellSubscription,
  signal: AbortSignal,
): Promise<void> {
  const stop = new AbortController();
  const closed = AbortSignal.any([signal, stop.signal]);
  let inFlight = 0;
  let room = deferred();
  /** Keys that were pressed before there was a shell. */
  const early: string[] = [];
  let terminal: ContainerTerminal | undefined;
  let writing: Promise<unknown> = Promise.resolve();
  const fail = () => stop.abort();
  const write = (to: ContainerTerminal, text: string) => {
    writing = writing.then(() => to.write(Buffer.from(text))).catch(fail);
  };
  port.listen((data) => {
    const request = ShellPortRequest.safeParse(data);
    if (!request.success) return fail();
    switch (request.data.kind) {
      case 'input':
        if (terminal === undefined) early.push(request.data.text);
        else write(terminal, request.data.text);
        return undefined;
      case 'resize':
        terminal?.resize(request.data.columns, request.data.rows).catch(fail);
        return undefined;
      case 'ack':
        inFlight -= request.data.bytes;
        if (inFlight < shellBytesInFlight) room.resolve();
        return undefined;
    }
  }, fail);
  let ending: Promise<void> | undefined;
  const end = async () => {
    // It has ended by itself, or its engine is gone: then there is nothing to close.
    ending ??= terminal?.close().catch(() => undefined);
    await ending;
  };
  closed.addEventListener(
    'abort',
    () => {
      room.resolve();
      // An idle shell prints nothing that would wake anybody.
      void end();
    },
    { once: true },
  );
  try {
    terminal = await open(subscription, closed);
    port.post({ kind: 'ready' });
    for (const text of early.splice(0)) write(terminal, text);
    for await (const chunk of terminal.output) {
      for (let rest = chunk as Uint8Array; rest.length > 0 && !closed.aborted;) {
        const data = rest.subarray(0, pieceBytes);
        rest = rest.subarray(pieceBytes);
        inFlight += data.length;
        port.post({ kind: 'output', data });
        while (inFlight >= shellBytesInFlight && !closed.aborted) {
          room = deferred();
          await room.promise;
        }
      }
      if (closed.aborted) break;
    }
    if (!closed.aborted) port.post({ kind: 'ended', exitCode: await terminal.ended });
  } catch (thrown) {
    if (!closed.aborted) port.post({ kind: 'failed', error: toAppError(thrown) });
  } finally {
    await end();
    port.close();
  }
}
