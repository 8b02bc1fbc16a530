// axe on every screen, in each language and theme: nothing serious or critical.
import { frame } from '../pages/frame.ts';
import { keyVaultPart } from '../pages/key-vault.ts';
import { quickBuildPage } from '../pages/quick-build.ts';
import { taskPage } from '../pages/task.ts';
import { makeContext } from '../support/contexts.ts';
import { looksAt } from '../support/look.ts';
import { expect, test } from '../support/test.ts';
import { languages } from '../support/texts.ts';

for (const language of languages) {
  for (const theme of ['light', 'dark'] as const) {
    test.describe(`${language}, ${theme}`, () => {
      test.use({ language, theme });

      test('no screen has a serious problem', async ({ desktop: { page }, folder, parts, t }) => {
        test.setTimeout(300_000);
        const around = frame(page, t);
        const check = looksAt(page, `${language}-${theme}`);

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

        await around.goTo('tasks');
        const task = taskPage(page, t);
        await expect(task.path).toBeVisible();
        await check('tasks, choosing');
        const context = await makeContext(`${folder}/task`, {
          'acb.yaml': [
            'steps:',
            '  - id: first',
            `    cmd: ${parts.busybox.local} echo first`,
            '  - id: beside',
            `    cmd: ${parts.busybox.local} echo beside`,
            '    when: ["-"]',
            '  - id: fails',
            `    cmd: ${parts.busybox.local} false`,
            '    when: [first, beside]',
            '    entrypoint: /bin/sh',
            '',
          ].join('\n'),
        });
        await task.open(`${context}/acb.yaml`);
        await expect(task.run).toBeEnabled();
        for (const tab of ['effects', 'steps', 'rendered', 'source'] as const) {
          await task.tab(tab).click();
          await check(`task, ${tab}`);
        }
        await task.stopOnFailure.click();
        const paused = await task.start();
        await paused.pause.getByRole('button', { name: t('run', 'pause.shell') }).click({ timeout: 30_000 });
        await expect(paused.shell('fails').getByRole('textbox')).toBeFocused({ timeout: 20_000 });
        await check('run, standing still, with a shell');
        await paused
          .shell('fails')
          .getByRole('button', { name: t('run', 'shell.close') })
          .click();
        for (const tab of ['summary', 'task', 'steps'] as const) {
          await page.getByRole('tab', { name: t('run', `tab.${tab}`), exact: true }).click();
          await check(`run, ${tab}`);
        }
        await page
          .getByRole('button', { name: t('run', 'graph.show') })
          .first()
          .click();
        await check('run, graph');
        await paused.pause.getByRole('button', { name: t('run', 'pause.stop') }).click();
        await expect(paused.state('failed')).toBeVisible({ timeout: 30_000 });
        await page
          .getByRole('button', { name: t('run', 'graph.waterfall') })
          .first()
          .click();
        await page.getByRole('button', { name: t('run', 'log.whole') }).click();
        await paused.asText.click();
        await expect(paused.section('fails').getByRole('button')).toHaveAttribute('aria-expanded', 'true');
        await check('run, log by steps');

        for (const section of ['home', 'runs', 'registries', 'settings'] as const) {
          await around.goTo(section);
          await expect(around.heading).toBeVisible();
          await check(section);
        }
        const keyVault = keyVaultPart(page, t);
        await keyVault.tenant.fill('common');
        await keyVault.button('save').click();
        await expect(keyVault.section.getByRole('alert')).toHaveCount(3);
        await check('settings, with what is wrong');
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
