import { useCallback, useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocation } from 'wouter';
import { Announcer, Toasts } from '../components/index.ts';
import { useAppCommands } from './app-commands.ts';
import { Drops } from './drops.tsx';
import { KeyboardHelp } from './keyboard-help.tsx';
import { Palette } from './palette.tsx';
import { Rail } from './rail.tsx';
import { Routes } from './routes.tsx';
import { StatusBar } from './status-bar.tsx';
import { TopBar } from './top-bar.tsx';

/** As `narrow` in index.css. */
const narrowWindow = window.matchMedia('(max-width: 899px)');

function subscribeToWidth(listener: () => void): () => void {
  narrowWindow.addEventListener('change', listener);
  return () => narrowWindow.removeEventListener('change', listener);
}

const railKey = 'slipway.rail';

/** The window around the screens. */
export function Frame() {
  const { t } = useTranslation('common');
  const [collapsed, setCollapsed] = useState(() => window.localStorage.getItem(railKey) === 'collapsed');
  const narrow = useSyncExternalStore(subscribeToWidth, () => narrowWindow.matches);
  const [paletteOpen, setPaletteOpen] = useState(false);
  const [helpOpen, setHelpOpen] = useState(false);
  const main = useRef<HTMLElement>(null);
  const [path] = useLocation();

  const openPalette = useCallback(() => setPaletteOpen(true), []);
  const openHelp = useCallback(() => setHelpOpen(true), []);
  const toggleRail = useCallback(
    () =>
      setCollapsed((was) => {
        window.localStorage.setItem(railKey, was ? 'open' : 'collapsed');
        return !was;
      }),
    [],
  );
  useAppCommands({ openPalette, openHelp, toggleRail });

  // A new screen is read from its top, unless it has put the focus somewhere itself.
  const shown = useRef(path);
  useEffect(() => {
    if (shown.current === path) return;
    shown.current = path;
    const { activeElement } = document;
    if (activeElement === document.body || activeElement === null) main.current?.focus({ preventScroll: true });
  }, [path]);

  return (
    <div className="flex h-full">
      <a
        href="#content"
        className="sr-only z-70 rounded-md bg-accent px-3 py-2 text-accent-ink focus:not-sr-only focus:absolute focus:top-2 focus:left-2"
        onClick={(event) => {
          event.preventDefault();
          main.current?.focus();
        }}
      >
        {t('skipToContent')}
      </a>
      <Rail collapsed={collapsed || narrow} onToggle={toggleRail} />
      <div className="flex min-w-0 flex-1 flex-col">
        <TopBar onSearch={openPalette} />
        <main ref={main} id="content" tabIndex={-1} className="min-h-0 flex-1 outline-none">
          <Routes />
        </main>
        <StatusBar />
      </div>
      <Palette open={paletteOpen} onClose={() => setPaletteOpen(false)} />
      <KeyboardHelp open={helpOpen} onClose={() => setHelpOpen(false)} />
      <Drops />
      <Toasts />
      <Announcer />
    </div>
  );
}
