import Store from 'electron-store';
import { ipcMain } from 'electron';
import { z } from 'zod';
import { Settings } from '@shared/model/settings.ts';
import { Bounds } from './bounds.ts';

/**
 * What the window itself remembers. Theme and language are copies of the settings: the window is shown before the runtime,
 * which reads those, is there.
 */
const WindowState = z.object({
  bounds: Bounds.optional().catch(undefined),
  maximized: z.boolean().catch(false),
  theme: Settings.shape.theme.catch('system'),
  language: Settings.shape.language.catch('system'),
});
export type WindowState = z.infer<typeof WindowState>;

export interface WindowStateStore {
  read(): WindowState;
  write(change: Partial<WindowState>): void;
}

/** In `window.json` of this folder. A damaged file counts as an empty one. */
export function openWindowState(folder: string): WindowStateStore {
  const store = new Store({
    name: 'window',
    cwd: folder,
    clearInvalidConfig: true,
    accessPropertiesByDotNotation: false,
  });
  // electron-store answers renderers on a channel of its own; our windows speak the contract and nothing else.
  ipcMain.removeAllListeners('electron-store-get-data');
  return {
    read: () => WindowState.parse(store.store),
    write: (change) => {
      store.store = { ...store.store, ...change };
    },
  };
}
