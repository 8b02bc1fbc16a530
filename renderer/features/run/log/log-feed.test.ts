import { expect, it, vi } from 'vitest';
import type { LogBatch, LogPortMessage, LogSubscription } from '@shared/contract/log-port.ts';
import { openLogFeed } from './log-feed.ts';

function batch(first: number, lines: readonly string[]): LogBatch {
  return {
    kind: 'batch',
    first,
    text: lines.join('\n'),
    times: new Float64Array(lines.length),
    step: new Uint16Array(lines.length),
    vertex: new Uint16Array(lines.length),
    stream: new Uint8Array(lines.length),
    continues: new Uint8Array(lines.length),
    steps: ['build'],
  };
}

/** Hands a port to the window, as the preload does. */
function deliver(nonce: string, port: MessagePort): void {
  window.dispatchEvent(Object.assign(new Event('message'), { data: { slipwayLog: nonce }, ports: [port] }));
}

/** A feed, and the other end of its port. */
function open() {
  const asked: LogSubscription[] = [];
  const { port1: main, port2 } = new MessageChannel();
  const heard: unknown[] = [];
  main.onmessage = (event: MessageEvent<unknown>) => heard.push(event.data);
  const batches: [LogBatch, () => void][] = [];
  const ended: number[] = [];
  const failed: string[] = [];
  const close = openLogFeed({ openLog: (subscription) => asked.push(subscription) }, 'ca3', 41, {
    onBatch: (lines, drawn) => batches.push([lines, drawn]),
    onEnd: (lines) => ended.push(lines),
    onFailed: (code) => failed.push(code),
  });
  const nonce = asked[0]?.nonce ?? '';
  const send = (message: LogPortMessage) => main.postMessage(message);
  return { asked, main, port2, heard, batches, ended, failed, close, nonce, send };
}

it('asks for the log from its line on', () => {
  const { asked, close } = open();
  expect(asked).toEqual([{ nonce: expect.any(String) as string, runId: 'ca3', from: 41 }]);
  close();
});

it('acknowledges a batch when it is drawn, and not before', async () => {
  const feed = open();
  deliver(feed.nonce, feed.port2);
  feed.send(batch(41, ['one', 'two']));
  await vi.waitFor(() => expect(feed.batches).toHaveLength(1));
  expect(feed.batches[0]?.[0].text).toBe('one\ntwo');
  expect(feed.heard).toEqual([]);
  feed.batches[0]?.[1]();
  await vi.waitFor(() => expect(feed.heard).toEqual([{ kind: 'ack', through: 42 }]));
  feed.close();
});

it('takes only the port that was asked for', async () => {
  const feed = open();
  const other = new MessageChannel();
  deliver('another nonce of the same length!', other.port2);
  other.port1.postMessage(batch(1, ['not ours']));
  deliver(feed.nonce, feed.port2);
  feed.send(batch(41, ['ours']));
  await vi.waitFor(() => expect(feed.batches).toHaveLength(1));
  expect(feed.batches[0]?.[0].text).toBe('ours');
  feed.close();
  other.port1.close();
});

it('tells the end, and a failure', async () => {
  const ending = open();
  deliver(ending.nonce, ending.port2);
  ending.send({ kind: 'end', lines: 44 });
  await vi.waitFor(() => expect(ending.ended).toEqual([44]));

  const failing = open();
  deliver(failing.nonce, failing.port2);
  failing.send({ kind: 'failed', code: 'store.damaged' });
  await vi.waitFor(() => expect(failing.failed).toEqual(['store.damaged']));
});

it('is silent once it is closed, and acknowledges nothing any more', async () => {
  const feed = open();
  deliver(feed.nonce, feed.port2);
  feed.send(batch(41, ['one']));
  await vi.waitFor(() => expect(feed.batches).toHaveLength(1));
  feed.close();
  feed.batches[0]?.[1]();
  feed.send(batch(42, ['two']));
  const echo = new MessageChannel();
  const echoed = new Promise((resolve) => (echo.port1.onmessage = resolve));
  echo.port2.postMessage('later than all before');
  await echoed;
  expect(feed.batches).toHaveLength(1);
  expect(feed.heard).toEqual([]);
  echo.port1.close();
});

it('leaves a port that comes too late alone', () => {
  const feed = open();
  feed.close();
  deliver(feed.nonce, feed.port2);
  feed.send(batch(41, ['one']));
  expect(feed.batches).toEqual([]);
});
