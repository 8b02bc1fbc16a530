import { frame } from '../pages/frame.ts';
import { quickBuildPage } from '../pages/quick-build.ts';
import { makeContext } from '../support/contexts.ts';
import { createGate } from '../support/gate.ts';
import { expect, test } from '../support/test.ts';

test('Cancel stops the build in the engine, and the run says so', async ({ desktop: { page }, folder, parts, t }) => {
  const gate = await createGate();
  const context = await makeContext(`${folder}/endless`, {
    Dockerfile: `FROM ${parts.busybox.local}\nRUN ${gate.command}\n`,
  });
  await frame(page, t).goTo('build');
  const form = quickBuildPage(page, t);
  await form.open(context);
  const run = await form.start();
  await gate.reached;
  await run.cancel.click();
  await expect(run.state('canceled')).toBeVisible({ timeout: 30_000 });
  await gate.abandoned;
  await expect(run.log).toContainText(`Run ID: ${await run.id()} was canceled after`);
  await expect(run.cancel).toBeHidden();
  await gate.close();
});

test('quitting while a run is active asks first', async ({ desktop: { app, page }, folder, parts, t }) => {
  const gate = await createGate();
  const context = await makeContext(`${folder}/endless`, {
    Dockerfile: `FROM ${parts.busybox.local}\nRUN ${gate.command}\n`,
  });
  await frame(page, t).goTo('build');
  const form = quickBuildPage(page, t);
  await form.open(context);
  const run = await form.start();
  await gate.reached;

  const stay = 2;
  const asked = await app.evaluate(
    ({ app: electron, dialog }, response) =>
      new Promise<{ message: string; buttons: readonly string[] }>((resolve) => {
        dialog.showMessageBox = (...words: unknown[]) => {
          resolve(words.at(-1) as { message: string; buttons: string[] });
          return Promise.resolve({ response, checkboxChecked: false });
        };
        electron.quit();
      }),
    stay,
  );
  expect(asked.message).toBe(t('desktop', 'quit.message', { count: 1 }));
  expect(asked.buttons).toEqual(['wait', 'stop', 'stay'].map((key) => t('desktop', `quit.${key}`)));
  await expect(run.state('running')).toBeVisible();

  // "Quit when finished": the app ends by itself once the build has.
  const closed = app.waitForEvent('close');
  await app.evaluate(({ app: electron, dialog }) => {
    dialog.showMessageBox = () => Promise.resolve({ response: 0, checkboxChecked: false });
    electron.quit();
  });
  gate.open();
  await closed;
  await gate.close();
});
