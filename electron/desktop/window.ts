import path from 'node:path';
import { BrowserWindow, nativeTheme, screen } from 'electron';
import { assetsFolder } from './app-handlers.ts';
import { fitBounds, minimumSize, type Bounds } from './bounds.ts';
import type { WindowStateStore } from './window-state.ts';

/** The canvas of each theme (renderer/styles/tokens.css): what is seen until the page has painted. */
const canvas = { light: '#F5F7F9', dark: '#0D1319' };

export interface WindowOptions {
  readonly preload: string;
  readonly state: WindowStateStore;
  /** Whether the window may really close, rather than ask. */
  readonly mayClose: () => boolean;
  readonly onCloseRequest: () => void;
}

/** Opens the window where it was left, and shows it once there is something to see. Loading the page is the caller's. */
export function openWindow({ preload, state, mayClose, onCloseRequest }: WindowOptions): BrowserWindow {
  const { bounds, maximized } = state.read();
  const primary = screen.getPrimaryDisplay();
  const others = screen.getAllDisplays().filter((display) => display.id !== primary.id);
  const screens: [Bounds, ...Bounds[]] = [primary.workArea, ...others.map((display) => display.workArea)];
  const window = new BrowserWindow({
    ...fitBounds(bounds, screens),
    minWidth: minimumSize.width,
    minHeight: minimumSize.height,
    title: 'Slipway',
    icon: path.join(assetsFolder(), 'icon.png'),
    show: false,
    autoHideMenuBar: true,
    backgroundColor: currentCanvas(),
    webPreferences: {
      preload,
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      webviewTag: false,
      spellcheck: false,
    },
  });
  if (maximized) window.maximize();
  window.once('ready-to-show', () => window.show());

  const remember = () => state.write({ bounds: window.getNormalBounds(), maximized: window.isMaximized() });
  window.on('close', (event) => {
    remember();
    if (mayClose()) return;
    event.preventDefault();
    onCloseRequest();
  });
  const recolour = () => window.setBackgroundColor(currentCanvas());
  nativeTheme.on('updated', recolour);
  window.on('closed', () => nativeTheme.off('updated', recolour));
  return window;
}

/** Brings the window to the front. */
export function focusWindow(window: BrowserWindow): void {
  if (window.isMinimized()) window.restore();
  window.show();
  window.focus();
}

function currentCanvas(): string {
  return nativeTheme.shouldUseDarkColors ? canvas.dark : canvas.light;
}
