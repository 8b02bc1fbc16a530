// The first job whole: drop a folder, press Build, watch the log, have an image in a registry.
import type { Locator } from '@playwright/test';
import { enginesPage } from '../pages/engines.ts';
import { frame } from '../pages/frame.ts';
import { quickBuildPage } from '../pages/quick-build.ts';
import { registriesPage } from '../pages/registries.ts';
import { makeContext } from '../support/contexts.ts';
import { dropPaths } from '../support/drop.ts';
import { createGate } from '../support/gate.ts';
import { digestIn } from '../support/registry.ts';
import { expect, test } from '../support/test.ts';
import { languages } from '../support/texts.ts';

for (const language of languages) {
  const theme = language === 'ko' ? 'dark' : 'light';
  test.describe(`${language}, ${theme}`, () => {
    test.use({ language, theme });

    test('a dropped folder becomes an image in a private registry, its log seen while it is written', async ({
      desktop,
      folder,
      parts,
      t,
    }) => {
      const { page } = desktop;
      const registry = parts.registries.private;
      const gate = await createGate();
      const context = await makeContext(`${folder}/조선소 hull`, {
        Dockerfile: [
          `FROM ${registry.host}/base/busybox:1`,
          'COPY keel.txt /keel.txt',
          'RUN echo "frames: $((6 * 7))"',
          `RUN ${gate.command}`,
          'RUN echo "launched: $((7 * 8))"',
        ].join('\n'),
        'keel.txt': folder, // new each time, so that nothing comes from the cache
      });

      await frame(page, t).goTo('registries');
      const registries = registriesPage(page, t);
      await registries.choosePassphrase('red lead and steel');
      await registries.signIn(registry);

      await dropPaths(page, [context]);
      const form = quickBuildPage(page, t);
      await expect(page.getByRole('heading', { name: t('build', 'titleOf', { folder: '조선소 hull' }) })).toBeVisible();
      await form.tag.fill(`${registry.host}/desk/hull:{{.Run.ID}}`);
      const run = await form.start();

      await gate.reached;
      await expect(run.log).toContainText('frames: 42');
      await expect(run.log).not.toContainText('launched: 56');
      await expect(run.state('running')).toBeVisible();

      gate.open();
      await expect(run.state('succeeded')).toBeVisible({ timeout: 30_000 });
      await expect(run.log).toContainText(`Run ID: ${await run.id()} was successful after`);
      const digest = await digestIn(registry, 'desk/hull', await run.id());
      expect(digest).toMatch(/^sha256:[0-9a-f]{64}$/);
      await expect(run.outputs).toContainText(`${registry.host}/desk/hull:${await run.id()}`);
      await expect(run.outputs.locator(`[title="${digest}"]`)).toBeVisible();
      await gate.close();
    });
  });
}

test('a folder chosen in the dialog is built and stays in the engine', async ({
  desktop: { app, page },
  folder,
  parts,
  t,
}) => {
  const context = await makeContext(`${folder}/web`, {
    Dockerfile: `FROM ${parts.busybox.local}\nRUN echo "rivets: $((3 * 5))"\n`,
  });
  await app.evaluate(({ dialog }, chosen) => {
    dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [chosen] });
  }, context);
  await frame(page, t).goTo('build');
  await page.getByRole('button', { name: t('build', 'source.choose') }).click();
  const form = quickBuildPage(page, t);
  await form.tag.fill('web:{{.Run.ID}}');
  const run = await form.start();
  await expect(run.state('succeeded')).toBeVisible({ timeout: 30_000 });
  await expect(run.outputs).toContainText(`web:${await run.id()}`);
  await expect(run.outputs).toContainText(t('run', 'outputs.local'));
  await run.outputs.getByRole('button', { name: t('run', 'layers.show') }).click();
  const layers = run.outputs.getByRole('table');
  await expect(layers).toContainText('RUN echo "rivets: $((3 * 5))"');
  await expect(layers.getByRole('row').last()).toContainText(t('run', 'layers.base'));
});

test('a pasted Dockerfile is built without a folder, fails, is mended and built again', async ({
  desktop: { page },
  parts,
  t,
}, testInfo) => {
  await frame(page, t).goTo('build');
  await page.getByRole('button', { name: t('build', 'source.paste') }).click();
  const form = quickBuildPage(page, t);
  const text = page.getByLabel(t('build', 'dockerfile.pasted'), { exact: true });
  await expect(text).toBeFocused();
  await text.fill(`FROM ${parts.busybox.local} AS only\nARG PLANKS=6\nRUN echo "sum: $((PLANKS * 7))" && exit 3\n`);
  await expect(page.getByText('PLANKS', { exact: true })).toBeVisible();
  await form.tag.fill('pasted:{{.Run.ID}}');
  await page.screenshot({ path: testInfo.outputPath('pasted.png') });
  const failed = await form.start();
  await expect(failed.state('failed')).toBeVisible({ timeout: 30_000 });
  await expect(page.getByText('Dockerfile (pasted):3', { exact: true })).toBeVisible();
  await expect(page.getByLabel(t('run', 'failure.source', { file: 'Dockerfile (pasted)' }))).toContainText('exit 3');
  await page.screenshot({ path: testInfo.outputPath('failed.png') });

  const failedId = await failed.id();
  await page.evaluate((id) => (location.hash = `#/build?rerun=${id}`), failedId);
  await text.fill(`FROM ${parts.busybox.local}\nRUN echo "sum: $((6 * 7))"\n`);
  await page.getByRole('button', { name: t('build', 'rerun'), exact: false }).click();
  await expect(failed.state('succeeded')).toBeVisible({ timeout: 30_000 });
});

test('what is typed may be wrong on the way to what is meant', async ({ desktop: { page }, folder, parts, t }) => {
  await frame(page, t).goTo('build');
  const form = quickBuildPage(page, t);
  await form.open(await makeContext(`${folder}/letters`, { Dockerfile: `FROM ${parts.busybox.local}\n` }));
  const platforms = page.getByRole('main').getByLabel(t('build', 'platform.label'), { exact: true });
  await platforms.pressSequentially('linux/arm64, beos');
  await expect(page.getByText(t('build', 'platform.problem', { platform: 'beos' }))).toBeVisible();
  await form.build.click();
  await expect(platforms).toBeFocused();
  for (let letter = 0; letter < ', beos'.length; letter++) await page.keyboard.press('Backspace');
  await expect(form.summary).toContainText('--platform linux/arm64');
});

test('a notice leaves the buttons of a form free', async ({ start, folder, parts, t }) => {
  const { page } = await start({ size: { width: 1024, height: 700 } });
  const around = frame(page, t);
  await around.engineChip(/Docker/).click();
  await enginesPage(page, t).name('harbour', parts.engines[1].host);
  const notice = page.getByText(t('engine', 'add.done', { name: 'harbour' }));
  await notice.hover(); // it stays as long as somebody is at it
  await page.keyboard.press('Control+n');
  const form = quickBuildPage(page, t);
  await form.path.focus();
  await page.keyboard.type(await makeContext(`${folder}/free`, { Dockerfile: `FROM ${parts.busybox.local}\n` }));
  await page.keyboard.press('Enter');
  await expect(form.build).toBeVisible();
  await expect(notice).toBeVisible();
  const bottomOf = async (locator: Locator) => {
    const box = await locator.boundingBox();
    return box === null ? Number.NaN : box.y + box.height;
  };
  const button = await form.build.boundingBox();
  await expect.poll(() => bottomOf(notice)).toBeLessThan(button?.y ?? Number.NaN);
});

test('a build that fails is looked into from its error', async ({ start, folder, parts, t }) => {
  const context = await makeContext(`${folder}/web`, {
    Dockerfile: [
      `FROM ${parts.busybox.local}`,
      'WORKDIR /site',
      'COPY pages.txt .',
      'RUN sort pages.txt > sorted.txt && grep index sorted.txt',
      '',
    ].join('\n'),
    'pages.txt': 'pricing\ndocs\n',
  });
  const { page } = await start({ engine: parts.engines[1].host });
  await frame(page, t).goTo('build');
  const form = quickBuildPage(page, t);
  await form.open(context);
  const run = await form.start();
  await page.getByRole('button', { name: t('run', 'failure.shell') }).click({ timeout: 30_000 });
  const shell = run.shell('build');
  await expect(shell).toContainText('/site #', { timeout: 30_000 });
  await expect(shell).toContainText(t('run', 'shell.build'));
  await page.keyboard.type('cat sorted.txt; exit 6\n');
  await expect(shell).toContainText(t('run', 'shell.ended', { code: 6 }));
  await expect(shell).toContainText(/docs\s*pricing/);
});
