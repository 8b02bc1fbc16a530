import type { Page } from '@playwright/test';

/** Drops files or folders onto the window as the desktop does: real drag events, real paths. */
export async function dropPaths(page: Page, paths: readonly string[]): Promise<void> {
  const { drop } = await dragPaths(page, paths);
  await drop();
}

/** Files that hang over the window. */
export interface Dragged {
  readonly drop: () => Promise<void>;
}

/** Drags files or folders over the middle of the window, and holds them there. */
export async function dragPaths(page: Page, paths: readonly string[]): Promise<Dragged> {
  const client = await page.context().newCDPSession(page);
  const data = { items: [], files: [...paths], dragOperationsMask: 1 };
  const { width, height } = await page.evaluate(() => ({ width: window.innerWidth, height: window.innerHeight }));
  const at = { x: Math.round(width / 2), y: Math.round(height / 2), data };
  for (const type of ['dragEnter', 'dragOver'] as const) await client.send('Input.dispatchDragEvent', { type, ...at });
  return {
    async drop() {
      await client.send('Input.dispatchDragEvent', { type: 'drop', ...at });
      await client.detach();
    },
  };
}
