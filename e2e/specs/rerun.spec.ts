import { frame } from '../pages/frame.ts';
import { quickBuildPage } from '../pages/quick-build.ts';
import { runPage } from '../pages/run.ts';
import { makeContext } from '../support/contexts.ts';
import { expect, test } from '../support/test.ts';

test('a run is repeated with the same inputs, and its steps come from the cache', async ({
  desktop: { page },
  folder,
  parts,
  t,
}) => {
  const once = `unique: ${path(folder)}`;
  const context = await makeContext(`${folder}/again`, {
    Dockerfile: `FROM ${parts.busybox.local}\nRUN echo "${once}"\n`,
  });
  await frame(page, t).goTo('build');
  const form = quickBuildPage(page, t);
  await form.open(context);
  await form.tag.fill('again:{{.Run.ID}}');
  const first = await form.start();
  await expect(first.state('succeeded')).toBeVisible({ timeout: 30_000 });
  const firstId = await first.id();

  await first.rerun.click();
  const second = runPage(page, t);
  await expect(second.heading).not.toContainText(firstId);
  await expect(second.state('succeeded')).toBeVisible({ timeout: 30_000 });
  const secondId = await second.id();
  expect(secondId).not.toBe(firstId);
  await expect(second.facts).toContainText(t('run', 'cause.rerun', { runId: firstId }));
  await expect(second.outputs).toContainText(`again:${secondId}`);
  await expect(second.log).toContainText('CACHED');
});

function path(folder: string): string {
  return folder.replace(/\W/g, '');
}
