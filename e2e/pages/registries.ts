import type { Locator, Page } from '@playwright/test';
import type { Login, RegistryInfo } from '../../scripts/parts/registry.ts';
import type { Texts } from '../support/texts.ts';

/** The Registries screen. */
export interface RegistriesPage {
  /** A registry's row in the list. */
  row(host: string): Locator;
  button(key: string): Locator;
  field(key: string): Locator;
  /** Protects the secret store, where the machine has no keyring. */
  choosePassphrase(passphrase: string): Promise<void>;
  signIn(registry: RegistryInfo & { readonly login: Login }): Promise<void>;
}

export function registriesPage(page: Page, t: Texts): RegistriesPage {
  const main = page.getByRole('main');
  const row = (host: string) => main.getByRole('listitem').filter({ hasText: host });
  const button = (key: string) => main.getByRole('button', { name: t('registries', key), exact: true });
  const field = (key: string) => main.getByLabel(t('registries', key), { exact: true });
  return {
    row,
    button,
    field,
    async choosePassphrase(passphrase) {
      await button('vault.choose').click();
      await field('passphrase.label').fill(passphrase);
      await field('passphrase.repeat').fill(passphrase);
      await button('passphrase.create').click();
      await main.getByText(t('registries', 'vault.state.unlocked')).waitFor();
    },
    async signIn({ host, login }) {
      await button('login.open').click();
      await main.getByRole('textbox', { name: t('registries', 'login.host'), exact: true }).fill(host);
      await field('login.username').fill(login.user);
      await field('login.secret.password').fill(login.password);
      await button('login.submit').click();
      await row(host).waitFor();
    },
  };
}
