// Sources that fail, engines, registries and outputs without a mouse. No locator is clicked here.
import path from 'node:path';
import { makeRepository } from '../../scripts/parts/git-repository.ts';
import { startGitServer } from '../../scripts/parts/git-server.ts';
import { publishImage } from '../../scripts/parts/images.ts';
import { enginesPage } from '../pages/engines.ts';
import { frame } from '../pages/frame.ts';
import { quickBuildPage } from '../pages/quick-build.ts';
import { registriesPage } from '../pages/registries.ts';
import { runPage } from '../pages/run.ts';
import { makeContext } from '../support/contexts.ts';
import { tabTo } from '../support/keys.ts';
import { expect, test } from '../support/test.ts';

test('a source that fails is changed, and one that is named nearly right is opened, by keyboard', async ({
  desktop: { page },
  folder,
  t,
}) => {
  const server = await startGitServer(path.join(folder, 'git'));
  const shop = await makeRepository(path.join(server.repositories, 'shop.git'));
  const commit = await shop.commit('main', { Dockerfile: 'FROM scratch\nCOPY Dockerfile /\n' });
  await shop.ref('refs/heads/release/1.4', commit);
  const { keyboard } = page;
  const { main } = frame(page, t);
  const form = quickBuildPage(page, t);
  await expect(main).toBeVisible();

  await keyboard.press('Control+n');
  await tabTo(page, form.path);
  await keyboard.type(`${folder}/nowhere`);
  await keyboard.press('Enter');
  await expect(main.getByRole('alert')).toBeVisible();
  await tabTo(page, main.getByRole('button', { name: t('common', 'fix.editInputs') }));
  await keyboard.press('Enter');
  await expect(form.path).toBeFocused();
  await expect(form.path).toHaveValue(`${folder}/nowhere`);
  await keyboard.press('Control+a');
  await keyboard.type(`${server.url('open', 'shop')}#relase/1.4`);
  await keyboard.press('Enter');
  await tabTo(page, main.getByRole('button', { name: t('common', 'fix.useRef', { ref: 'release/1.4' }) }));
  await keyboard.press('Enter');
  await tabTo(page, form.tag);
  await server.stop();
});

test('an engine is named, tested and made the default by keyboard', async ({ desktop: { page }, parts, t }) => {
  const { keyboard } = page;
  const { main, engineChip } = frame(page, t);
  const engines = enginesPage(page, t);
  const row = engines.row('harbour');
  await tabTo(page, engineChip(/Docker/));
  await keyboard.press('Enter');
  await tabTo(page, engines.add);
  await keyboard.press('Enter');
  await expect(main.getByLabel(t('engine', 'add.name'), { exact: true })).toBeFocused();
  await keyboard.type('harbour');
  await keyboard.press('Tab');
  await keyboard.type(parts.engines[1].host);
  await keyboard.press('Enter');
  await expect(row).toContainText('Docker');
  const stillSomewhere = () => page.evaluate(() => document.activeElement !== document.body);
  await expect.poll(stillSomewhere).toBe(true);

  await tabTo(page, row.getByRole('button', { name: t('engine', 'test.of', { name: 'harbour' }) }));
  await keyboard.press('Enter');
  const actions = row.getByRole('button', { name: t('engine', 'actionsOf', { name: 'harbour' }) });
  await tabTo(page, actions);
  await keyboard.press('Enter');
  await expect(page.getByRole('menuitem', { name: t('engine', 'default.set') })).toBeFocused();
  await keyboard.press('Escape');
  await expect(actions).toBeFocused();
  await keyboard.press('Enter');
  await expect(page.getByRole('menuitem', { name: t('engine', 'default.set') })).toBeFocused();
  await keyboard.press('Enter');
  await expect(row).toContainText(t('engine', 'default.mark'));
  await expect.poll(stillSomewhere).toBe(true);
});

test('a registry is looked into down to a layer by keyboard', async ({ desktop: { page }, parts, t }) => {
  const registry = parts.registries.open;
  for (const tag of ['1.4.0', 'latest'])
    await publishImage(registry, { repository: 'keys/quay', tag, files: { 'srv/a': 'a' } });
  const { keyboard } = page;
  const { main, heading } = frame(page, t);
  await expect(main).toBeVisible();
  await keyboard.press('Control+5');
  await tabTo(page, main.getByRole('textbox', { name: t('registries', 'browse.otherHost') }));
  await keyboard.type(registry.host);
  await keyboard.press('Enter');
  await expect(heading).toHaveText(registry.host);
  await tabTo(page, page.getByRole('textbox', { name: t('registries', 'browse.filterRepositories') }));
  await keyboard.type('keys/');
  await tabTo(page, page.getByRole('link', { name: 'keys/quay' }));
  await keyboard.press('Enter');
  await tabTo(page, page.getByRole('link', { name: '1.4.0' }));
  await keyboard.press('Enter');
  const manifest = page.getByRole('article', { name: t('registries', 'browse.manifest') });
  await tabTo(page, manifest.getByRole('button', { name: t('registries', 'browse.copyDigest') }).last());
  await keyboard.press('Enter');
  await expect(manifest.getByRole('button', { name: t('common', 'copied') })).toBeFocused();
  await keyboard.press('Alt+ArrowLeft');
  await expect(manifest).toBeHidden();
});

test('what a run made is read, copied and put away by keyboard', async ({ start, folder, parts, t }) => {
  test.setTimeout(120_000);
  const { host } = parts.registries.open;
  const current = parts.engines.find(({ containerdStore }) => containerdStore);
  const { page } = await start({ engine: current?.host ?? '' });
  const { keyboard } = page;
  const context = await makeContext(`${folder}/fleet`, {
    Dockerfile: 'FROM scratch\nARG TARGETARCH\nCOPY $TARGETARCH.txt /\n',
    'amd64.txt': 'amd64',
    'arm64.txt': 'arm64',
  });
  const { main } = frame(page, t);
  const form = quickBuildPage(page, t);
  await expect(main).toBeVisible();
  await keyboard.press('Control+n');
  await tabTo(page, form.path);
  await keyboard.type(context);
  await keyboard.press('Enter');
  await tabTo(page, form.tag);
  await keyboard.press('Control+a');
  await keyboard.type(`${host}/keys/fleet:1`);
  await tabTo(page, main.getByLabel(t('build', 'platform.label'), { exact: true }));
  await keyboard.type('linux/amd64, linux/arm64');
  await tabTo(page, main.getByLabel(t('build', 'more.provenance')));
  await keyboard.press('Enter');
  await keyboard.press('End');
  await keyboard.press('Enter');
  await keyboard.press('Control+Enter');
  const run = runPage(page, t);
  await expect(run.state('succeeded')).toBeVisible({ timeout: 60_000 });

  await tabTo(page, run.outputs.getByRole('button', { name: t('run', 'outputs.copyDigest') }).first());
  await keyboard.press('Enter');
  await expect(run.outputs.getByRole('button', { name: t('common', 'copied') })).toBeFocused();
  await tabTo(page, run.outputs.getByRole('button', { name: t('run', 'layers.show') }));
  await keyboard.press('Enter');
  const view = run.outputs.getByRole('button', { name: t('run', 'attestations.view') }).first();
  await tabTo(page, view);
  await keyboard.press('Enter');
  const statement = page.getByRole('dialog');
  await expect(statement).toContainText('predicateType');
  await keyboard.press('Escape');
  await expect(statement).toBeHidden();
  await expect(view).toBeFocused();
  const platform = page.getByRole('combobox', { name: t('run', 'log.platform') });
  await tabTo(page, platform);
  await keyboard.press('Enter');
  await expect(page.getByRole('option', { name: 'linux/arm64' })).toBeVisible();
  await keyboard.press('End');
  await keyboard.press('Enter');
  await expect(platform).toContainText('linux/arm64');
  await expect(platform).toBeFocused();
  await keyboard.press('Escape');
  await expect(platform).toContainText(t('run', 'log.allPlatforms'));
});

test('a registry of one’s own is asked for by keyboard, and says what is wrong with its port', async ({
  desktop: { page },
  t,
}) => {
  const { keyboard } = page;
  const registries = registriesPage(page, t);
  await expect(page.getByRole('main')).toBeVisible();
  await keyboard.press('Control+5');
  await tabTo(page, registries.field('local.port'));
  await keyboard.type('70000');
  await keyboard.press('Enter');
  await expect(page.getByRole('alert')).toHaveText(t('registries', 'local.portWrong'));
  await expect(registries.field('local.port')).toBeFocused();
});
