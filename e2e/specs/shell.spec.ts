// The shell around the window: one instance a home, addresses, signals, crashes, what the window remembers.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { frame } from '../pages/frame.ts';
import { quickBuildPage } from '../pages/quick-build.ts';
import { runPage } from '../pages/run.ts';
import { makeContext } from '../support/contexts.ts';
import { electronCommand, environment } from '../support/desktop.ts';
import { createGate } from '../support/gate.ts';
import { expect, test } from '../support/test.ts';

test('a second start brings the first window to the front, and to the address it was given', async ({
  desktop,
  parts,
  t,
}) => {
  const { app, page, home } = desktop;
  await expect(frame(page, t).heading).toBeVisible();
  await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.minimize());

  const { executablePath, args } = electronCommand(['slipway://new?context=%2Ftmp%2Fno%20such%20folder']);
  const second = spawn(executablePath, args, {
    env: environment({ home, engine: parts.engines[0].host }),
    stdio: 'ignore',
  });
  expect(await once(second, 'exit')).toEqual([0, null]);

  await page.waitForURL(/#\/build\?context=/);
  await expect(page.getByText(t('errors', 'context.notFound.title'))).toBeVisible();
  expect(
    await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().map((window) => window.isMinimized())),
  ).toEqual([false]);
});

test('an address opens the run that it names; one that isn’t known exactly opens nothing', async ({ start, t }) => {
  const first = await start({ words: ['slipway://run/ca99?line=7'] });
  await expect(first.page).toHaveURL(/#\/runs\/ca99\?line=7$/);
  await expect(first.page.getByText(t('errors', 'run.notFound.title'))).toBeVisible();
  await first.quit();

  const { page } = await start({ words: ['slipway://run/ca99/cancel'] });
  await expect(frame(page, t).heading).toHaveText(t('home', 'welcome.title'));
});

test('the menu speaks the language of the settings and follows them', async ({ desktop: { app, page }, t }) => {
  await expect(frame(page, t).heading).toBeVisible();
  const labels = () => app.evaluate(({ Menu }) => Menu.getApplicationMenu()?.items.map(({ label }) => label));
  await expect.poll(labels).toContain('File');
  await page.evaluate(() => window.slipway.invoke('settings', 'update', { language: 'ko' }, 'test'));
  await expect.poll(labels).toContain('파일');
});

test('the menu leads to the screens', async ({ desktop: { app, page }, t }) => {
  await expect(frame(page, t).heading).toBeVisible();
  await app.evaluate(
    ({ Menu }, label) => {
      const items = Menu.getApplicationMenu()?.items.flatMap(({ submenu }) => submenu?.items ?? []);
      items?.find((item) => item.label === label)?.click();
    },
    t('desktop', 'menu.registries'),
  );
  await expect(frame(page, t).heading).toHaveText(t('registries', 'title'));
});

test('the window opens where it was left, in its theme from the first frame', async ({ start }) => {
  const before = await start({ settings: { theme: 'dark', embeddedEngine: false } });
  const bounds = { x: 40, y: 30, width: 1000, height: 700 };
  await before.app.evaluate(({ BrowserWindow }, wanted) => BrowserWindow.getAllWindows()[0]?.setBounds(wanted), bounds);
  await expect.poll(() => before.page.evaluate(() => matchMedia('(prefers-color-scheme: dark)').matches)).toBe(true);
  await before.quit();

  const after = await start();
  const [opened, canvas] = await after.app.evaluate(({ BrowserWindow }) => {
    const [window] = BrowserWindow.getAllWindows();
    return [window?.getBounds(), window?.getBackgroundColor()];
  });
  expect(opened).toEqual(bounds);
  expect(canvas).toBe('#0D1319');
});

test('a window whose process crashed comes back', async ({ desktop: { app, page }, t }) => {
  await frame(page, t).goTo('registries');
  const crashed = page.waitForEvent('crash');
  await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.webContents.forcefullyCrashRenderer());
  await crashed;
  await expect
    .poll(() =>
      app.evaluate(({ BrowserWindow }) =>
        BrowserWindow.getAllWindows()[0]?.webContents.executeJavaScript("document.querySelector('h1')?.textContent"),
      ),
    )
    .toBe(t('registries', 'title'));
});

test('a termination signal stops what runs, cleanly and without a question', async ({ start, folder, parts, t }) => {
  const gate = await createGate();
  const context = await makeContext(`${folder}/stopped`, {
    Dockerfile: `FROM ${parts.busybox.local}\nRUN ${gate.command}\n`,
  });
  const before = await start();
  await frame(before.page, t).goTo('build');
  const form = quickBuildPage(before.page, t);
  await form.open(context);
  const runId = await (await form.start()).id();
  await gate.reached;

  before.app.process().kill('SIGTERM');
  await gate.abandoned;
  await before.app.close(); // lets go of the debugger, for which the process would wait

  const { page } = await start({ words: [`slipway://run/${runId}`] });
  await expect(runPage(page, t).state('canceled')).toBeVisible();
  await gate.close();
});

test('a store that can’t be read is explained, and left as it is', async ({ start, folder, t }) => {
  const database = `${folder}/home/slipway.db`;
  await makeContext(folder, { 'home/slipway.db': 'no database at all '.repeat(1000) });
  const before = await readFile(database);
  const { page } = await start();
  await frame(page, t).goTo('runs');
  await expect(page.getByText(t('errors', 'store.damaged.title')).first()).toBeVisible();
  expect(await readFile(database)).toEqual(before);
});
