// Task files: open one, see what it will do, run it, and look into the step that fails.
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { frame } from '../pages/frame.ts';
import { taskPage } from '../pages/task.ts';
import { makeContext } from '../support/contexts.ts';
import { dropPaths } from '../support/drop.ts';
import { expect, test } from '../support/test.ts';
import { languages } from '../support/texts.ts';

for (const language of languages) {
  const theme = language === 'ko' ? 'dark' : 'light';
  test.describe(`${language}, ${theme}`, () => {
    test.use({ language, theme });

    test('the six-step sample goes from source to a release', async ({ desktop: { page }, t }) => {
      test.setTimeout(180_000);
      await frame(page, t).goTo('tasks');
      const task = taskPage(page, t);
      await task.sample('release').click();
      await task.tab('steps').click();
      for (const id of ['build-web', 'web', 'test', 'package', 'upgrade'])
        await expect(task.preview.getByText(id, { exact: true }).first()).toBeVisible();
      const run = await task.start();
      await expect(run.state('succeeded')).toBeVisible({ timeout: 120_000 });
      await expect(run.log).toContainText(`Run ID: ${await run.id()} was successful after`);
      for (const id of ['build-web', 'build-tests', 'build-helm', 'web', 'test', 'package', 'upgrade'])
        await expect(run.step(id)).toContainText(id);
      await page.keyboard.press('g');
      await expect(page.getByLabel(t('run', 'graph.label'), { exact: true })).toContainText('upgrade');
    });

    test('a dropped task that fails is looked into by a shell, mended, and goes on from there', async ({
      desktop: { page },
      folder,
      parts,
      t,
    }) => {
      test.setTimeout(120_000);
      const context = await makeContext(`${folder}/부두 quay`, {
        'acb.yaml': [
          'version: v1.1.0',
          'steps:',
          '  - id: load',
          `    cmd: ${parts.busybox.local} sh -c 'echo loaded > cargo.txt'`,
          '  - id: check',
          `    cmd: ${parts.busybox.local} sh -c 'cat cargo.txt seal.txt && echo sealed $((6 * 7))'`,
          '',
        ].join('\n'),
      });
      await frame(page, t).goTo('runs'); // the window listens
      await dropPaths(page, [path.join(context, 'acb.yaml')]);
      const task = taskPage(page, t);
      await task.stopOnFailure.click();
      const run = await task.start();

      await expect(run.pause).toContainText(t('run', 'pause.at.failure', { step: 'check' }), { timeout: 30_000 });
      await run.pause.getByRole('button', { name: t('run', 'pause.shell') }).click();
      const shell = run.shell('check');
      await expect(shell.getByRole('textbox')).toBeFocused({ timeout: 20_000 });
      await page.keyboard.type('cat cargo.txt; stty size; echo wax > seal.txt; echo $((40 + 2))\n');
      await expect(shell).toContainText('loaded', { timeout: 20_000 });
      await expect(shell).toContainText('42');
      await page.keyboard.type('exit\n');
      await expect(shell).toContainText(t('run', 'shell.ended', { code: 0 }));
      await shell.getByRole('button', { name: t('run', 'shell.close') }).click();

      await run.pause.getByRole('button', { name: t('run', 'pause.retry') }).click();
      await expect(run.state('succeeded')).toBeVisible({ timeout: 30_000 });
      await page.getByRole('log').press('End');
      await expect(page.getByRole('log')).toContainText(/wax[^]*sealed 42/);
    });
  });
}

test('a build that fails is looked into where it failed', async ({ desktop: { page }, folder, parts, t }) => {
  const context = await makeContext(`${folder}/hold`, {
    'acb.yaml': 'version: v1.1.0\nsteps:\n  - id: pack\n    build: -t quay/hold:$ID .\n',
    Dockerfile: [
      `FROM ${parts.busybox.local}`,
      'ENV CARGO=tea',
      'WORKDIR /quay',
      'COPY seal.txt .',
      'RUN echo "checking $CARGO" && grep wax seal.txt',
      '',
    ].join('\n'),
    'seal.txt': 'none\n',
  });
  await frame(page, t).goTo('tasks');
  const task = taskPage(page, t);
  await task.open(path.join(context, 'acb.yaml'));
  await task.stopOnFailure.click();
  const run = await task.start();
  // This engine tells nothing of what a failed instruction left.
  await expect(run.pause).toContainText(t('run', 'pause.shellIn.buildBefore'), { timeout: 30_000 });
  await run.pause.getByRole('button', { name: t('run', 'pause.shell') }).click();
  const shell = run.shell('pack');
  await expect(shell).toContainText('/quay #', { timeout: 30_000 });
  await expect(shell).toContainText(t('run', 'shell.buildBefore'));
  await page.keyboard.type('cat seal.txt; echo "$CARGO for $((6 * 7))"\n');
  await expect(shell).toContainText('tea for 42');
  await page.keyboard.type('exit 3\n');
  await expect(shell).toContainText(t('run', 'shell.ended', { code: 3 }));

  await writeFile(path.join(context, 'seal.txt'), 'red wax\n');
  await shell.getByRole('button', { name: t('run', 'shell.again') }).click();
  await expect(shell).toContainText(t('errors', 'build.notFailed.title'), { timeout: 30_000 });
  await run.pause.getByRole('button', { name: t('run', 'pause.retry') }).click();
  await expect(run.state('succeeded')).toBeVisible({ timeout: 30_000 });
});

test('what reaches beyond the containers is asked for once a task', async ({ start, folder, parts, t }) => {
  const file = path.join(
    await makeContext(`${folder}/mounts`, {
      'acb.yaml': `version: v1.1.0\nsteps:\n  - cmd: -v ${folder}/mounts:/seen ${parts.busybox.local} ls /seen\n`,
    }),
    'acb.yaml',
  );
  const first = await start();
  await frame(first.page, t).goTo('tasks');
  const task = taskPage(first.page, t);
  await task.open(file);
  await expect(task.preview).toContainText(t('task-screen', 'permission.hostMounts.title'));
  await expect(task.run).toBeDisabled();
  await task.allow('hostMounts').click();
  const run = await task.start();
  await expect(run.state('succeeded')).toBeVisible({ timeout: 30_000 });
  await expect(run.log).toContainText('acb.yaml');
  await first.quit();

  const second = await start();
  await frame(second.page, t).goTo('tasks');
  const again = taskPage(second.page, t);
  await again.open(file);
  await expect(again.run).toBeEnabled();
  await again.preview.getByRole('button', { name: t('task-screen', 'permission.withdraw') }).click();
  await expect(again.run).toBeDisabled();
});

test('what is wrong with a task is listed with its lines, and can be mended for one run', async ({
  desktop: { page },
  folder,
  parts,
  t,
}) => {
  const wrong = `version: v1.1.0\nsteps:\n  - id: greet\n    cmd: ${parts.busybox.local} echo ahoy\n    entrypoint: /bin/sh\n    retries: many\n`;
  const file = path.join(await makeContext(`${folder}/wrong`, { 'task.yaml': wrong }), 'task.yaml');
  await frame(page, t).goTo('tasks');
  const task = taskPage(page, t);
  await task.open(file);
  await expect(task.run).toBeDisabled();
  await expect(task.preview).toContainText('entryPoint');
  await expect(task.preview.getByText('6:', { exact: false }).first()).toBeVisible();
  // The file is mended by its author, in whatever editor; the screen reads it again.
  await writeFile(file, wrong.replace('    retries: many\n', ''));
  await task.preview.getByRole('button', { name: t('task-screen', 'preview.refresh') }).click();
  await expect(task.run).toBeEnabled();
  const run = await task.start();
  await expect(run.state('succeeded')).toBeVisible({ timeout: 30_000 });
  await expect(run.log).toContainText('ahoy');
  expect(await readFile(file, 'utf8')).not.toContain('retries');
});

test('of five hundred steps only those in sight are drawn, and keys lead to all of them', async ({
  desktop: { page },
  folder,
  parts,
  t,
}) => {
  const steps = Array.from({ length: 500 }, (_, index) => {
    const when = index < 10 ? '["-"]' : `[s${index - 10}, s${index - 7}]`;
    return `  - id: s${index}\n    cmd: ${parts.busybox.local} echo ${index}\n    when: ${when}\n`;
  });
  const text = `version: v1.1.0\nsteps:\n${steps.join('')}`;
  const file = path.join(await makeContext(`${folder}/large`, { 'acb.yaml': text }), 'acb.yaml');
  await frame(page, t).goTo('tasks');
  const task = taskPage(page, t);
  await task.open(file);
  await task.tab('steps').click();
  await task.look('graph').click();
  const node = (id: string) => task.preview.locator(`[data-node="${id}"]`);
  await expect(node('s0')).toBeVisible();
  expect(await task.preview.locator('[data-node]').count()).toBeLessThan(200);
  await expect(node('s499')).toHaveCount(0);

  await node('s0').focus();
  await page.keyboard.press('End');
  await expect(node('s499')).toBeFocused();
  await expect(node('s499')).toBeInViewport({ ratio: 1 });
  await page.keyboard.press('ArrowLeft');
  await expect(task.preview.locator('[data-node]:focus')).toHaveAttribute('data-node', /^s4(89|92)$/);
  await page.keyboard.press('0');
  await expect(task.preview.locator('[data-node]')).toHaveCount(500);

  await task.look('list').click();
  const row = (id: string) => task.preview.getByRole('listitem').filter({ has: page.getByText(id, { exact: true }) });
  await expect(row('s0')).toHaveAttribute('aria-setsize', '500');
  expect(await task.preview.getByRole('listitem').count()).toBeLessThan(100);
  await row('s0').getByRole('button').focus();
  for (let press = 0; press < 3; press++) await page.keyboard.press('Tab');
  await expect(row('s3').getByRole('button')).toBeFocused();
  await page.keyboard.press('End');
  await expect(row('s499')).toBeInViewport();
});
