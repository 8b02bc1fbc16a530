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
  open(): void;
  close(): Promise<void>;
}

export async function createGate(): Promise<Gate> {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  let reach: () => void = () => undefined;
  const reached = new Promise<void>((resolve) => (reach = resolve));
  const server = http.createServer((_, response) => {
    reach();
    void opened.then(() => response.end('open'));
  });
  await new Promise<void>((resolve) => server.listen(0, '0.0.0.0', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    command: `wget -q -O - "http://$(ip route | awk '/^default/ {print $3}'):${port}/"`,
    reached,
    open,
    async close() {
      open();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
