import { once } from 'node:events';
import net from 'node:net';
import { pause } from '../pause.ts';

/** Between two looks, where the holder cannot tell that it is done; ms. */
const betweenLooks = 50;

/**
 * Runs `work` while no other process of this machine runs anything under the same name. The lock is an abstract socket
 * (unix(7)): the kernel gives it back when its holder dies, however it dies, so it is never stale. Linux only.
 */
export async function withLock<T>(name: string, work: () => Promise<T>, signal: AbortSignal): Promise<T> {
  const address = `\0slipway-${name}`;
  const server = await hold(address, signal);
  const waiting = new Set<net.Socket>();
  server.on('connection', (socket) => {
    waiting.add(socket);
    socket.on('error', () => waiting.delete(socket));
  });
  try {
    return await work();
  } finally {
    server.close();
    for (const socket of waiting) socket.destroy();
  }
}

async function hold(address: string, signal: AbortSignal): Promise<net.Server> {
  for (;;) {
    signal.throwIfAborted();
    const server = net.createServer();
    server.listen(address);
    try {
      await once(server, 'listening');
      return server;
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')) throw error;
      await untilReleased(address, signal);
    }
  }
}

/** The holder drops this connection when it is done, and so does the kernel when it dies. */
async function untilReleased(address: string, signal: AbortSignal): Promise<void> {
  const socket = net.connect({ path: address });
  const drop = () => socket.destroy();
  signal.addEventListener('abort', drop);
  socket.on('error', drop);
  socket.resume();
  await new Promise((resolve) => socket.once('close', resolve));
  signal.removeEventListener('abort', drop);
  signal.throwIfAborted();
  await pause(betweenLooks, signal);
}
