import http from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * Holds up a build until the test lets it go on: an instruction asks the gate, and gets its answer when `open` is called.
 * Containers reach it at their default route, which is this machine.
 */
export interface Gate {
  /** A shell command for `RUN`. */
  readonly command: string;
  /** When an instruction stands before the gate. */
  readonly reached: Promise<void>;
  /** When one that stood there is gone without having been let through. */
  readonly abandoned: Promise<void>;
  open(): void;
  close(): Promise<void>;
}

export async function createGate(): Promise<Gate> {
  const [opened, reached, abandoned] = [signal(), signal(), signal()];
  const server = http.createServer((_, response) => {
    reached.give();
    response.on('close', () => {
      if (!response.writableEnded) abandoned.give();
    });
    void opened.given.then(() => response.end('open'));
  });
  await new Promise<void>((resolve) => server.listen(0, '0.0.0.0', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    command: `wget -q -O - "http://$(ip route | awk '/^default/ {print $3}'):${port}/"`,
    reached: reached.given,
    abandoned: abandoned.given,
    open: opened.give,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function signal(): { readonly given: Promise<void>; readonly give: () => void } {
  let give: () => void = () => undefined;
  const given = new Promise<void>((resolve) => (give = resolve));
  return { given, give: () => give() };
}
