import { type Duplex, PassThrough, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { MessageChannel } from 'node:worker_threads';
import { expect, it } from 'vitest';
import { portDuplex } from './relay.ts';

function pair() {
  const { port1, port2 } = new MessageChannel();
  return [portDuplex(port1), portDuplex(port2)] as const;
}

/** All that arrives. (An iterator would destroy the stream at its end, with what is still to be sent.) */
function received(stream: Duplex): Promise<Buffer> {
  const chunks: Buffer[] = [];
  stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  return new Promise((resolve, reject) => {
    stream.on('error', reject);
    stream.on('end', () => resolve(Buffer.concat(chunks)));
  });
}

it('carries bytes both ways, and each end of them', async () => {
  const [here, there] = pair();
  const sent = Buffer.alloc(5 * 1024 * 1024, 'slipway');
  here.end(sent);
  there.end('back');
  const [forth, back] = await Promise.all([received(there), received(here)]);
  expect(forth.equals(sent)).toBe(true);
  expect(back.toString()).toBe('back');
});

it('waits for a reader that is slow', async () => {
  const [here, there] = pair();
  let accepted = 0;
  let writing = true;
  void (async () => {
    while (writing && accepted < 100) {
      const room = here.write(Buffer.alloc(1024 * 1024));
      accepted++;
      if (!room) await new Promise((resolve) => here.once('drain', resolve));
    }
  })();
  // Nobody reads: the writer is held up long before its 100 MiB.
  await new Promise((resolve) => there.once('readable', resolve));
  expect(accepted).toBeLessThan(5);
  writing = false;
  here.destroy();
});

it('tells the other side when it is destroyed', async () => {
  const [here, there] = pair();
  const closed = new Promise((resolve) => there.once('close', resolve));
  here.destroy();
  await closed;
  expect(there.destroyed).toBe(true);
});

it('keeps every byte through backpressure', async () => {
  const [here, there] = pair();
  const chunks = Array.from({ length: 500 }, (_, index) => Buffer.alloc(10_000, index % 251));
  const taken: Buffer[] = [];
  const slow = new Writable({
    highWaterMark: 1,
    write(chunk: Buffer, _encoding, done) {
      taken.push(chunk);
      setImmediate(done);
    },
  });
  const source = new PassThrough();
  for (const chunk of chunks) source.write(chunk);
  source.end();
  there.end();
  await Promise.all([pipeline(source, here, { end: true }), pipeline(there, slow)]);
  expect(Buffer.concat(taken).equals(Buffer.concat(chunks))).toBe(true);
});
