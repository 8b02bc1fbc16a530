import type { Locator, Page } from '@playwright/test';
import type { Texts } from '../support/texts.ts';

export type SectionName = 'home' | 'build' | 'tasks' | 'runs' | 'registries' | 'settings';

/** What is around every screen. */
export interface Frame {
  readonly main: Locator;
  readonly heading: Locator;
  /** The engine, at the top right. */
  readonly engineChip: (words: string | RegExp) => Locator;
  goTo(section: SectionName): Promise<void>;
}

export function frame(page: Page, t: Texts): Frame {
  const rail = page.getByRole('navigation', { name: t('common', 'nav.label') });
  return {
    main: page.getByRole('main'),
    heading: page.getByRole('main').getByRole('heading', { level: 1 }),
    engineChip: (words) => page.getByRole('banner').getByRole('link', { name: words }),
    goTo: (section) => rail.getByRole('link', { name: t('common', `nav.${section}`) }).click(),
  };
}
