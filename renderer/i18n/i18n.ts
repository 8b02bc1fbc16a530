import i18next from 'i18next';
import type { i18n, TOptions } from 'i18next';
import { initReactI18next } from 'react-i18next';
import type { Settings } from '@shared/model/settings.ts';
import { resources } from './resources.ts';
import type { Language, TypedAreas } from './resources.ts';

/** The language that a setting means here: `system` follows the system where we speak it, else English. */
export function resolveLanguage(setting: Settings['language'], system: string): Language {
  if (setting !== 'system') return setting;
  return system.toLowerCase().startsWith('ko') ? 'ko' : 'en';
}

/** Makes ready all texts in both languages, so that switching is instant. */
export function setUpI18n(language: Language): i18n {
  void i18next.use(initReactI18next).init({
    resources,
    lng: language,
    fallbackLng: 'en',
    defaultNS: 'common',
    ns: Object.keys(resources['en'] ?? {}),
    initAsync: false,
    returnNull: false,
    interpolation: { escapeValue: false }, // React escapes
    missingInterpolationHandler: () => '', // not every error knows all that its words could name
  });
  i18next.on('languageChanged', (now) => {
    document.documentElement.lang = now;
  });
  document.documentElement.lang = language;
  return i18next;
}

/**
 * A text whose key is only known at run time: an error's code, a finding's. What `params` doesn't have is left out of it.
 * @returns undefined when there is no such text, so that the caller decides what stands in for it
 */
export function lookUp(i18n: i18n, area: string, key: string, params: TOptions = {}): string | undefined {
  // The types of i18next know only areas and keys that are known when compiling.
  const ns = area as keyof TypedAreas;
  if (!i18n.exists(key, { ns })) return undefined;
  const t = i18n.getFixedT(null, ns) as unknown as (key: string, params: TOptions) => string;
  return t(key, params).trim();
}
