// Everything without a mouse: no locator is clicked here.
import type { Locator, Page } from '@playwright/test';
import { quickBuildPage } from '../pages/quick-build.ts';
import { runPage } from '../pages/run.ts';
import { runsPage } from '../pages/runs.ts';
import { makeContext } from '../support/contexts.ts';
import { createGate } from '../support/gate.ts';
import { expect, test } from '../support/test.ts';

test('a build is started, watched, canceled and repeated by keyboard alone', async ({
  desktop: { page },
  folder,
  parts,
  t,
}) => {
  const gate = await createGate();
  const context = await makeContext(`${folder}/keys`, {
    Dockerfile: `FROM ${parts.busybox.local}\nRUN ${gate.command}\n`,
  });
  const { keyboard } = page;
  await expect(page.getByRole('main')).toBeVisible();

  await keyboard.press('Control+n');
  const form = quickBuildPage(page, t);
  await tabTo(page, form.path);
  await keyboard.type(context);
  await keyboard.press('Enter');
  await tabTo(page, form.tag);
  await keyboard.press('Control+a');
  await keyboard.type('keys:1');
  await keyboard.press('Control+Enter');

  const run = runPage(page, t);
  await gate.reached;
  await keyboard.press('Control+.');
  await expect(run.state('canceled')).toBeVisible({ timeout: 30_000 });
  const first = await run.id();

  gate.open();
  await keyboard.press('Control+r');
  await expect(run.heading).not.toContainText(first);
  await expect(run.state('succeeded')).toBeVisible({ timeout: 30_000 });

  await keyboard.press('Control+4');
  await tabTo(page, runsPage(page, t).table);
  await keyboard.press('End'); // the oldest
  await keyboard.press('Enter');
  await expect(run.heading).toContainText(first);
  await gate.close();
});

test('the skip link leads past the sections, and focus is never lost on a new screen', async ({
  desktop: { page },
  t,
}) => {
  await expect(page.getByRole('main')).toBeVisible();
  await page.keyboard.press('Tab');
  await expect(page.getByRole('link', { name: t('common', 'skipToContent') })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('main')).toBeFocused();
  for (const key of ['Control+2', 'Control+3', 'Control+4', 'Control+5', 'Control+,', 'Control+1']) {
    await page.keyboard.press(key);
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.tagName), key).not.toBe('BODY');
  }
});

/** Presses Tab until the element has the focus; fails where it can't be reached so. */
async function tabTo(page: Page, target: Locator): Promise<void> {
  await target.waitFor();
  for (let presses = 0; presses < 80; presses++) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`no Tab leads to ${target.toString()}`);
}
