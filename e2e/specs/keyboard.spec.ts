// Everything without a mouse: no locator is clicked here.
import { quickBuildPage } from '../pages/quick-build.ts';
import { registriesPage } from '../pages/registries.ts';
import { runPage } from '../pages/run.ts';
import { runsPage } from '../pages/runs.ts';
import { makeContext } from '../support/contexts.ts';
import { createGate } from '../support/gate.ts';
import { tabTo } from '../support/keys.ts';
import { expect, test } from '../support/test.ts';

test('a build is started, watched, canceled and repeated by keyboard alone', async ({
  desktop: { page },
  folder,
  parts,
  t,
}) => {
  const gate = await createGate();
  const context = await makeContext(`${folder}/keys`, {
    Dockerfile: `FROM ${parts.busybox.local}\nRUN ${gate.command}\n`,
  });
  const { keyboard } = page;
  await expect(page.getByRole('main')).toBeVisible();

  await keyboard.press('Control+n');
  const form = quickBuildPage(page, t);
  await tabTo(page, form.path);
  await keyboard.type(context);
  await keyboard.press('Enter');
  await tabTo(page, form.tag);
  await keyboard.press('Control+a');
  await keyboard.type('keys:1');
  await keyboard.press('Control+Enter');

  const run = runPage(page, t);
  await gate.reached;
  await keyboard.press('Control+.');
  await expect(run.state('canceled')).toBeVisible({ timeout: 30_000 });
  const first = await run.id();

  gate.open();
  await keyboard.press('Control+r');
  await expect(run.heading).not.toContainText(first);
  await expect(run.state('succeeded')).toBeVisible({ timeout: 30_000 });

  await keyboard.press('Control+4');
  await tabTo(page, runsPage(page, t).table);
  await keyboard.press('End'); // the oldest
  await keyboard.press('Enter');
  await expect(run.heading).toContainText(first);
  await gate.close();
});

test('the skip link leads past the sections, and focus is never lost on a new screen', async ({
  desktop: { page },
  t,
}) => {
  await expect(page.getByRole('main')).toBeVisible();
  await page.keyboard.press('Tab');
  await expect(page.getByRole('link', { name: t('common', 'skipToContent') })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('main')).toBeFocused();
  for (const key of ['Control+2', 'Control+3', 'Control+4', 'Control+5', 'Control+,', 'Control+1']) {
    await page.keyboard.press(key);
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.tagName), key).not.toBe('BODY');
  }
});

test('what is asked for takes the focus, says what it lacks, and gives the focus back', async ({ start, parts, t }) => {
  const { host, login } = parts.registries.private;
  const { page } = await start({ env: { SLIPWAY_PASSPHRASE: 'a passphrase for tests' } });
  const { keyboard } = page;
  const registries = registriesPage(page, t);
  const lost = () => page.evaluate(() => document.activeElement === document.body);
  await expect(page.getByRole('main')).toBeVisible();
  await keyboard.press('Control+5');
  await tabTo(page, registries.button('login.open'));
  await keyboard.press('Enter');
  await expect(registries.field('login.host')).toBeFocused();
  await tabTo(page, registries.button('login.cancel'));
  await keyboard.press('Enter');
  await expect(registries.button('login.open')).toBeVisible();
  await expect.poll(lost).toBe(false);

  await tabTo(page, registries.button('login.open'));
  await keyboard.press('Enter');
  await keyboard.type(host);
  await tabTo(page, registries.field('login.secret.password'));
  await keyboard.type(login.password);
  await keyboard.press('Enter');
  await expect(registries.field('login.username')).toBeFocused();
  await keyboard.type(login.user);
  await keyboard.press('Enter');
  const row = registries.row(host);
  const actions = row.getByRole('button', { name: t('registries', 'columns.actions') });
  const question = row.getByRole('region', { name: t('registries', 'logout.title') });
  const signOut = async () => {
    await tabTo(page, actions);
    await keyboard.press('Enter');
    await expect(page.getByRole('menuitem').first()).toBeFocused();
    await keyboard.press('End');
    await keyboard.press('Enter');
    await expect(question.getByRole('button', { name: t('common', 'cancel') })).toBeFocused();
  };
  await signOut();
  await keyboard.press('Escape');
  await expect(question).toBeHidden();
  await expect(actions).toBeFocused();
  await signOut();
  await keyboard.press('Shift+Tab');
  await keyboard.press('Enter');
  await expect(row).toHaveCount(0);
  await expect.poll(lost).toBe(false);
});
