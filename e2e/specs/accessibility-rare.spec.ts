// axe on states that are seldom seen: what is dragged, selected, waited for, run out, lost, refused; and outputs that are many.
import path from 'node:path';
import { makeRepository } from '../../scripts/parts/git-repository.ts';
import { startGitServer } from '../../scripts/parts/git-server.ts';
import { startLimitedRegistry } from '../../scripts/parts/limited-registry.ts';
import { enginesPage } from '../pages/engines.ts';
import { frame } from '../pages/frame.ts';
import { quickBuildPage } from '../pages/quick-build.ts';
import { registriesPage } from '../pages/registries.ts';
import { runPage } from '../pages/run.ts';
import { runsPage } from '../pages/runs.ts';
import { bareEngine } from '../support/bare-engine.ts';
import { makeContext } from '../support/contexts.ts';
import { dragPaths } from '../support/drop.ts';
import { createGate } from '../support/gate.ts';
import { looksAt } from '../support/look.ts';
import { expect, test } from '../support/test.ts';
import { languages } from '../support/texts.ts';

const env = { SLIPWAY_PASSPHRASE: 'a passphrase for tests' };
/** All that ACR builds for Linux. */
const platforms = ['amd64', '386', 'arm/v6', 'arm/v7', 'arm/v8', 'arm64'].map((name) => `linux/${name}`);

/** The file that a build for `linux/arm/v7` takes: `mast-armv7.txt`. */
function mastOf(platform: string): string {
  return `mast-${platform.slice('linux/'.length).replace('/', '')}.txt`;
}

for (const language of languages) {
  for (const theme of ['light', 'dark'] as const) {
    test.describe(`${language}, ${theme}`, () => {
      test.use({ language, theme });

      test('what is dragged, waited for and selected has no serious problem', async ({ start, folder, parts, t }) => {
        test.setTimeout(480_000);
        const settings = { language, theme, embeddedEngine: false, concurrentRuns: 2 };
        const { page } = await start({ settings });
        const look = looksAt(page, `${language}-${theme}`);
        const around = frame(page, t);
        const form = quickBuildPage(page, t);
        const run = runPage(page, t);
        const gate = await createGate();
        const Dockerfile = `FROM ${parts.busybox.local}\nRUN ${gate.command}\n`;
        const build = async (name: string, tag: string) => {
          await around.goTo('build');
          await form.open(await makeContext(`${folder}/${name}`, { Dockerfile }));
          await form.tag.fill(tag);
          await form.start();
          return run.id();
        };
        await dragPaths(page, [folder]);
        await expect(page.getByText(t('common', 'drop.title'))).toBeVisible();
        await look('drop zone');
        // Not every desktop tells that what hung there was taken away: the mouse does.
        await page.mouse.move(512, 350);
        await expect(page.getByText(t('common', 'drop.title'))).toBeHidden();

        const first = await build('api', 'registry.example.com/harbour/api:1.4.0');
        await gate.reached;
        await build('api of the second quay', 'registry.example.com/harbour/api:1.4.0');
        await expect(around.main).toContainText(first);
        await look('run, behind one with the same tag');
        await build('web', 'web:1');
        await expect(run.state('running')).toBeVisible();
        await build('worker', 'worker:1');
        await expect(around.main).toContainText(t('run', 'wait.title'));
        await look('run, behind others');
        await around.goTo('runs');
        await look('runs, waiting');
        await runsPage(page, t).table.press('Control+a');
        await expect(page.getByRole('toolbar', { name: t('runs', 'selected_other', { count: 4 }) })).toBeVisible();
        await look('runs, selected');
        await page.getByRole('button', { name: t('runs', 'cancel_other', { count: 4 }) }).click();
        await expect(page.getByRole('button', { name: t('runs', 'remove_other', { count: 4 }) })).toBeVisible({
          timeout: 30_000,
        });
        await look('runs, over and selected');
        await gate.close();
      });

      test('limits, ends of credentials and engines that are lost have no serious problem', async ({
        start,
        folder,
        parts,
        t,
      }) => {
        test.setTimeout(480_000);
        const closed = parts.registries.private;
        const low = await startLimitedRegistry(closed, { limit: 100, remaining: 7 });
        const out = await startLimitedRegistry(closed, { limit: 100, remaining: 0 });
        const lost = await bareEngine(path.join(folder, 'lost.sock'), parts.engines[1].host);
        const { page } = await start({ env });
        const look = looksAt(page, `${language}-${theme}`);
        const around = frame(page, t);
        const registries = registriesPage(page, t);
        const day = (from: number) => new Date(Date.now() + from * 86_400_000).toISOString().slice(0, 10);
        await around.goTo('registries');
        for (const [host, expires] of [
          [closed.host, day(-1)],
          [low.host, day(3)],
          [out.host, day(90)],
        ] as const) {
          await registries.button('login.open').click();
          await registries.field('login.host').fill(host);
          await registries.field('login.username').fill(closed.login.user);
          await registries.field('login.secret.password').fill(closed.login.password);
          await registries.field('login.expires').fill(expires);
          await registries.button('login.submit').click();
          await registries.row(host).waitFor();
          await registries
            .row(host)
            .getByRole('button', { name: t('registries', 'test.open') })
            .click();
          await expect(registries.row(host)).toContainText(t('registries', 'access.catalog.yes'));
        }
        await expect(registries.row(out.host)).toContainText(t('registries', 'limit.out', { limit: 100 }));
        await look('registries, limits and ends');
        await around.goTo('home');
        await expect(around.main).toContainText(t('home', 'credentials'));
        await look('home, credentials that end');

        await around.engineChip(/Docker/).click();
        const engines = enginesPage(page, t);
        await engines.name('lighthouse', lost.host);
        await expect(engines.row('lighthouse')).toContainText('Docker');
        await lost.stop();
        await engines
          .row('lighthouse')
          .getByRole('button', { name: t('engine', 'test.of', { name: 'lighthouse' }) })
          .click();
        await expect(engines.row('lighthouse')).toContainText(t('errors', 'engine.notThere.title'));
        await look('engines, one lost');
        await around.goTo('home');
        await look('home, an engine lost');
        await low.stop();
        await out.stop();
      });

      test('many outputs have no serious problem', async ({ start, folder, parts, t }) => {
        test.setTimeout(600_000);
        const { host } = parts.registries.open;
        const current = parts.engines.find(({ containerdStore }) => containerdStore);
        const { page } = await start({ engine: current?.host ?? '' });
        const look = looksAt(page, `${language}-${theme}`);
        const around = frame(page, t);
        const { main } = around;
        const form = quickBuildPage(page, t);
        const long = `${host}/harbour/a-name-that-somebody-has-thought-out-well/${'quay-'.repeat(8)}${language}-${theme}`;
        await around.goTo('build');
        await form.open(
          await makeContext(`${folder}/fleet`, {
            Dockerfile: [
              'FROM scratch',
              'ARG TARGETARCH',
              'ARG TARGETVARIANT',
              'COPY hull.txt /hull.txt',
              'COPY mast-$TARGETARCH$TARGETVARIANT.txt /mast.txt',
              'LABEL org.opencontainers.image.title=fleet',
            ].join('\n'),
            'hull.txt': folder.repeat(400),
            ...Object.fromEntries(platforms.map((name) => [mastOf(name), name.repeat(100)])),
          }),
        );
        await form.tag.fill(`${long}:{{.Run.ID}}`);
        for (let number = 2; number <= 12; number++) {
          await form.addTag.click();
          await main.getByLabel(t('build', 'image.tag', { number }), { exact: true }).fill(`${long}:1.4.${number}`);
        }
        await main.getByLabel(t('build', 'platform.label'), { exact: true }).fill(platforms.join(', '));
        await main.getByLabel(t('build', 'more.provenance')).click();
        await page.getByRole('option', { name: t('build', 'more.provenanceOf.max') }).click();
        await look('build, many tags and platforms');
        const fleet = await form.start();
        await expect(fleet.state('succeeded')).toBeVisible({ timeout: 120_000 });
        await look('run, many tags and platforms');
        const names = fleet.outputs.getByRole('button', { name: t('run', 'outputs.moreNames_other', { count: 11 }) });
        await names.click();
        await look('run, twelve names');
        await names.click();
        await fleet.outputs.getByRole('button', { name: t('run', 'layers.show') }).click();
        await look('run, layers by platform');
        await page.getByRole('combobox', { name: t('run', 'log.platform') }).click();
        await look('run, platforms of the log');
        await page.getByRole('option', { name: 'linux/arm/v7' }).click();
        await look('run, log of a platform');
        await around.goTo('runs');
        await look('runs, many tags');
        await around.goTo('registries');
        await main.getByRole('textbox', { name: t('registries', 'browse.otherHost') }).fill(host);
        await page.keyboard.press('Enter');
        await page.getByRole('link', { name: long.slice(host.length + 1) }).click();
        const numbered = page.getByRole('link', { name: /^1\.4\.\d+$/ });
        await expect(numbered).toHaveText(Array.from({ length: 11 }, (_, index) => `1.4.${index + 2}`));
        await page.getByRole('link', { name: '1.4.2', exact: true }).click();
        await expect(page.getByRole('link', { name: /linux\/arm\/v7/ }).first()).toBeVisible();
        await look('browse, index with attestations');
        await page.getByRole('link', { name: t('registries', 'browse.attests', { platform: 'linux/amd64' }) }).click();
        await expect(main).toContainText('slsa');
        await expect(main).not.toContainText('docker pull');
        await look('browse, attestation');

        await around.goTo('build');
        const planks = Array.from({ length: 60 }, (_, index) => `plank-${String(index + 1).padStart(2, '0')}.txt`);
        await form.open(
          await makeContext(`${folder}/hull`, {
            Dockerfile: ['FROM scratch', ...planks.map((name) => `COPY ${name} /srv/planks/${name}`)].join('\n'),
            ...Object.fromEntries(planks.map((name, index) => [name, folder.repeat(index * index)])),
          }),
        );
        await form.tag.fill('hull:60');
        const hull = await form.start();
        await expect(hull.state('succeeded')).toBeVisible({ timeout: 120_000 });
        await hull.outputs.getByRole('button', { name: t('run', 'layers.show') }).click();
        await look('run, many layers');

        await around.goTo('build');
        await form.open(
          await makeContext(`${folder}/windows`, { Dockerfile: `FROM ${parts.busybox.local}\nRUN echo hello\n` }),
        );
        await main.getByLabel(t('build', 'platform.label'), { exact: true }).fill('windows/amd64');
        await look('build, for Windows');
        await form.build.click();
        await expect(page.getByText(t('errors', 'engine.noneFits.title')).first()).toBeVisible({
          timeout: 30_000,
        });
        await look('run, for Windows');
      });

      test('sources that fail have no serious problem', async ({ start, folder, parts, t }) => {
        test.setTimeout(480_000);
        const server = await startGitServer(path.join(folder, 'git'));
        const shop = await makeRepository(path.join(server.repositories, 'shop.git'));
        const commit = await shop.commit('main', {
          Dockerfile: `FROM ${parts.busybox.open}\n`,
          'web/a': 'a',
          'api/b': 'b',
        });
        for (const name of ['heads/release/1.4', 'heads/release/1.5', 'tags/v1.4.0', 'tags/v1.4.1'])
          await shop.ref(`refs/${name}`, commit);
        const { page } = await start({ env });
        const look = looksAt(page, `${language}-${theme}`);
        const around = frame(page, t);
        const form = quickBuildPage(page, t);
        for (const [context, code, screen] of [
          [server.url('status/403', 'shop'), 'forbidden', '403'],
          [server.url('status/404', 'shop'), 'notFound', '404'],
          [server.url('page', 'shop'), 'notARepository', 'a web page'],
          ['http://127.0.0.1:1/harbour/shop.git', 'unreachable', 'nobody there'],
          [`${server.url('open', 'shop')}#relase/1.4`, 'refNotFound', 'near names'],
          [`${server.url('open', 'shop')}#main:wbe`, 'folderNotFound', 'folders'],
        ] as const) {
          await around.goTo('home');
          await around.goTo('build');
          await form.path.fill(context);
          await form.openPath.click();
          await expect(around.main.getByText(t('errors', `source.${code}.title`))).toBeVisible({ timeout: 30_000 });
          await look(`source, ${screen}`);
        }
        for (const [context, screen] of [
          [`${folder}/nowhere`, 'no folder'],
          [`http://${server.host}/status/404/shop.tar.gz`, 'no archive'],
          [`http://${server.host}/page/shop.tar.gz`, 'not an archive'],
          [`oci://${parts.registries.open.host}/harbour/none:1`, 'no artifact'],
          ['oci://harbour', 'grammar'],
          ['git@github.com:ana/web.git#ma in', 'a space'],
        ] as const) {
          await around.goTo('home');
          await around.goTo('build');
          await form.path.fill(context);
          await form.openPath.click();
          await expect(around.main.getByRole('alert').or(form.tag).first()).toBeVisible({ timeout: 30_000 });
          await look(`source, ${screen}`);
        }
        await server.stop();
      });
    });
  }
}
