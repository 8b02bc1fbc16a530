import { expect, it, vi } from 'vitest';
import type { ShellPortMessage, ShellSubscription } from '@shared/contract/shell-port.ts';
import { ShellPortRequest } from '@shared/contract/shell-port.ts';
import { openShellFeed } from './shell-feed.ts';

/** Hands a port to the window, as the preload does. */
function deliver(nonce: string, port: MessagePort, source: unknown = window): void {
  window.dispatchEvent(Object.assign(new Event('message'), { data: { slipwayShell: nonce }, ports: [port], source }));
}

/** A shell, and main's end of it. */
function open(columns = 80, rows = 24) {
  const asked: ShellSubscription[] = [];
  const { port1: main, port2 } = new MessageChannel();
  const heard: unknown[] = [];
  main.onmessage = (event: MessageEvent<unknown>) => heard.push(event.data);
  const told: unknown[] = [];
  const drawn: (() => void)[] = [];
  const feed = openShellFeed(
    { openShell: (subscription) => asked.push(subscription) },
    { runId: 'ca3', stepId: 'test', columns, rows },
    {
      onReady: () => told.push('ready'),
      onOutput: (data, done) => {
        told.push(new TextDecoder().decode(data));
        drawn.push(done);
      },
      onEnded: (exitCode) => told.push(['ended', exitCode]),
      onFailed: (error) => told.push(['failed', error.code]),
    },
  );
  const nonce = asked[0]?.nonce ?? '';
  const say = (message: ShellPortMessage) => main.postMessage(message);
  const print = (text: string) => say({ kind: 'output', data: new TextEncoder().encode(text) });
  return { asked, main, port2, heard, told, drawn, feed, nonce, say, print };
}

it('asks for a terminal of its size, within what main takes', () => {
  expect(open().asked).toEqual([
    { nonce: expect.any(String) as string, runId: 'ca3', stepId: 'test', columns: 80, rows: 24 },
  ]);
  expect(open(0, 4000.7).asked[0]).toMatchObject({ columns: 1, rows: 1000 });
});

it('acknowledges output when it is drawn, by its bytes', async () => {
  const shell = open();
  deliver(shell.nonce, shell.port2);
  shell.say({ kind: 'ready' });
  shell.print('안녕 $ ');
  await vi.waitFor(() => expect(shell.told).toEqual(['ready', '안녕 $ ']));
  expect(shell.heard).toEqual([]);
  shell.drawn[0]?.();
  await vi.waitFor(() => expect(shell.heard).toEqual([{ kind: 'ack', bytes: 9 }]));
  shell.feed.close();
});

it('keeps what was typed before there was a port', async () => {
  const shell = open();
  shell.feed.input('ls\r');
  shell.feed.resize(120, 30);
  deliver(shell.nonce, shell.port2);
  shell.feed.input('x');
  await vi.waitFor(() =>
    expect(shell.heard).toEqual([
      { kind: 'input', text: 'ls\r' },
      { kind: 'resize', columns: 120, rows: 30 },
      { kind: 'input', text: 'x' },
    ]),
  );
  shell.feed.close();
});

it('sends what was pasted in pieces that main takes, no character torn apart', async () => {
  const shell = open();
  deliver(shell.nonce, shell.port2);
  const pasted = `x${'😀'.repeat(600_000)}`;
  shell.feed.input(pasted);
  await vi.waitFor(() => {
    const pieces = shell.heard.map((request) => ShellPortRequest.parse(request));
    const texts = pieces.map((piece) => (piece.kind === 'input' ? piece.text : ''));
    expect(texts.join('') === pasted).toBe(true);
    expect(texts.every((text) => encodeURIComponent(text) !== '')).toBe(true); // throws on half a character
  });
  expect(shell.heard.length).toBeGreaterThan(1);
  shell.feed.close();
});

it.each([
  ['of another subscription', (nonce: string) => `${nonce}!`, window],
  ['of another window', (nonce: string) => nonce, null],
])('takes no port %s', async (_, nonceOf, source) => {
  const shell = open();
  const other = new MessageChannel();
  deliver(nonceOf(shell.nonce), other.port2, source);
  other.port1.postMessage({ kind: 'ready' });
  deliver(shell.nonce, shell.port2);
  shell.print('ours');
  await vi.waitFor(() => expect(shell.told).toEqual(['ours']));
  shell.feed.close();
  other.port1.close();
});

it.each<[ShellPortMessage, unknown]>([
  [{ kind: 'ended', exitCode: 130 }, ['ended', 130]],
  [{ kind: 'failed', error: { code: 'engine.lost', params: {}, fixes: [] } }, ['failed', 'engine.lost']],
])('tells how it ended, and nothing after that: %j', async (message, told) => {
  const shell = open();
  deliver(shell.nonce, shell.port2);
  shell.say(message);
  shell.print('too late');
  await vi.waitFor(() => expect(shell.told).toEqual([told]));
});

it('tells when the connection was cut', async () => {
  const shell = open();
  deliver(shell.nonce, shell.port2);
  shell.main.close();
  await vi.waitFor(() => expect(shell.told).toEqual([['ended', undefined]]));
});

it('says nothing once it is closed', async () => {
  const shell = open();
  deliver(shell.nonce, shell.port2);
  shell.print('one');
  await vi.waitFor(() => expect(shell.told).toEqual(['one']));
  shell.feed.close();
  shell.drawn[0]?.();
  shell.feed.input('more');
  const echo = new MessageChannel();
  const echoed = new Promise((resolve) => (echo.port1.onmessage = resolve));
  echo.port2.postMessage('later than all before');
  await echoed;
  expect(shell.told).toEqual(['one']);
  expect(shell.heard).toEqual([]);
  echo.port1.close();
});
