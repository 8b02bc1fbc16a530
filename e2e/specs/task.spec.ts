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
