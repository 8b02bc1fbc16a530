// The log of a task by its steps: what folds, and what opens by itself.
import { frame } from '../pages/frame.ts';
import { runsPage } from '../pages/runs.ts';
import { taskPage } from '../pages/task.ts';
import { makeContext } from '../support/contexts.ts';
import { expect, test } from '../support/test.ts';
import { languages } from '../support/texts.ts';

for (const language of languages) {
  const theme = language === 'ko' ? 'light' : 'dark';
  test.describe(`${language}, ${theme}`, () => {
    test.use({ language, theme });

    test('a log folds by steps, with what failed open at its end', async ({ desktop: { page }, folder, parts, t }) => {
      test.setTimeout(120_000);
      const context = await makeContext(`${folder}/folds`, {
        'load.sh': 'for crate in $(seq 1 400); do echo "crate $crate"; done\n',
        'check.sh': [
          'echo "##[group]Manifest"; echo "rope and tar"; echo "##[endgroup]"',
          'for seal in $(seq 1 200); do echo "seal $seal"; done',
          'echo "the seal is broken"; exit 3\n',
        ].join('\n'),
        'acb.yaml': [
          'version: v1.1.0',
          'steps:',
          '  - id: load',
          `    cmd: ${parts.busybox.local} sh load.sh`,
          '  - id: check',
          `    cmd: ${parts.busybox.local} sh check.sh`,
          '  - id: ship',
          `    cmd: ${parts.busybox.local} echo shipped`,
          '',
        ].join('\n'),
      });
      await frame(page, t).goTo('tasks');
      const task = taskPage(page, t);
      await task.open(`${context}/acb.yaml`);
      const run = await task.start();
      await expect(run.state('failed')).toBeVisible({ timeout: 60_000 });
      await page.getByRole('button', { name: t('run', 'log.whole') }).click();
      await run.asText.click();
      const [load, check, ship] = [run.section('load'), run.section('check'), run.section('ship')];
      const group = run.log.getByRole('button', { name: 'Manifest' });

      // What failed is open at its end, under its header.
      await expect(check.getByRole('button')).toHaveAttribute('aria-expanded', 'true');
      await expect(check).toContainText(t('run', 'exit.failed', { code: 3 }));
      await expect(check.getByRole('img', { name: t('common', 'state.failed'), exact: true })).toBeVisible();
      await expect(run.log.getByText('the seal is broken')).toBeInViewport();
      await expect(run.log.getByText('seal 200', { exact: true })).toBeInViewport();

      // In a view that has grown it still stands at its end.
      await page.getByRole('button', { name: t('run', 'hide'), exact: true }).click();
      await expect(run.log.getByText('seal 180', { exact: true })).toBeInViewport();
      await expect(ship).toBeHidden();

      await run.log.press('Home');
      await expect(load.getByRole('button')).toHaveAttribute('aria-expanded', 'false');
      await expect(load.getByRole('img', { name: t('common', 'state.succeeded'), exact: true })).toBeVisible();
      await expect(load).toContainText(/40\d/);
      await expect(group).toHaveAttribute('aria-expanded', 'false');
      await expect(run.log.getByText('rope and tar')).toBeHidden();

      // By mouse.
      await group.click();
      await expect(run.log.getByText('rope and tar')).toBeInViewport();
      await expect(run.log.getByText('##[endgroup]')).toBeHidden();
      await check.getByRole('button').click();
      await expect(run.log.getByText('rope and tar')).toBeHidden();
      await expect(ship).toContainText(t('run', 'log.noLines'));
      await expect(ship.getByRole('button')).toBeHidden();
      await load.getByRole('button').click();
      await expect(run.log.getByText('crate 1', { exact: true })).toBeInViewport();
      await load.getByRole('button').click();
      await expect(run.log.getByText('crate 1', { exact: true })).toBeHidden();

      // By keyboard: arrows lead from header to header, and through what is open between them.
      await run.log.focus();
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('ArrowDown');
      await expect(load.getByRole('button')).toBeFocused();
      await page.keyboard.press('Enter');
      await expect(load.getByRole('button')).toHaveAttribute('aria-expanded', 'true');
      await expect(load.getByRole('button')).toBeFocused();
      await page.keyboard.press('PageDown');
      await page.keyboard.press('PageDown');
      await expect(load.getByRole('button')).toBeInViewport(); // pinned to the top
      await expect(load.getByRole('button')).toBeFocused();
      await page.keyboard.press('Space');
      await expect(load.getByRole('button')).toHaveAttribute('aria-expanded', 'false');
      await page.keyboard.press('ArrowDown');
      await expect(check.getByRole('button')).toBeFocused();
      await page.keyboard.press('e');
      await expect(load.getByRole('button')).toHaveAttribute('aria-expanded', 'true');
      await page.keyboard.press('e');
      await expect(load.getByRole('button')).toHaveAttribute('aria-expanded', 'false');

      // A search goes through what is folded, and opens what it goes to.
      await page.keyboard.press('Control+f');
      const results = page.getByRole('list', { name: t('run', 'search.results') });
      await page.getByRole('searchbox').fill('crate 28');
      await expect(results.getByRole('button').first()).toContainText('crate 28');
      await expect(run.step('load').getByTitle(t('run', 'search.count_other', { total: 11 }))).toHaveText('11');
      await page.keyboard.press('Enter');
      await page.keyboard.press('Enter');
      await expect(run.log.getByText('crate 280', { exact: true })).toBeInViewport();
      await expect(load.getByRole('button')).toHaveAttribute('aria-expanded', 'true');
      await page.getByRole('searchbox').fill('rope');
      await expect(results.getByRole('button').first()).toContainText('rope and tar');
      await page.keyboard.press('Enter');
      await expect(run.log.getByText('rope and tar')).toBeInViewport();
    });
  });
}

test('a run that is over opens by its steps; one that ends while it is watched stays as it is', async ({
  desktop: { page },
  folder,
  parts,
  t,
}) => {
  const context = await makeContext(`${folder}/over`, {
    'acb.yaml': [
      'version: v1.1.0',
      'steps:',
      '  - id: load',
      `    cmd: ${parts.busybox.local} echo loaded`,
      '  - id: ship',
      `    cmd: ${parts.busybox.local} echo shipped`,
      '',
    ].join('\n'),
  });
  const around = frame(page, t);
  await around.goTo('tasks');
  const task = taskPage(page, t);
  await task.open(`${context}/acb.yaml`);
  const run = await task.start();
  await expect(run.state('succeeded')).toBeVisible({ timeout: 60_000 });
  await expect(run.log).toContainText('shipped');
  await expect(run.section('ship')).toHaveCount(0);
  const runId = await run.id();

  await around.goTo('runs');
  const again = await runsPage(page, t).open(runId);
  await expect(again.section('load').getByRole('button')).toHaveAttribute('aria-expanded', 'false');
  await again.section('ship').getByRole('button').click();
  await expect(again.log.getByText('shipped', { exact: true })).toBeInViewport();
});
