import type { Locator, Page } from '@playwright/test';
import type { Texts } from '../support/texts.ts';

/** The part of the Settings screen about Azure Key Vault. */
export interface KeyVaultPart {
  readonly section: Locator;
  readonly tenant: Locator;
  readonly clientId: Locator;
  readonly clientSecret: Locator;
  button(key: 'save' | 'test.open' | 'remove.open' | 'remove.confirm'): Locator;
}

export function keyVaultPart(page: Page, t: Texts): KeyVaultPart {
  const section = page
    .getByRole('main')
    .locator('section')
    .filter({ has: page.getByRole('heading', { name: t('settings', 'section.keyVault') }) });
  const field = (name: string) => section.getByLabel(t('settings', `keyVault.${name}.label`), { exact: true });
  return {
    section,
    tenant: field('tenant'),
    clientId: field('clientId'),
    clientSecret: field('clientSecret'),
    button: (key) => section.getByRole('button', { name: t('settings', `keyVault.${key}`), exact: true }).last(),
  };
}
