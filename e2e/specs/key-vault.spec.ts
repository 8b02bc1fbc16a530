// The service principal for Azure Key Vault: kept from the window, and what the task screen says then. Nobody is asked over the network.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { frame } from '../pages/frame.ts';
import { keyVaultPart } from '../pages/key-vault.ts';
import { taskPage } from '../pages/task.ts';
import { makeContext } from '../support/contexts.ts';
import { expect, test } from '../support/test.ts';
import { languages } from '../support/texts.ts';

const tenant = 'harbour.onmicrosoft.com';
const clientId = '5d3c1b2a-0f9e-4d8c-b7a6-95847362514f';
const clientSecret = 'Client~Secret-of-the-harbour';
const env = { SLIPWAY_PASSPHRASE: 'a passphrase for tests' };

for (const language of languages) {
  test.describe(language, () => {
    test.use({ language, theme: language === 'ko' ? 'dark' : 'light' });

    test('a service principal is kept, and lets a task run that names its vault', async ({
      start,
      folder,
      parts,
      t,
    }, testInfo) => {
      const task = {
        'acb.yaml': [
          'version: v1.1.0',
          'secrets:',
          '  - id: token',
          '    keyvault: https://harbour.vault.azure.net/secrets/token',
          'steps:',
          `  - cmd: ${parts.busybox.local} echo {{.Secrets.token}}`,
          '',
        ].join('\n'),
      };
      const file = path.join(await makeContext(`${folder}/task`, task), 'acb.yaml');
      const first = await start({ env });
      const { page, home } = first;
      const around = frame(page, t);
      const openTask = async () => {
        await around.goTo('tasks');
        const opened = taskPage(page, t);
        await opened.open(file);
        return opened;
      };
      const before = await openTask();
      await expect(before.preview).toContainText(t('task-screen', 'secret.source.missing'));
      await expect(before.run).toBeDisabled();

      await around.goTo('settings');
      const part = keyVaultPart(page, t);
      await part.tenant.fill('common');
      await part.clientId.fill(clientId);
      await part.button('save').click();
      await expect(part.section).toContainText(t('settings', 'keyVault.tenant.wrong'));
      await expect(part.section).toContainText(t('settings', 'keyVault.clientSecret.wrong'));
      await part.tenant.fill(tenant);
      await part.clientSecret.fill(clientSecret);
      await expect(part.button('test.open')).toBeDisabled();
      await part.button('save').click();
      await expect(part.section).toContainText(t('settings', 'keyVault.clientSecret.kept'));
      await expect(part.clientSecret).toHaveValue('');
      await expect(part.button('test.open')).toBeEnabled();

      await page.reload();
      await expect(part.tenant).toHaveValue(tenant);
      await expect(part.clientId).toHaveValue(clientId);
      await expect(part.clientSecret).toHaveValue('');
      expect(await page.content()).not.toContain(clientSecret);
      expect(await readFile(path.join(home, 'secrets.json'), 'utf8')).not.toContain(clientSecret);

      const after = await openTask();
      await expect(after.preview).toContainText(t('task-screen', 'secret.source.keyVault'));
      // Whatever the principal may read could be named by the file: asked once for the task.
      await expect(after.run).toBeDisabled();
      await after.allow('keyVaultSecrets').click();
      await expect(after.run).toBeEnabled();
      await page.screenshot({ path: testInfo.outputPath('permission.png') });
      await first.quit();

      const again = await start({ env });
      await frame(again.page, t).goTo('settings');
      const kept = keyVaultPart(again.page, t);
      await expect(kept.tenant).toHaveValue(tenant);
      await kept.button('remove.open').click();
      await kept.button('remove.confirm').click();
      await expect(kept.tenant).toHaveValue('');
      await expect(kept.section).toContainText(t('settings', 'keyVault.clientSecret.hint'));
      await expect(kept.button('test.open')).toBeDisabled();
    });
  });
}

test('without a place to keep it, the window says how to make one', async ({ desktop: { page }, t }) => {
  await frame(page, t).goTo('settings');
  const part = keyVaultPart(page, t);
  await part.tenant.fill(tenant);
  await part.clientId.fill(clientId);
  await part.clientSecret.fill(clientSecret);
  await part.button('save').click();
  await expect(part.section.getByRole('alert')).toContainText(t('errors', 'secret.noKeyring.title'));
  await part.section.getByRole('button', { name: t('common', 'fix.unlockSecrets') }).click();
  await expect(frame(page, t).heading).toHaveText(t('registries', 'title'));
});
