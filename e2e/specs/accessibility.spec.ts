// axe on every screen, in each language and theme: nothing serious or critical.
import { AxeBuilder } from '@axe-core/playwright';
import { frame } from '../pages/frame.ts';
import { quickBuildPage } from '../pages/quick-build.ts';
import { makeContext } from '../support/contexts.ts';
import { expect, test } from '../support/test.ts';
import { languages } from '../support/texts.ts';

for (const language of languages) {
  for (const theme of ['light', 'dark'] as const) {
    test.describe(`${language}, ${theme}`, () => {
      test.use({ language, theme });

      test('no screen has a serious problem', async ({ desktop: { page }, folder, parts, t }) => {
        test.setTimeout(180_000);
        const around = frame(page, t);
        const check = async (screen: string) => {
          const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).analyze();
          const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
          const told = serious.map(
            ({ id, nodes }) =>
              `${id}: ${nodes.map(({ html, failureSummary }) => `${html}\n${failureSummary ?? ''}`).join('\n')}`,
          );
          expect.soft(told, screen).toEqual([]);
        };

        await expect(around.heading).toBeVisible();
        await check('home, first start');
        await around.goTo('build');
        await expect(quickBuildPage(page, t).path).toBeVisible();
        await check('build, choosing');

        const form = quickBuildPage(page, t);
        await form.open(
          await makeContext(`${folder}/sound`, {
            Dockerfile: `ARG SIZE=1\nFROM ${parts.busybox.local} AS hull\nRUN echo "sound"\n`,
          }),
        );
        await check('build, form');
        const sound = await form.start();
        await expect(sound.state('succeeded')).toBeVisible({ timeout: 30_000 });
        await check('run, succeeded');

        await around.goTo('build');
        await form.open(
          await makeContext(`${folder}/leaky`, {
            Dockerfile: `FROM ${parts.busybox.local}\nRUN echo "leaky" && exit 3\n`,
          }),
        );
        const leaky = await form.start();
        await expect(leaky.state('failed')).toBeVisible({ timeout: 30_000 });
        await expect(page.getByText(t('errors', 'build.failed.title')).first()).toBeVisible();
        await check('run, failed');

        for (const section of ['home', 'runs', 'registries', 'settings'] as const) {
          await around.goTo(section);
          await expect(around.heading).toBeVisible();
          await check(section);
        }
        await around.engineChip(/\d/).click();
        await expect(around.heading).toHaveText(t('engine', 'title'));
        await check('engine');
        await page.keyboard.press('Control+k');
        await expect(page.getByRole('dialog')).toBeVisible();
        await check('palette');
      });
    });
  }
}
