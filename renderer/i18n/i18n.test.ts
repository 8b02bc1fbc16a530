import { beforeAll, describe, expect, it } from 'vitest';
import i18next from 'i18next';
import { lookUp, resolveLanguage, setUpI18n } from './i18n.ts';

describe('resolveLanguage', () => {
  it.each([
    ['system', 'ko-KR', 'ko'],
    ['system', 'ko', 'ko'],
    ['system', 'en-GB', 'en'],
    ['system', 'de-DE', 'en'],
    ['ko', 'en-US', 'ko'],
    ['en', 'ko-KR', 'en'],
  ] as const)('%s on a %s system is %s', (setting, system, language) => {
    expect(resolveLanguage(setting, system)).toBe(language);
  });
});

describe('the texts', () => {
  beforeAll(() => {
    setUpI18n('en');
  });

  it('change with the language, and the document says which it is', async () => {
    expect(i18next.t('nav.runs')).toBe('Runs');
    await i18next.changeLanguage('ko');
    expect(i18next.t('nav.runs')).toBe('실행');
    expect(document.documentElement.lang).toBe('ko');
    await i18next.changeLanguage('en');
  });

  it('count', () => {
    expect(i18next.t('status.running', { count: 1 })).toBe('1 run is active');
    expect(i18next.t('status.running', { count: 2 })).toBe('2 runs are active');
  });

  it('that are looked up by a key from elsewhere may be missing', () => {
    expect(lookUp(i18next, 'errors', 'no.such.title')).toBeUndefined();
    expect(lookUp(i18next, 'common', 'state.failed')).toBe('Failed');
  });
});
