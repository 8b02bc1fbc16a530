import type { Locator, Page } from '@playwright/test';
import type { Texts } from '../support/texts.ts';

/** The Engines screen. */
export interface EnginesPage {
  readonly add: Locator;
  /** An engine's row in the list. */
  row(name: string): Locator;
  /** Names an engine by the form, and waits for its row. */
  name(name: string, address: string): Promise<void>;
  /** Chooses from what can be done with an engine. */
  choose(name: string, action: 'default.set' | 'remove.open'): Promise<void>;
}

export function enginesPage(page: Page, t: Texts): EnginesPage {
  const main = page.getByRole('main');
  const row = (name: string) =>
    main
      .getByRole('list', { name: t('engine', 'list') })
      .getByRole('listitem')
      .filter({ hasText: name });
  const add = main.getByRole('button', { name: t('engine', 'add.open'), exact: true });
  return {
    add,
    row,
    async name(name, address) {
      await add.click();
      await main.getByLabel(t('engine', 'add.name'), { exact: true }).fill(name);
      await main.getByLabel(t('engine', 'add.address'), { exact: true }).fill(address);
      await main.getByRole('button', { name: t('engine', 'add.submit'), exact: true }).click();
      await row(name).waitFor();
    },
    async choose(name, action) {
      await row(name)
        .getByRole('button', { name: t('engine', 'actionsOf', { name }) })
        .click();
      await page.getByRole('menuitem', { name: t('engine', action) }).click();
    },
  };
}
