import { readFileSync } from 'node:fs';
import path from 'node:path';

export const languages = ['en', 'ko'] as const;
export type Language = (typeof languages)[number];

const folder = path.resolve(import.meta.dirname, '../../shared/i18n');

/** The app's own texts, so that a test reads the same in each language: `t('common', 'nav.runs')`. */
export type Texts = (area: string, key: string, params?: Readonly<Record<string, string | number>>) => string;

export function textsIn(language: Language): Texts {
  const areas = new Map<string, unknown>();
  return (area, key, params = {}) => {
    if (!areas.has(area))
      areas.set(area, JSON.parse(readFileSync(path.join(folder, language, `${area}.json`), 'utf8')));
    let text = areas.get(area);
    for (const part of key.split('.'))
      text = typeof text === 'object' && text !== null ? Reflect.get(text, part) : undefined;
    if (typeof text !== 'string') throw new Error(`shared/i18n/${language}/${area}.json has no text ${key}`);
    return text.replace(/\{\{(\w+)\}\}/g, (placeholder, name: string) => String(params[name] ?? placeholder));
  };
}
