// A git repository in the window: from its address to a run, with what can be wrong on the way, on a real git server.
import path from 'node:path';
import { makeRepository } from '../../scripts/parts/git-repository.ts';
import { startGitServer } from '../../scripts/parts/git-server.ts';
import { frame } from '../pages/frame.ts';
import { quickBuildPage } from '../pages/quick-build.ts';
import { taskPage } from '../pages/task.ts';
import { expect, test } from '../support/test.ts';

const looks = [
  ['en', 'light', 1440, 900],
  ['ko', 'dark', 1024, 700],
  ['en', 'dark', 1024, 700],
  ['ko', 'light', 1440, 900],
] as const;

for (const [language, theme, width, height] of process.env['SLIPWAY_SCREENSHOTS'] ? looks : looks.slice(0, 2)) {
  test.describe(`${language}, ${theme}`, () => {
    test.use({ language, theme });

    test('a private repository is opened with a token, built, and its task run', async ({
      start,
      folder,
      parts,
      t,
    }, testInfo) => {
      test.setTimeout(150_000);
      const server = await startGitServer(path.join(folder, 'git'));
      const shop = await makeRepository(path.join(server.repositories, 'shop.git'));
      const commit = await shop.commit('main', {
        Dockerfile: [
          `FROM ${parts.busybox.open} AS compile`,
          'ARG VERSION=1.4.0',
          'RUN echo "planks: $VERSION"',
          `FROM ${parts.busybox.open} AS serve`,
          'COPY . /site',
        ].join('\n'),
        'web/Dockerfile': `FROM ${parts.busybox.open}\nCOPY . /web\n`,
        'web/index.html': '<!doctype html>\n'.repeat(300),
        'docs/index.md': '# Shop\n',
        'acb.yaml': `version: v1.1.0\nsteps:\n  - cmd: ${parts.busybox.open} sh -c 'echo "$Commit on $Branch"; cat docs/index.md'\n`,
      });
      await shop.ref('refs/heads/release/1.4', commit);
      await shop.ref('refs/tags/v1.4.0', commit);
      const repository = server.url('private', 'shop');
      const { page } = await start({ size: { width, height } });
      const around = frame(page, t);
      const form = quickBuildPage(page, t);
      const { main } = around;
      let pictures = 0;
      const take = async (name: string) => {
        await page.mouse.move(width / 2, height - 4);
        const file = `${++pictures}-${name}-${language}-${theme}-${width}.png`;
        await page.screenshot({ path: testInfo.outputPath(file) });
      };

      // No token: it is taken right there, and what failed is tried again.
      await around.goTo('build');
      await form.path.fill(repository);
      await form.openPath.click();
      await expect(main.getByText(t('errors', 'source.unauthorized.title'))).toBeVisible({ timeout: 20_000 });
      await take('no-token');
      await main.getByRole('button', { name: t('common', 'fix.signInToGit', { place: server.host }) }).click();
      const token = main.getByRole('form', { name: t('settings', 'gitHosts.title') });
      await token.getByLabel(t('settings', 'gitHosts.user'), { exact: true }).fill(server.login.user);
      await token.getByLabel(t('settings', 'gitHosts.token'), { exact: true }).fill('expired');
      await take('token-form');
      await token.getByRole('button', { name: t('settings', 'gitHosts.submitRetry') }).click();
      await expect(main.getByText(t('errors', 'source.tokenRefused.title'))).toBeVisible({ timeout: 20_000 });
      await main.getByRole('button', { name: t('common', 'fix.signInToGit', { place: server.host }) }).click();
      await token.getByLabel(t('settings', 'gitHosts.user'), { exact: true }).fill(server.login.user);
      await token.getByLabel(t('settings', 'gitHosts.token'), { exact: true }).fill(server.login.password);
      await token.getByRole('button', { name: t('settings', 'gitHosts.submitRetry') }).click();

      // What the repository has is filled in.
      await expect(main.getByRole('heading', { name: t('build', 'titleOf', { folder: 'shop' }) })).toBeVisible({
        timeout: 20_000,
      });
      await expect(main.getByLabel('VERSION', { exact: false }).first()).toBeVisible();
      await expect(form.summary).toContainText('kB');
      await main.getByLabel(t('build', 'target.label')).click();
      await expect(page.getByRole('option', { name: /compile/ })).toBeVisible();
      await page.keyboard.press('Escape');
      await main.getByLabel(t('build', 'dockerfile.label'), { exact: true }).click();
      await expect(page.getByRole('option', { name: 'web/Dockerfile' })).toBeVisible();
      await page.keyboard.press('Escape');
      await form.tag.fill('shop:{{.Run.ID}}');
      await take('form');
      const run = await form.start();
      await expect(run.state('succeeded')).toBeVisible({ timeout: 30_000 });
      await expect(run.facts).toContainText(commit.slice(0, 7));
      await expect(run.facts).toContainText('main');
      await take('run');

      // A name that isn't there: those like it are a click away; so are folders.
      await around.goTo('build');
      await form.path.fill(`${repository}#relase/1.4`);
      await form.openPath.click();
      await expect(main.getByText(t('errors', 'source.refNotFound.title'))).toBeVisible({ timeout: 20_000 });
      await take('near-names');
      await main.getByRole('button', { name: t('common', 'fix.useRef', { ref: 'release/1.4' }) }).click();
      await expect(form.tag).toBeVisible({ timeout: 20_000 });
      await around.goTo('home');
      await around.goTo('build');
      await form.path.fill(`${repository}#main:wbe`);
      await form.openPath.click();
      await expect(main.getByText(t('errors', 'source.folderNotFound.title'))).toBeVisible({ timeout: 20_000 });
      await take('folders');
      await main.getByRole('button', { name: t('common', 'fix.useFolder', { folder: 'web' }) }).click();
      await expect(main.getByRole('heading', { name: t('build', 'titleOf', { folder: 'web' }) })).toBeVisible({
        timeout: 20_000,
      });

      // The same for its task file.
      await around.goTo('tasks');
      const task = taskPage(page, t);
      await task.open(repository);
      await expect(task.run).toBeEnabled({ timeout: 20_000 });
      await take('task');
      const ran = await task.start();
      await expect(ran.state('succeeded')).toBeVisible({ timeout: 30_000 });
      await expect(ran.log).toContainText(`${commit} on main`);
      await expect(ran.facts).toContainText(commit.slice(0, 7));
      await take('task-run');

      await around.goTo('settings');
      const hosts = main.getByRole('list', { name: t('settings', 'section.gitHosts') });
      await expect(hosts).toContainText(server.host);
      await hosts.scrollIntoViewIfNeeded();
      await take('hosts');
      await hosts.getByRole('button', { name: t('settings', 'gitHosts.remove') }).click();
      await hosts.getByRole('button', { name: t('settings', 'gitHosts.removeConfirm') }).click();
      await expect(main.getByText(t('settings', 'gitHosts.empty'))).toBeVisible();
      await server.stop();
    });
  });
}
