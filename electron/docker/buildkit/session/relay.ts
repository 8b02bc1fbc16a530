/** A byte stream through a `MessagePort`: how a thread uses a connection that only another thread can open (TLS, ssh, a program). */
import { Duplex, pipeline } from 'node:stream';
import type { MessagePort } from 'node:worker_threads';

/** Bytes that may be under way to the other side before we wait for it. */
const window = 1024 * 1024;

type Message =
  | { readonly kind: 'data'; readonly bytes: Uint8Array }
  /** This many bytes were taken by the reader. */
  | { readonly kind: 'taken'; readonly count: number }
  | { readonly kind: 'end' };

/** One end of the stream; the other thread makes the other end of the other port. Destroying one closes both. */
export function portDuplex(port: MessagePort): Duplex {
  let underWay = 0;
  let resume: (() => void) | undefined;
  const arrived: (Uint8Array | null)[] = [];
  let wanted = false;
  let ended = false;
  let closed = false;
  const post = (message: Message, transfer: readonly ArrayBuffer[] = []) => port.postMessage(message, transfer);

  function deliver(): void {
    while (wanted) {
      const next = arrived.shift();
      if (next === undefined) return;
      if (next !== null) post({ kind: 'taken', count: next.length });
      wanted = duplex.push(next);
    }
  }

  const duplex = new Duplex({
    read() {
      wanted = true;
      deliver();
    },
    write(chunk: Buffer, _encoding, done) {
      if (closed) return done(new Error('the connection was closed'));
      // Chunks are views on shared pools; only a buffer of its own can be handed over.
      const bytes = new Uint8Array(chunk);
      underWay += bytes.length;
      post({ kind: 'data', bytes }, [bytes.buffer]);
      if (underWay < window) done();
      else resume = done;
    },
    final(done) {
      post({ kind: 'end' });
      done();
    },
    destroy(error, done) {
      port.close();
      done(error);
    },
  });
  port.on('message', (message: Message) => {
    switch (message.kind) {
      case 'data':
        arrived.push(message.bytes);
        deliver();
        return;
      case 'taken':
        underWay -= message.count;
        if (underWay < window) {
          const go = resume;
          resume = undefined;
          go?.();
        }
        return;
      case 'end':
        ended = true;
        arrived.push(null);
        deliver();
        return;
    }
  });
  port.on('close', () => {
    closed = true;
    // After a proper end there may be bytes that nobody has read yet; they stay.
    if (!ended || resume !== undefined) duplex.destroy();
  });
  return duplex;
}

/** Joins a connection to a port, both ways, until either closes. */
export function relay(connection: Duplex, port: MessagePort): void {
  const inner = portDuplex(port);
  // How a connection ends is told to whoever uses it, at the other end of the port.
  pipeline(connection, inner, connection, () => inner.destroy());
}
