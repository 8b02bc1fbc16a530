// Stands between a client and a daemon, and takes the daemon's own time: from the request to solve to the first word about it.
import { once } from 'node:events';
import net from 'node:net';

export interface DaemonClock {
  /** Where clients find the daemon: `unix://…` */
  readonly host: string;
  /** What the daemon took for the latest build until it said anything, in ms. */
  latest(): number;
  close(): Promise<void>;
}

/** A way to the daemon's socket through another one at `file`. */
export async function startDaemonClock(daemon: string, file: string): Promise<DaemonClock> {
  let asked = 0;
  let answered: number | undefined;
  const open = new Set<net.Socket>();
  const server = net.createServer((client) => {
    const upstream = net.connect(daemon);
    open.add(client).add(upstream);
    let control = false;
    const requests = dataFrames((length) => {
      // Status and Solve go out together, before the daemon has said anything.
      if (length > 0 && answered === undefined) asked = performance.now();
    }, 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'.length);
    const answers = dataFrames((length) => {
      if (length > 0) answered ??= performance.now();
    }, 0);
    client.on('data', (data) => {
      if (data.subarray(0, 10).toString() === 'POST /grpc') {
        control = true;
        answered = undefined;
      }
      if (control) requests(data);
      upstream.write(data);
    });
    upstream.on('data', (data) => {
      if (control) answers(data);
      client.write(data);
    });
    for (const [one, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      one.on('error', () => other.destroy());
      one.on('end', () => other.end());
      one.on('close', () => {
        open.delete(one);
        other.destroy();
      });
    }
  });
  server.listen(file);
  await once(server, 'listening');
  return {
    host: `unix://${file}`,
    latest() {
      if (answered === undefined) throw new Error('the daemon was not asked to solve anything');
      return answered - asked;
    },
    async close() {
      for (const socket of open) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Reads HTTP/2 behind an upgrade of HTTP/1.1: tells the length of each DATA frame (RFC 9113, 4.1 and 6.1). */
function dataFrames(onData: (length: number) => void, preface: number): (chunk: Buffer) => void {
  let held = Buffer.alloc(0);
  let upgraded = false;
  let skip = preface;
  return (chunk) => {
    held = Buffer.concat([held, chunk]);
    if (!upgraded) {
      const end = held.indexOf('\r\n\r\n');
      if (end < 0) return;
      held = held.subarray(end + 4);
      upgraded = true;
    }
    if (skip > 0) {
      const skipped = Math.min(skip, held.length);
      held = held.subarray(skipped);
      skip -= skipped;
    }
    while (skip === 0 && held.length >= 9) {
      const length = held.readUIntBE(0, 3);
      if (held.length < 9 + length) return;
      if (held[3] === 0) onData(length);
      held = held.subarray(9 + length);
    }
  };
}
