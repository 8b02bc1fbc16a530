import { describe, expect, it } from 'vitest';
import { logBatchBytes, logBatchesInFlight, type LogPortMessage } from '@shared/contract/log-port.ts';
import { appFailure } from '@shared/model/app-error.ts';
import type { LogPage } from '../engine/journal.ts';
import { feedLog, type LogPort, type LogSource } from './log-feed.ts';

const never = new AbortController().signal;

/** A log in memory that grows when told to, and keeps the promises of `RunLogs.page` and `onLines`. */
function growingLog() {
  const lines: string[] = [];
  const listeners = new Set<(lines: number) => void>();
  const state = { over: false, failure: undefined as Error | undefined, pages: 0 };
  const listen = (_: string, listener: (lines: number) => void) => {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  };
  const announce = () => listeners.forEach((listener) => listener(lines.length));
  const source: LogSource = {
    logs: {
      onLines: listen,
      async page(_, from, maxBytes): Promise<LogPage> {
        state.pages++;
        let bytes = 0;
        const taken = lines
          .slice(from - 1)
          .filter((line, index) => (bytes += line.length + 1) <= maxBytes || index === 0);
        const count = taken.length;
        return {
          first: from,
          count,
          text: taken.join('\n'),
          times: new Float64Array(count),
          step: new Uint16Array(count),
          vertex: new Uint16Array(count),
          stream: new Uint8Array(count),
          continues: new Uint8Array(count),
          steps: ['build'],
        };
      },
    },
    async isOver() {
      if (state.failure) throw state.failure;
      return state.over;
    },
    onRunChanged: (_, listener) => listen(_, listener),
  };
  return {
    source,
    state,
    listeners,
    write(...more: string[]) {
      lines.push(...more);
      announce();
    },
    finish() {
      state.over = true;
      announce();
    },
    fail(error: Error) {
      state.failure = error;
      announce();
    },
  };
}

/** The window's end: keeps what comes, and acknowledges at once unless told not to. */
function window(options: { readonly acknowledge: boolean } = { acknowledge: true }) {
  const messages: LogPortMessage[] = [];
  const waiting: { readonly count: number; readonly resolve: () => void }[] = [];
  let send: (data: unknown) => void = () => undefined;
  let hangUp: () => void = () => undefined;
  const near = { closed: false };
  const port: LogPort = {
    post(message) {
      messages.push(message);
      for (const { count, resolve } of waiting) if (messages.length >= count) resolve();
      if (options.acknowledge && message.kind === 'batch') send({ kind: 'ack', through: lastLine(message) });
    },
    listen(onMessage, onClosed) {
      send = onMessage;
      hangUp = onClosed;
    },
    close: () => void (near.closed = true),
  };
  return {
    port,
    near,
    messages,
    send: (data: unknown) => send(data),
    hangUp: () => hangUp(),
    /** When so many messages are there. */
    received: (count: number) =>
      new Promise<void>((resolve) => (messages.length >= count ? resolve() : void waiting.push({ count, resolve }))),
    text: () => messages.flatMap((message) => (message.kind === 'batch' ? message.text.split('\n') : [])),
  };
}

function lastLine(batch: Extract<LogPortMessage, { kind: 'batch' }>): number {
  return batch.first + batch.times.length - 1;
}

const numbered = (count: number, length = 10) =>
  Array.from({ length: count }, (_, index) => `line ${index + 1} `.padEnd(length, '.'));

describe('feedLog', () => {
  it('sends a finished log whole, in batches of at most 64 KiB, then its end', async () => {
    const log = growingLog();
    log.write(...numbered(5_000, 100));
    log.finish();
    const reader = window();
    await feedLog(reader.port, log.source, 'ca1', 1, never);
    expect(reader.text()).toEqual(numbered(5_000, 100));
    expect(reader.messages.at(-1)).toEqual({ kind: 'end', lines: 5_000 });
    const batches = reader.messages.filter((message) => message.kind === 'batch');
    expect(batches.length).toBeGreaterThan(5);
    for (const batch of batches) expect(batch.text.length).toBeLessThanOrEqual(logBatchBytes);
  });

  it('goes on where a cursor stands, so that reopening leaves no gap and no duplicate', async () => {
    const log = growingLog();
    log.write(...numbered(100));
    log.finish();
    const reader = window();
    await feedLog(reader.port, log.source, 'ca1', 41, never);
    expect(reader.text()).toEqual(numbered(100).slice(40));
    expect(reader.messages[0]).toMatchObject({ first: 41 });
  });

  it('sends lines while the run still writes them, and ends only when the run does', async () => {
    const log = growingLog();
    const reader = window();
    const fed = feedLog(reader.port, log.source, 'ca1', 1, never);
    log.write('first');
    await reader.received(1);
    expect(reader.text()).toEqual(['first']);
    log.write('second', 'third');
    await reader.received(2);
    log.finish();
    await fed;
    expect(reader.text()).toEqual(['first', 'second', 'third']);
    expect(reader.messages.at(-1)).toEqual({ kind: 'end', lines: 3 });
  });

  it('sends what was written just before the run was over', async () => {
    const log = growingLog();
    const reader = window();
    const source: LogSource = {
      ...log.source,
      async isOver(runId) {
        log.state.over = true;
        log.write('the last words');
        return log.source.isOver(runId);
      },
    };
    await feedLog(reader.port, source, 'ca1', 1, never);
    expect(reader.text()[0]).toBe('the last words');
    expect(reader.messages.at(-1)?.kind).toBe('end');
  });

  it('keeps no more than eight batches on the way, and reads no further meanwhile', async () => {
    const log = growingLog();
    log.write(...numbered(20_000, 100));
    log.finish();
    const reader = window({ acknowledge: false });
    const fed = feedLog(reader.port, log.source, 'ca1', 1, never);
    await reader.received(logBatchesInFlight);
    await settled();
    expect(reader.messages).toHaveLength(logBatchesInFlight);
    expect(log.state.pages).toBe(logBatchesInFlight);

    const drawn = reader.messages[1];
    reader.send({ kind: 'ack', through: drawn?.kind === 'batch' ? lastLine(drawn) : expect.unreachable() });
    await reader.received(logBatchesInFlight + 2);
    await settled();
    expect(reader.messages).toHaveLength(logBatchesInFlight + 2);
    reader.hangUp();
    await fed;
  });

  it.each([
    ['the window closes the port', (reader: ReturnType<typeof window>) => reader.hangUp()],
    ['the page goes', (_: unknown, page: AbortController) => page.abort()],
    [
      'the window sends what is no request',
      (reader: ReturnType<typeof window>) => reader.send({ kind: 'ack', through: 'all' }),
    ],
  ])('stops and lets go of the log when %s', async (_, end) => {
    const log = growingLog();
    log.write('one');
    const reader = window();
    const page = new AbortController();
    const fed = feedLog(reader.port, log.source, 'ca1', 1, page.signal);
    await reader.received(1);
    end(reader, page);
    await fed;
    expect(reader.near.closed).toBe(true);
    expect(log.listeners.size).toBe(0);
    expect(reader.messages).toHaveLength(1);
  });

  it('says by its code why a log can’t be read', async () => {
    const log = growingLog();
    const reader = window();
    const fed = feedLog(reader.port, log.source, 'ca9', 1, never);
    log.fail(appFailure('run.notFound'));
    await fed;
    expect(reader.messages).toEqual([{ kind: 'failed', code: 'run.notFound' }]);
    expect(reader.near.closed).toBe(true);
  });
});

/** Lets everything run that can run without something new happening. */
async function settled() {
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
}
