import { useEffect, useSyncExternalStore } from 'react';
import { z } from 'zod';
import { Settings } from '@shared/model/settings.ts';
import { useOperation } from '../api/hooks.ts';

export type ResolvedTheme = 'light' | 'dark';

const systemDark = window.matchMedia('(prefers-color-scheme: dark)');

function subscribe(listener: () => void): () => void {
  systemDark.addEventListener('change', listener);
  return () => systemDark.removeEventListener('change', listener);
}

/** The theme in force, the system's where the settings follow it. */
export function useResolvedTheme(): ResolvedTheme {
  const settings = useOperation('settings', 'get', undefined);
  const dark = useSyncExternalStore(subscribe, () => systemDark.matches);
  const setting = settings.data?.theme ?? rememberedLook().theme;
  return setting === 'system' ? (dark ? 'dark' : 'light') : setting;
}

/** Puts a theme in force; `tokens.css` does the rest. */
export function applyTheme(setting: Settings['theme']): void {
  if (setting === 'system') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = setting;
}

/** Keeps the document in the theme of the settings. Once, at the root. */
export function useTheme(setting: Settings['theme'] | undefined): void {
  useEffect(() => {
    if (setting !== undefined) applyTheme(setting);
  }, [setting]);
}

const Look = z.object({ theme: Settings.shape.theme, language: Settings.shape.language });
type Look = z.infer<typeof Look>;
const lookKey = 'slipway.look';

/** Theme and language as they were last, so that the first frame needs not wait for the settings to flash past in another look. */
export function rememberedLook(): Look {
  const stored = window.localStorage.getItem(lookKey);
  if (stored !== null) {
    const look = Look.safeParse(JSON.parse(stored));
    if (look.success) return look.data;
  }
  return { theme: 'system', language: 'system' };
}

export function rememberLook(look: Look): void {
  window.localStorage.setItem(lookKey, JSON.stringify({ theme: look.theme, language: look.language }));
}
