import { PassThrough } from 'node:stream';
import { expect, it, vi } from 'vitest';
import { shellBytesInFlight, type ShellPortMessage } from '@shared/contract/shell-port.ts';
import { appFailure } from '@shared/model/app-error.ts';
import type { ContainerTerminal } from '../engine/ports/containers.ts';
import { feedShell, type ShellPort } from './shell-feed.ts';

const subscription = { nonce: 'n'.repeat(16), runId: 'ca1', stepId: 'test', columns: 80, rows: 24 };

/** The window's end of a port, and a terminal that the test plays. */
function joined(open?: () => Promise<ContainerTerminal>) {
  const messages: ShellPortMessage[] = [];
  const heard = vi.fn<() => void>();
  const closed = vi.fn<() => void>();
  let send: (data: unknown) => void = () => undefined;
  let close: () => void = () => undefined;
  const port: ShellPort = {
    post: (message) => {
      messages.push(message);
      heard();
    },
    listen: (onMessage, onClosed) => {
      send = onMessage;
      close = onClosed;
    },
    close: () => closed(),
  };
  const output = new PassThrough();
  let end: (exitCode: number) => void = () => undefined;
  const terminal = {
    output,
    write: vi.fn<(data: Uint8Array) => Promise<void>>(() => Promise.resolve()),
    resize: vi.fn<(columns: number, rows: number) => Promise<void>>(() => Promise.resolve()),
    ended: new Promise<number>((resolve) => (end = resolve)),
    close: vi.fn<() => Promise<void>>(() => {
      output.end();
      return Promise.resolve();
    }),
  };
  const feeding = feedShell(
    port,
    open ?? (() => Promise.resolve(terminal)),
    subscription,
    new AbortController().signal,
  );
  return {
    messages,
    closed,
    terminal,
    feeding,
    output,
    end,
    send: (data: unknown) => send(data),
    close: () => close(),
  };
}

const kinds = (messages: readonly ShellPortMessage[]) => messages.map(({ kind }) => kind);

it('passes keys, sizes and output, and tells how the shell ended', async () => {
  const { messages, terminal, feeding, output, end, send, closed } = joined();
  send({ kind: 'input', text: 'ls\r' });
  await vi.waitFor(() => expect(kinds(messages)).toEqual(['ready']));
  send({ kind: 'input', text: 'exit\r' });
  send({ kind: 'resize', columns: 100, rows: 30 });
  output.end('bin  etc\r\n');
  end(3);
  await feeding;
  expect(kinds(messages)).toEqual(['ready', 'output', 'ended']);
  expect(messages.at(-1)).toEqual({ kind: 'ended', exitCode: 3 });
  expect(terminal.write.mock.calls.map(([data]) => Buffer.from(data).toString())).toEqual(['ls\r', 'exit\r']);
  expect(terminal.resize).toHaveBeenCalledWith(100, 30);
  expect(closed).toHaveBeenCalledOnce();
});

it('sends no more than fits until the window has drawn it', async () => {
  const { messages, output, send, feeding, end } = joined();
  const chunk = Buffer.alloc(64 * 1024, 'x');
  for (let sent = 0; sent < 4 * shellBytesInFlight; sent += chunk.length) output.write(chunk);
  output.end();
  end(0);
  const sent = () => messages.reduce((sum, message) => sum + (message.kind === 'output' ? message.data.length : 0), 0);
  await vi.waitFor(() => expect(sent()).toBe(shellBytesInFlight));
  send({ kind: 'ack', bytes: shellBytesInFlight });
  await vi.waitFor(() => expect(sent()).toBe(2 * shellBytesInFlight));
  send({ kind: 'ack', bytes: 4 * shellBytesInFlight });
  await feeding;
  expect(sent()).toBe(4 * shellBytesInFlight);
});

it('tells why there is no shell', async () => {
  const { messages, feeding } = joined(() => Promise.reject(appFailure('run.notPaused', { params: { runId: 'ca1' } })));
  await feeding;
  expect(messages).toMatchObject([{ kind: 'failed', error: { code: 'run.notPaused' } }]);
});

it.each([
  ['the window closes the port', undefined],
  ['it is sent what makes no sense', { kind: 'input', text: 7 }],
])('ends the shell when %s', async (_, message) => {
  const { messages, terminal, feeding, send, close } = joined();
  await vi.waitFor(() => expect(kinds(messages)).toEqual(['ready']));
  if (message === undefined) close();
  else send(message);
  await feeding;
  expect(terminal.close).toHaveBeenCalledOnce();
  expect(kinds(messages)).toEqual(['ready']);
});
