// A build for Windows beside a Linux engine: what it needs is said before it runs, and it can be sent where there is that.
import { enginesPage } from '../pages/engines.ts';
import { frame } from '../pages/frame.ts';
import { quickBuildPage } from '../pages/quick-build.ts';
import { bareEngine } from '../support/bare-engine.ts';
import { makeContext } from '../support/contexts.ts';
import { dropPaths } from '../support/drop.ts';
import { seriousProblems } from '../support/look.ts';
import { expect, test } from '../support/test.ts';
import { languages } from '../support/texts.ts';

const shots = process.env['SLIPWAY_SCREENSHOT_FOLDER'];

for (const language of languages) {
  test.describe(language, () => {
    test.use({ language, theme: language === 'ko' ? 'dark' : 'light' });

    test('a build for Windows says what it needs, and is sent to a second engine', async ({
      start,
      folder,
      parts,
      t,
    }) => {
      const { page } = await start({
        size: language === 'ko' ? { width: 1024, height: 700 } : { width: 1440, height: 900 },
      });
      const take = async (name: string) => {
        if (shots !== undefined) await page.screenshot({ path: `${shots}/${name}-${language}.png` });
      };
      // A Linux one that says that it is one: where a run goes is all that is looked at.
      const windows = await bareEngine(`${folder}/windows.sock`, parts.engines[0].host, 'windows');
      const around = frame(page, t);
      const { main } = around;
      const platforms = main.getByLabel(t('build', 'platform.label'), { exact: true });
      const none = main.getByText(t('errors', 'engine.noneFits.title'));
      const context = await makeContext(`${folder}/barge`, {
        'fresh.txt': folder,
        Dockerfile: 'FROM scratch\nCOPY fresh.txt /\n',
        'acb.yaml': 'steps:\n  - build: --platform windows/amd64 -t barge .\n',
      });
      const form = quickBuildPage(page, t);
      await around.goTo('build');
      await form.open(context);
      await platforms.fill('windows/amd64');
      await expect(none).toBeVisible();
      await main.getByRole('button', { name: t('engine', 'outlook.engines') }).scrollIntoViewIfNeeded();
      await take('none-fits');
      expect(await seriousProblems(page)).toEqual([]);
      // Refused when it is asked for: nothing is queued.
      await form.build.click();
      await expect(main.getByRole('alert')).toContainText(t('errors', 'engine.noneFits.title'));

      await main.getByRole('button', { name: t('engine', 'outlook.engines') }).click();
      await enginesPage(page, t).name('harbour', windows.host);
      await expect(enginesPage(page, t).row('harbour')).toContainText('Docker');
      await around.goTo('build');
      await form.open(context);
      const choices = page.getByRole('group', { name: t('build', 'platform.choices') });
      // The form as it was left.
      await expect(choices.getByRole('button', { name: 'windows/amd64' })).toHaveAttribute('aria-pressed', 'true');
      await expect(main).toContainText(
        t('engine', 'outlook.lacksPlatform', {
          default: t('engine', 'automatic'),
          engine: 'harbour',
          platforms: 'windows/amd64',
        }),
      );
      await take('goes-elsewhere');
      // Sent to the one that can't, it offers the one that can.
      await main.getByRole('combobox', { name: t('engine', 'select.label') }).click();
      await page.getByRole('option', { name: new RegExp(`^${t('engine', 'automatic')}`) }).click();
      const send = main.getByRole('button', { name: t('engine', 'outlook.send', { engine: 'harbour' }) });
      await send.scrollIntoViewIfNeeded();
      await take('send-elsewhere');
      await send.click();
      await expect(send).toBeHidden();
      const run = await form.start();
      await expect(run.facts).toContainText('harbour');
      await expect.poll(() => windows.requests.some((request) => request.endsWith('/build'))).toBe(true);

      await dropPaths(page, [`${context}/acb.yaml`]);
      await expect(main).toContainText(
        t('engine', 'outlook.lacksPlatform', {
          default: t('engine', 'automatic'),
          engine: 'harbour',
          platforms: 'windows/amd64',
        }),
      );
      await main.getByRole('combobox', { name: t('engine', 'select.label') }).click();
      await page.getByRole('option', { name: new RegExp(`^${t('engine', 'automatic')}`) }).click();
      await send.scrollIntoViewIfNeeded();
      await take('task-none-fits');
      expect(await seriousProblems(page)).toEqual([]);
      await send.click();
      await expect(send).toBeHidden();
      await windows.stop();
    });
  });
}
