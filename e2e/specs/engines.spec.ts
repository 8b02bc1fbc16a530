import { enginesPage } from '../pages/engines.ts';
import { frame } from '../pages/frame.ts';
import { quickBuildPage } from '../pages/quick-build.ts';
import { makeContext } from '../support/contexts.ts';
import { seriousProblems } from '../support/look.ts';
import { expect, test } from '../support/test.ts';
import { languages } from '../support/texts.ts';

const shots = process.env['SLIPWAY_SCREENSHOT_FOLDER'];

for (const language of languages) {
  test.describe(language, () => {
    test.use({ language, theme: language === 'ko' ? 'dark' : 'light' });

    test('a second engine is named, builds what it is told to, becomes the default, and is forgotten', async ({
      start,
      folder,
      parts,
      t,
    }) => {
      const { page } = await start({
        size: language === 'ko' ? { width: 1024, height: 700 } : { width: 1440, height: 900 },
      });
      const [near, far] = parts.engines;
      const around = frame(page, t);
      const engines = enginesPage(page, t);
      const take = async (name: string) => {
        if (shots !== undefined) await page.screenshot({ path: `${shots}/${name}-${language}.png` });
      };
      const words = (version: string) => new RegExp(`Docker ${version.replace('.', '\\.')}`);
      await around.engineChip(words(near.name)).click();
      await engines.name('harbour', far.host);
      await expect(engines.row('harbour')).toContainText(words(far.name));
      await expect(engines.row(t('engine', 'automatic'))).toContainText(t('engine', 'default.mark'));
      await engines.name('lighthouse', `unix://${folder}/nobody.sock`);
      await expect(engines.row('lighthouse')).toContainText(t('errors', 'engine.notThere.title'));
      await expect(around.main).toContainText(t('engine', 'source.setting'));
      await engines.add.click();
      const main = around.main;
      await main.getByLabel(t('engine', 'add.name'), { exact: true }).fill('Harbour');
      await main.getByLabel(t('engine', 'add.address'), { exact: true }).fill('tcp://build-host:2376');
      await take('form');
      await main.getByRole('button', { name: t('engine', 'add.submit'), exact: true }).click();
      await expect(main).toContainText(t('errors', 'engine.nameTaken.title'));
      expect(await seriousProblems(page)).toEqual([]);
      await main.getByRole('button', { name: t('engine', 'add.cancel'), exact: true }).click();
      await engines.row('harbour').getByRole('button', { name: 'harbour' }).first().click();
      await take('engines');

      await around.goTo('home');
      await expect(main).toContainText('lighthouse');
      await take('home');
      await around.goTo('build');
      const form = quickBuildPage(page, t);
      const context = await makeContext(`${folder}/barge`, {
        'fresh.txt': folder,
        Dockerfile: `FROM ${parts.busybox.local}\nCOPY . /\nRUN echo "tide: $((5 * 5))"\n`,
      });
      await form.open(context);
      const choices = page.getByRole('group', { name: t('build', 'platform.choices') });
      const pick = async (name: RegExp) => {
        await main.getByRole('combobox', { name: t('engine', 'select.label') }).click();
        await page.getByRole('option', { name }).click();
      };
      await expect(choices).toBeVisible();
      // Nobody knows what one can run that is away.
      await pick(/^lighthouse/);
      await expect(choices).toBeHidden();
      await pick(/^harbour/);
      await expect(choices).toBeVisible();
      await take('build');
      const run = await form.start();
      await expect(run.state('succeeded')).toBeVisible({ timeout: 60_000 });
      await expect(run.facts).toContainText('harbour');
      await take('run');

      await around.engineChip(words(near.name)).click();
      await engines.choose('harbour', 'default.set');
      await expect(around.engineChip(/^harbour/)).toBeVisible();
      // Asked about first; Escape is no.
      await engines.choose('harbour', 'remove.open');
      const question = page.getByRole('region', { name: t('engine', 'remove.title') });
      await expect(question).toContainText(far.host);
      expect(await seriousProblems(page)).toEqual([]);
      await take('remove');
      await page.keyboard.press('Escape');
      await expect(question).toBeHidden();
      await expect(engines.row('harbour')).toBeVisible();
      await engines.choose('harbour', 'remove.open');
      await question.getByRole('button', { name: t('engine', 'remove.confirm') }).click();
      await expect(engines.row('harbour')).toBeHidden();
      await expect(around.engineChip(words(near.name))).toBeVisible();
    });
  });
}
