import { frame } from '../pages/frame.ts';
import { quickBuildPage } from '../pages/quick-build.ts';
import { runsPage } from '../pages/runs.ts';
import { makeContext } from '../support/contexts.ts';
import { createGate } from '../support/gate.ts';
import { expect, test } from '../support/test.ts';

test('history and log are there after a restart', async ({ start, folder, parts, t }) => {
  const context = await makeContext(`${folder}/kept`, {
    'fresh.txt': folder,
    Dockerfile: `FROM ${parts.busybox.local}\nCOPY . /\nRUN echo "planks: $((4 * 9))"\n`,
  });
  const before = await start();
  await frame(before.page, t).goTo('build');
  const form = quickBuildPage(before.page, t);
  await form.open(context);
  const run = await form.start();
  await expect(run.state('succeeded')).toBeVisible({ timeout: 30_000 });
  const runId = await run.id();
  await before.quit();

  const after = await start();
  await frame(after.page, t).goTo('runs');
  const again = await runsPage(after.page, t).open(runId);
  await expect(again.state('succeeded')).toBeVisible();
  await expect(again.log).toContainText('planks: 36');
});

test('a run that was killed with the app is marked, and what it had shown is there', async ({
  start,
  folder,
  parts,
  t,
}) => {
  const gate = await createGate();
  const context = await makeContext(`${folder}/lost`, {
    'fresh.txt': folder,
    Dockerfile: `FROM ${parts.busybox.local}\nCOPY . /\nRUN echo "ropes: $((2 * 31))"\nRUN ${gate.command}\n`,
  });
  const before = await start();
  await frame(before.page, t).goTo('build');
  const form = quickBuildPage(before.page, t);
  await form.open(context);
  const run = await form.start();
  await gate.reached;
  await expect(run.log).toContainText('ropes: 62');
  const runId = await run.id();
  await before.kill();
  await gate.abandoned;

  const after = await start();
  await frame(after.page, t).goTo('runs');
  const again = await runsPage(after.page, t).open(runId);
  await expect(again.state('error')).toBeVisible();
  await expect(after.page.getByText(t('errors', 'run.interrupted.title'))).toBeVisible();
  await expect(again.log).toContainText('ropes: 62');
  await gate.close();
});
