/**
 * Has signals end us without a question. To be called when Electron is ready: just before, it puts handlers of its own in
 * place, which only ask to quit. Ours reach the system when no listener of Node's is left from before, and a library
 * beneath electron-store adds some.
 */
export function heedSignals(end: () => void): void {
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
    process.removeAllListeners(signal);
    process.on(signal, end);
  }
}
