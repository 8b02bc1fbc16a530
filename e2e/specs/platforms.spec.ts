// One build for several platforms: chosen in the form, told apart in the log and among the outputs.
import { quickBuildPage } from '../pages/quick-build.ts';
import { makeContext } from '../support/contexts.ts';
import { dropPaths } from '../support/drop.ts';
import { expect, test } from '../support/test.ts';
import { languages } from '../support/texts.ts';

for (const language of languages) {
  const theme = language === 'ko' ? 'dark' : 'light';
  test.describe(`${language}, ${theme}`, () => {
    test.use({ language, theme });

    test('a build for two platforms has a log for each, and one index in the registry', async ({
      desktop,
      folder,
      parts,
      t,
    }) => {
      const { page } = desktop;
      const registry = parts.registries.open;
      const context = await makeContext(`${folder}/배 fleet`, {
        Dockerfile: [
          `FROM --platform=$BUILDPLATFORM ${registry.host}/base/busybox:1`,
          'ARG TARGETARCH',
          'COPY keel.txt /keel.txt',
          'RUN echo "laid for $TARGETARCH"',
        ].join('\n'),
        'keel.txt': folder,
      });
      await dropPaths(page, [context]);
      const form = quickBuildPage(page, t);
      await form.tag.fill(`${registry.host}/desk/fleet:{{.Run.ID}}`);
      await page
        .getByRole('main')
        .getByLabel(t('build', 'platform.label'), { exact: true })
        .fill('linux/amd64, linux/arm64');
      const run = await form.start();
      await expect(run.state('succeeded')).toBeVisible({ timeout: 60_000 });

      await page.getByRole('combobox', { name: t('run', 'log.platform') }).click();
      await page.getByRole('option', { name: 'linux/arm64' }).click();
      const log = page.getByRole('log', { name: t('run', 'log.labelOf', { name: 'linux/arm64' }) });
      await expect(log).toContainText('laid for arm64');
      await expect(log).not.toContainText('laid for amd64');

      await expect(
        run.outputs.getByRole('list', { name: t('run', 'outputs.platforms') }).getByRole('listitem'),
      ).toHaveCount(2);
    });
  });
}
