import type { WebContents } from 'electron';

/** A crash so soon after the last one (ms) means that reloading alone doesn't help. */
const again = 30_000;

/**
 * Reloads the page when its process is gone: runs go on in main, and the page finds everything there again. When it happens
 * twice in a row the person decides.
 */
export function reloadAfterCrash(
  contents: WebContents,
  ask: (reason: string) => Promise<'reload' | 'quit'>,
  quit: () => void,
): void {
  let last = -Infinity;
  contents.on('render-process-gone', (_, { reason }) => {
    if (reason === 'clean-exit' || contents.isDestroyed()) return;
    const now = performance.now();
    const repeated = now - last < again;
    last = now;
    if (!repeated) return contents.reload();
    void ask(reason).then((answer) => (answer === 'reload' ? contents.reload() : quit()));
  });
}
