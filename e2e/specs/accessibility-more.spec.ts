// axe on what lies behind the first screens: registries, engines, tokens of git hosts, platforms, outputs, and what is missing.
import path from 'node:path';
import { makeRepository } from '../../scripts/parts/git-repository.ts';
import { startGitServer } from '../../scripts/parts/git-server.ts';
import { publishImage } from '../../scripts/parts/images.ts';
import { freePort } from '../../scripts/parts/registry.ts';
import { publishRegistryImage } from '../../scripts/parts/registry-image.ts';
import { enginesPage } from '../pages/engines.ts';
import { frame } from '../pages/frame.ts';
import { quickBuildPage } from '../pages/quick-build.ts';
import { registriesPage } from '../pages/registries.ts';
import { taskPage } from '../pages/task.ts';
import { bareEngine } from '../support/bare-engine.ts';
import { makeContext } from '../support/contexts.ts';
import { looksAt } from '../support/look.ts';
import { expect, test } from '../support/test.ts';
import { languages } from '../support/texts.ts';

const env = { SLIPWAY_PASSPHRASE: 'a passphrase for tests' };

for (const language of languages) {
  for (const theme of ['light', 'dark'] as const) {
    test.describe(`${language}, ${theme}`, () => {
      test.use({ language, theme });

      test('registries have no serious problem', async ({ start, parts, t }) => {
        test.setTimeout(240_000);
        const closed = parts.registries.private;
        await publishImage(closed, { repository: 'harbour/quay', tag: '1.4.0', files: { 'srv/a': 'a' } });
        const image = await publishRegistryImage(parts.registries.open);
        const host = `127.0.0.1:${await freePort()}`;
        const { page } = await start();
        const look = looksAt(page, `${language}-${theme}`);
        const around = frame(page, t);
        const registries = registriesPage(page, t);
        await around.goTo('registries');
        await expect(registries.button('vault.choose')).toBeVisible();
        await look('registries, empty');
        await registries.button('vault.choose').click();
        await look('registries, passphrase');
        await registries.field('passphrase.label').fill(env.SLIPWAY_PASSPHRASE);
        await registries.field('passphrase.repeat').fill(env.SLIPWAY_PASSPHRASE);
        await registries.button('passphrase.create').click();
        await expect(around.main.getByText(t('registries', 'vault.state.unlocked'))).toBeVisible();
        await registries.button('login.open').click();
        await look('registries, form');
        await registries.field('login.host').fill(closed.host);
        await registries.field('login.username').fill(closed.login.user);
        await registries.field('login.secret.password').fill('wrong');
        await registries.field('login.expires').fill('2026-01-01');
        await registries.button('login.submit').click();
        await expect(page.getByRole('alert')).toContainText(t('errors', 'registry.unauthorized.title'));
        await look('registries, refused');
        await registries.field('login.secret.password').fill(closed.login.password);
        await page.keyboard.press('Enter');
        const row = registries.row(closed.host);
        await row.getByRole('button', { name: t('registries', 'test.open') }).click();
        await expect(row).toContainText(t('registries', 'access.catalog.yes'));
        await look('registries, tested');
        await row.getByRole('button', { name: t('registries', 'columns.actions') }).click();
        await expect(page.getByRole('menuitem').first()).toBeVisible();
        await look('registries, menu');
        await page.keyboard.press('Escape');
        await row.getByRole('button', { name: t('registries', 'browse.open') }).press('Enter');
        await expect(page.getByRole('link', { name: 'harbour/quay' })).toBeVisible();
        await look('browse, repositories');
        await page.getByRole('link', { name: 'harbour/quay' }).click();
        await page.getByRole('link', { name: '1.4.0' }).click();
        const manifest = page.getByRole('article', { name: t('registries', 'browse.manifest') });
        await expect(manifest).toContainText('docker pull');
        await look('browse, manifest');
        await page.getByRole('link', { name: t('registries', 'browse.repositories') }).click();
        await page.getByRole('link', { name: 'base/busybox' }).click();
        await page.getByRole('link', { name: '1', exact: true }).click();
        await expect(page.getByRole('link', { name: /linux\/arm64\/v8/ })).toBeVisible();
        await look('browse, index');
        await around.goTo('registries');
        await around.main.getByRole('textbox', { name: t('registries', 'browse.otherHost') }).fill('127.0.0.1:1');
        await page.keyboard.press('Enter');
        await expect(page.getByText(t('errors', 'registry.refused.title')).first()).toBeVisible({
          timeout: 30_000,
        });
        await look('browse, nobody there');

        await around.goTo('registries');
        await registries.field('local.image').fill(image);
        await registries.field('local.port').fill('70000');
        await registries.button('local.start').click();
        await look('local registry, wrong port');
        await registries.field('local.port').fill(host.slice(host.indexOf(':') + 1));
        await page.keyboard.press('Enter');
        await expect(registries.row(host)).toContainText(t('registries', 'local.mark'), { timeout: 30_000 });
        await look('local registry, running');
        await registries.button('local.remove.open').click();
        await look('local registry, removing');
        await page.getByText(t('registries', 'local.remove.data')).click();
        await registries.button('local.remove.confirmData').click();
        await expect(page.getByText(t('registries', 'local.detail.absent'))).toBeVisible();
        await around.goTo('home');
        await look('home, a credential that ended');
      });

      test('engines and platforms have no serious problem', async ({ start, folder, parts, t }) => {
        test.setTimeout(240_000);
        const [near, far] = parts.engines;
        const bare = await bareEngine(path.join(folder, 'bare.sock'), near.host);
        const { page } = await start({
          engine: bare.host,
          settings: { language, theme, embeddedEngine: false, emulationImage: parts.busybox.local },
        });
        const look = looksAt(page, `${language}-${theme}`);
        const around = frame(page, t);
        const { main } = around;
        const engines = enginesPage(page, t);
        await around.engineChip(/Docker/).click();
        const setUp = page.getByRole('button', { name: t('engine', 'emulation.setUp') });
        await expect(setUp).toBeVisible();
        await look('engines, one');
        await setUp.click();
        const dialog = page.getByRole('dialog', { name: t('engine', 'emulation.consent.title') });
        await expect(dialog).toBeVisible();
        await look('engines, emulation asked for');
        await dialog.getByRole('button', { name: t('engine', 'emulation.consent.yes') }).click();
        await expect(page.getByText(t('errors', 'platform.emulationFailed.title'))).toBeVisible({ timeout: 30_000 });
        await look('engines, emulation failed');
        await engines.name('harbour', far.host);
        await engines.name('lighthouse', `unix://${folder}/nobody.sock`);
        await expect(engines.row('lighthouse')).toContainText(t('errors', 'engine.notThere.title'));
        await engines.add.click();
        await main.getByRole('button', { name: t('engine', 'add.submit'), exact: true }).click();
        await look('engines, form');
        await main.getByLabel(t('engine', 'add.name'), { exact: true }).fill('Harbour');
        await main.getByLabel(t('engine', 'add.address'), { exact: true }).fill('tcp://build-host:2376');
        await main.getByRole('button', { name: t('engine', 'add.submit'), exact: true }).click();
        await expect(main).toContainText(t('errors', 'engine.nameTaken.title'));
        await look('engines, name taken');
        await main.getByRole('button', { name: t('engine', 'add.cancel'), exact: true }).click();
        await engines.row('harbour').getByRole('button', { name: 'harbour' }).first().click();
        await look('engines, several');
        await engines
          .row('harbour')
          .getByRole('button', { name: t('engine', 'actionsOf', { name: 'harbour' }) })
          .click();
        await expect(page.getByRole('menuitem').first()).toBeVisible();
        await look('engines, menu');
        await page.keyboard.press('Escape');
        await around.goTo('home');
        await look('home, several engines');
        await page.keyboard.press('?');
        await look('keyboard help');
        await page.keyboard.press('Escape');

        await around.goTo('build');
        const form = quickBuildPage(page, t);
        const { host } = parts.registries.open;
        await form.open(
          await makeContext(`${folder}/배 fleet`, {
            Dockerfile: [
              `FROM --platform=$BUILDPLATFORM ${host}/base/busybox:1`,
              'ARG TARGETARCH',
              'COPY keel.txt /keel.txt',
              'RUN --mount=type=secret,id=seal echo "laid for $TARGETARCH"',
            ].join('\n'),
            'keel.txt': `${folder}${language}${theme}`,
          }),
        );
        await main.getByRole('combobox', { name: t('engine', 'select.label') }).click();
        await page.getByRole('option', { name: /^harbour/ }).click();
        await form.tag.fill(`${host}/desk/Fleet:{{.Run.ID}}`);
        await main.getByLabel(t('build', 'platform.label'), { exact: true }).fill('linux/amd64, linux/beos');
        await look('build, what is wrong');
        await form.tag.fill(`${host}/desk/fleet-${language}-${theme}:{{.Run.ID}}`);
        await main.getByLabel(t('build', 'platform.label'), { exact: true }).fill('linux/amd64, linux/arm64');
        await main.getByLabel(t('build', 'more.cacheTo')).fill(`type=registry,ref=${host}/desk/cache,mode=max`);
        await main.getByLabel(t('build', 'more.cacheFrom')).fill(`${host}/desk/none:1`);
        await main.getByLabel(t('build', 'more.provenance')).click();
        await page.getByRole('option', { name: t('build', 'more.provenanceOf.max') }).click();
        await look('build, platforms and caches');
        const run = await form.start();
        await expect(run.state('succeeded')).toBeVisible({ timeout: 60_000 });
        await run.outputs.getByRole('button', { name: t('run', 'layers.show') }).click();
        await look('run, several platforms');
        const attestations = run.outputs.getByRole('list', { name: t('run', 'attestations.title') });
        await attestations
          .getByRole('button', { name: t('run', 'attestations.view') })
          .first()
          .click();
        await expect(page.getByRole('dialog')).toContainText('predicateType');
        await look('run, statement');
        await page.keyboard.press('Escape');
        await around.goTo('runs');
        await page
          .getByRole('searchbox')
          .or(page.getByRole('textbox', { name: t('runs', 'find') }))
          .first()
          .fill('status:failed');
        await look('runs, nothing found');
        await bare.stop();
      });

      test('sources and what is missing have no serious problem', async ({ start, folder, parts, t }) => {
        test.setTimeout(240_000);
        const server = await startGitServer(path.join(folder, 'git'));
        const shop = await makeRepository(path.join(server.repositories, 'shop.git'));
        await shop.commit('main', {
          Dockerfile: `FROM ${parts.busybox.open}\nARG VERSION=1.4.0\nCOPY . /site\n`,
          'web/index.html': '<!doctype html>\n',
        });
        const repository = server.url('private', 'shop');
        const { page } = await start({ env, engine: `unix://${folder}/nobody.sock` });
        const look = looksAt(page, `${language}-${theme}`);
        const around = frame(page, t);
        const { main } = around;
        const form = quickBuildPage(page, t);
        await look('home, no engine');
        await around.engineChip(t('common', 'engine.absent')).click();
        await expect(main).toContainText(t('errors', 'engine.notFound.title'));
        await look('engines, none');
        await around.goTo('registries');
        await expect(main).toContainText(t('registries', 'local.detail.noEngine'));
        await look('registries, no engine');

        await around.goTo('build');
        await form.path.fill(repository);
        await form.openPath.click();
        await expect(main.getByText(t('errors', 'source.unauthorized.title'))).toBeVisible({ timeout: 20_000 });
        await look('repository, no token');
        await main.getByRole('button', { name: t('common', 'fix.signInToGit', { place: server.host }) }).click();
        const token = main.getByRole('form', { name: t('settings', 'gitHosts.title') });
        await token.getByLabel(t('settings', 'gitHosts.user'), { exact: true }).fill(server.login.user);
        await token.getByLabel(t('settings', 'gitHosts.token'), { exact: true }).fill(server.login.password);
        await look('repository, token');
        await token.getByRole('button', { name: t('settings', 'gitHosts.submitRetry') }).click();
        await expect(form.tag).toBeVisible({ timeout: 20_000 });
        await look('repository, form');
        await around.goTo('home');
        await around.goTo('build');
        await form.path.fill(`${repository}#main:wbe`);
        await form.openPath.click();
        await expect(main.getByText(t('errors', 'source.folderNotFound.title'))).toBeVisible({ timeout: 20_000 });
        await look('repository, folders');
        await around.goTo('home');
        await around.goTo('build');
        await main.getByRole('button', { name: t('build', 'source.paste') }).click();
        await main
          .getByLabel(t('build', 'dockerfile.pasted'))
          .fill(`FROM ${parts.busybox.open}\nARG PORT=80\nRUN echo ok\n`);
        await look('build, pasted');
        const queued = await form.start();
        await expect(queued.state('queued')).toBeVisible();
        await look('run, waiting for an engine');
        await around.goTo('home');
        await look('home, a run that waits');
        await around.goTo('tasks');
        const task = taskPage(page, t);
        await task.sample('release').click();
        await task.run.waitFor();
        await task.tab('steps').click();
        await look('task, steps of the sample');
        await task.look('list').click();
        await look('task, steps as a list');
        await around.goTo('tasks');
        const mounts = await makeContext(`${folder}/mounts`, {
          'acb.yaml': [
            'version: v1.1.0',
            'secrets:',
            '  - id: seal',
            '    keyvault: https://harbour.vault.azure.net/secrets/seal',
            'steps:',
            `  - cmd: -v ${folder}/mounts:/seen -v /var/run/docker.sock:/var/run/docker.sock ${parts.busybox.local} ls /seen`,
            '    privileged: true',
            '',
          ].join('\n'),
        });
        await task.open(`${mounts}/acb.yaml`);
        await expect(task.allow('privileged')).toBeVisible();
        await look('task, permissions');
        await task.allow('privileged').click();
        await look('task, one allowed');
        await around.goTo('settings');
        const hosts = main.getByRole('list', { name: t('settings', 'section.gitHosts') });
        await hosts.scrollIntoViewIfNeeded();
        await hosts.getByRole('button', { name: t('settings', 'gitHosts.remove') }).click();
        await look('settings, token removed');
        await server.stop();
      });
    });
  }
}
