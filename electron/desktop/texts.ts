import en from '@shared/i18n/en/desktop.json';
import ko from '@shared/i18n/ko/desktop.json';
import type { Settings } from '@shared/model/settings.ts';

/** The words of menus and native dialogs. */
export type Texts = typeof en;

/** In the language of the settings; `system` means Korean on a Korean system, else English. */
export function textsFor(language: Settings['language'], systemLocale: string): Texts {
  const korean = language === 'system' ? systemLocale.toLowerCase().startsWith('ko') : language === 'ko';
  return korean ? ko : en;
}

/** Fills `{{name}}` in a text. */
export function fill(text: string, params: Readonly<Record<string, string | number>>): string {
  return text.replace(/\{\{(\w+)\}\}/g, (placeholder, name: string) => String(params[name] ?? placeholder));
}
