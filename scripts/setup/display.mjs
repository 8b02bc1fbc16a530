// A virtual screen for a machine without one. Node built-ins only.
import { spawn } from 'node:child_process';

/** No screen to open a window on. */
export function needsDisplay() {
  return process.platform === 'linux' && !process.env['DISPLAY'] && !process.env['WAYLAND_DISPLAY'];
}

/**
 * Start Xvfb on a display number that is free.
 * @returns {Promise<{display: string, stop(): void}>}
 */
export function startVirtualDisplay() {
  return new Promise((resolve, reject) => {
    const args = ['-displayfd', '3', '-screen', '0', '1600x1000x24', '-nolisten', 'tcp', '-noreset'];
    const server = spawn('Xvfb', args, { stdio: ['ignore', 'ignore', 'pipe', 'pipe'], detached: true });
    const stop = () => {
      server.kill();
    };
    let words = '';
    server.stderr?.on('data', (chunk) => (words = (words + chunk).slice(-2000)));
    server.on('error', reject);
    server.on('exit', () => reject(new Error(`Xvfb ended: ${words.trim()}`)));
    let number = '';
    server.stdio[3]?.on('data', (chunk) => {
      number += chunk;
      if (!number.endsWith('\n')) return;
      process.once('exit', stop);
      resolve({ display: `:${number.trim()}`, stop });
      server.unref();
      for (const stream of [server.stderr, server.stdio[3]]) {
        if (stream !== null && stream !== undefined && 'unref' in stream && typeof stream.unref === 'function')
          stream.unref();
      }
    });
  });
}
