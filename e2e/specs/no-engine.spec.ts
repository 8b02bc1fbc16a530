import { symlink } from 'node:fs/promises';
import { frame } from '../pages/frame.ts';
import { quickBuildPage } from '../pages/quick-build.ts';
import { makeContext } from '../support/contexts.ts';
import { expect, test } from '../support/test.ts';
import { languages } from '../support/texts.ts';

for (const language of languages) {
  test.describe(language, () => {
    test.use({ language, theme: language === 'ko' ? 'dark' : 'light' });

    test('without an engine the app opens, explains, and goes on once one is there', async ({
      start,
      folder,
      parts,
      t,
    }) => {
      const socket = `${folder}/engine.sock`;
      const { page } = await start({ engine: `unix://${socket}` });
      const around = frame(page, t);
      await around.engineChip(t('common', 'engine.absent')).click();
      await expect(around.heading).toHaveText(t('engine', 'title'));
      await expect(around.main).toContainText(t('errors', 'engine.notFound.title'));
      await expect(around.main).toContainText(t('engine', 'source.DOCKER_HOST'));
      await expect(around.main).toContainText(socket);
      await expect(around.main).toContainText(t('engine', 'stillUsable'));

      const context = await makeContext(`${folder}/patient`, {
        'fresh.txt': folder,
        Dockerfile: `FROM ${parts.busybox.local}\nCOPY . /\nRUN echo "tide: $((5 * 5))"\n`,
      });
      await around.goTo('build');
      const form = quickBuildPage(page, t);
      await form.open(context);
      const run = await form.start();
      await expect(run.state('queued')).toBeVisible();

      await symlink(parts.engines[0].host.replace('unix://', ''), socket);
      await expect(run.state('succeeded')).toBeVisible({ timeout: 60_000 });
      await expect(run.log).toContainText('tide: 25');
    });
  });
}
