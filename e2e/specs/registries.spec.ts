// A credential from the window: added, tested, used to look around down to a manifest, and removed. By keyboard as well as by mouse.
import { publishImage } from '../../scripts/parts/images.ts';
import { startLimitedRegistry } from '../../scripts/parts/limited-registry.ts';
import { freePort } from '../../scripts/parts/registry.ts';
import { publishRegistryImage } from '../../scripts/parts/registry-image.ts';
import { frame } from '../pages/frame.ts';
import { quickBuildPage } from '../pages/quick-build.ts';
import { registriesPage } from '../pages/registries.ts';
import { makeContext } from '../support/contexts.ts';
import { looksAt } from '../support/look.ts';
import { expect, test } from '../support/test.ts';
import { languages } from '../support/texts.ts';

const env = { SLIPWAY_PASSPHRASE: 'a passphrase for tests' };

for (const language of languages) {
  const theme = language === 'ko' ? 'dark' : 'light';
  test.describe(`${language}, ${theme}`, () => {
    test.use({ language, theme });

    test('a credential is added, tested, browsed with down to a manifest, and removed', async ({ start, parts, t }) => {
      test.setTimeout(120_000);
      const closed = parts.registries.private;
      const labels = { 'org.opencontainers.image.title': 'Quay 부두', 'org.opencontainers.image.version': '1.4.0' };
      for (const tag of ['1.4.0', 'latest'])
        await publishImage(closed, {
          repository: 'harbour/quay',
          tag,
          files: { 'srv/a': 'a' },
          env: ['PORT=8080'],
          labels,
        });
      const { page } = await start({ env });
      await frame(page, t).goTo('registries');
      const registries = registriesPage(page, t);
      const look = looksAt(page, `${language}-${theme}`);
      await look('empty');

      await registries.button('login.open').click();
      await registries.field('login.host').fill(closed.host);
      await registries.field('login.username').fill(closed.login.user);
      await registries.field('login.secret.password').fill('wrong');
      await registries.field('login.expires').fill('2026-01-01');
      await look('form');
      await registries.button('login.submit').click();
      await expect(page.getByRole('alert')).toContainText(t('errors', 'registry.unauthorized.title'));
      await registries.field('login.secret.password').fill(closed.login.password);
      await page.keyboard.press('Enter');
      const row = registries.row(closed.host);
      await expect(row).toContainText(closed.login.user);
      await expect(row).toContainText(t('registries', 'expiry.expired', { date: '2026-01-01' }));

      await row.getByRole('button', { name: t('registries', 'test.open') }).click();
      await expect(row).toContainText(t('registries', 'test.signedIn', { username: closed.login.user }));
      await expect(row).toContainText(t('registries', 'access.catalog.yes'));
      await look('tested');

      // What was found with one credential is not said of the next. Who signs in again is known.
      await row.getByRole('button', { name: t('registries', 'login.again') }).press('Enter');
      await expect(registries.field('login.username')).toHaveValue(closed.login.user);
      await expect(registries.field('login.secret.password')).toBeFocused();
      await page.keyboard.type(closed.login.password);
      await page.keyboard.press('Enter');
      await expect(row).not.toContainText(t('registries', 'access.catalog.yes'));
      await expect(row.getByRole('button', { name: t('registries', 'login.again') })).toHaveCount(0);

      await row.getByRole('button', { name: t('registries', 'browse.open') }).press('Enter');
      await expect(frame(page, t).heading).toHaveText(closed.host);
      await page.getByRole('textbox', { name: t('registries', 'browse.filterRepositories') }).fill('quay');
      await look('repositories');
      await page.getByRole('link', { name: 'harbour/quay' }).press('Enter');
      await page.getByRole('link', { name: '1.4.0' }).press('Enter');
      const manifest = page.getByRole('article', { name: t('registries', 'browse.manifest') });
      await expect(manifest).toContainText('Quay 부두');
      await expect(manifest).toContainText('PORT');
      await expect(manifest).toContainText(`docker pull ${closed.host}/harbour/quay:1.4.0`);
      await look('manifest');

      await page.getByRole('link', { name: t('registries', 'browse.repositories') }).click();
      await page.getByRole('textbox', { name: t('registries', 'browse.repository'), exact: true }).fill('base/busybox');
      await page.keyboard.press('Enter');
      await page.getByRole('link', { name: '1', exact: true }).click();
      await page.getByRole('link', { name: /linux\/arm64\/v8/ }).click();
      await expect(manifest).toContainText(t('registries', 'browse.fact.command'));
      await expect(manifest).toContainText('linux/arm64');
      await page.goBack();
      await look('index');

      await frame(page, t).goTo('registries');
      await row.getByRole('button', { name: t('registries', 'columns.actions') }).click();
      await page.getByRole('menuitem', { name: t('registries', 'logout.open') }).click();
      await row.getByRole('button', { name: t('registries', 'logout.confirm') }).click();
      await expect(row).toHaveCount(0);
    });
  });
}

test('a registry of one’s own is started, pushed to, stopped and removed, and Home says what ends', async ({
  start,
  parts,
  folder,
  t,
}) => {
  test.setTimeout(120_000);
  const image = await publishRegistryImage(parts.registries.open);
  const port = await freePort();
  const host = `127.0.0.1:${port}`;
  const { page } = await start({ env });
  const look = looksAt(page, 'en-light');
  const around = frame(page, t);
  await around.goTo('registries');
  const registries = registriesPage(page, t);
  await registries.field('local.image').fill(image);
  await registries.field('local.port').fill('70000');
  await registries.button('local.start').click();
  await expect(page.getByRole('alert')).toHaveText(t('registries', 'local.portWrong'));
  await registries.field('local.port').fill(String(port));
  await page.keyboard.press('Enter');
  await expect(registries.row(host)).toContainText(t('registries', 'local.mark'), { timeout: 30_000 });
  await look('local');
  const tomorrow = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
  await registries.button('login.open').click();
  await registries.field('login.host').fill(host);
  await registries.field('login.username').fill('anybody');
  await registries.field('login.secret.password').fill('anything');
  await registries.field('login.expires').fill(tomorrow);
  await registries.button('login.submit').click();
  await expect(registries.row(host)).toContainText(t('registries', 'expiry.soon', { date: tomorrow }));

  await around.goTo('build');
  const form = quickBuildPage(page, t);
  await form.open(await makeContext(`${folder}/own`, { Dockerfile: `FROM ${parts.busybox.local}\nLABEL a=b\n` }));
  await form.tag.fill(`${host}/own:1`);
  const run = await form.start();
  await expect(run.state('succeeded')).toBeVisible({ timeout: 30_000 });
  await expect(page.getByRole('main')).toContainText(
    t('findings', 'registry.credentialExpires', { registry: host, expiresAt: tomorrow }),
  );
  await around.goTo('home');
  await expect(page.getByRole('main')).toContainText(t('home', 'credentials'));
  await look('home');

  await around.goTo('registries');
  await registries.button('local.stop').click();
  await expect(registries.button('local.start')).toBeVisible({ timeout: 30_000 });
  await registries.button('local.remove.open').click();
  await page.getByText(t('registries', 'local.remove.data')).click();
  await registries.button('local.remove.confirmData').click();
  await expect(page.getByText(t('registries', 'local.detail.absent'))).toBeVisible();
  await expect(page.getByText(t('registries', 'local.dataKept'))).toHaveCount(0);
});

test('what a registry told of its limit stands in its row, and in the run that used it', async ({
  start,
  parts,
  folder,
  t,
}) => {
  const limited = await startLimitedRegistry(parts.registries.open, { limit: 10_000, remaining: 500 });
  try {
    const { page } = await start({ env });
    const around = frame(page, t);
    await around.goTo('build');
    const form = quickBuildPage(page, t);
    const Dockerfile = `FROM ${limited.host}/base/busybox:1\nLABEL a=b\n`;
    await form.open(await makeContext(`${folder}/limited`, { Dockerfile }));
    await form.tag.fill('limited:1');
    const run = await form.start();
    await expect(run.state('succeeded')).toBeVisible({ timeout: 60_000 });
    await expect(page.getByRole('main')).toContainText(
      t('findings', 'registry.rateLimitLow', { registry: limited.host, remaining: 500, limit: 10_000 }),
    );
    await around.goTo('registries');
    await expect(registriesPage(page, t).row(limited.host)).toContainText(
      t('registries', 'limit.low', { remaining: 500, limit: 10_000 }),
    );
  } finally {
    await limited.stop();
  }
});
