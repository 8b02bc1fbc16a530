// What a run left: layers, base and build told apart, and attestations that can be read and saved.
import { readFile } from 'node:fs/promises';
import { frame } from '../pages/frame.ts';
import { quickBuildPage } from '../pages/quick-build.ts';
import { makeContext } from '../support/contexts.ts';
import { expect, test } from '../support/test.ts';

for (const language of ['en', 'ko'] as const) {
  test.describe(language, () => {
    test.use({ language, theme: language === 'en' ? 'light' : 'dark' });

    test('a build writes its cache and attestations, and what it made is looked into', async ({
      start,
      folder,
      parts,
      t,
    }) => {
      const { host } = parts.registries.open;
      const context = await makeContext(`${folder}/web`, {
        Dockerfile: [
          `FROM ${parts.busybox.open}`,
          'ENV PORT=8080 MODE=release',
          'WORKDIR /srv/web',
          'RUN dd if=/dev/urandom of=assets bs=1024 count=700 2>/dev/null',
          'COPY . .',
          'EXPOSE 8080',
          'USER 1000',
          'CMD ["httpd", "-f", "-p", "8080"]',
        ].join('\n'),
        'index.html': '<!doctype html><title>Harbour</title>\n'.repeat(2000),
      });
      const current = parts.engines.find(({ containerdStore }) => containerdStore);
      const { app, page } = await start({ engine: current?.host ?? '' });
      await frame(page, t).goTo('build');
      const form = quickBuildPage(page, t);
      await form.open(context);
      await form.tag.fill(`${host}/harbour/outputs-${language}:{{.Run.ID}}`);
      await page.getByLabel(t('build', 'more.cacheTo')).fill(`type=registry,ref=${host}/harbour/cache,mode=max`);
      await page.getByLabel(t('build', 'more.cacheFrom')).fill(`${host}/harbour/none:${language}`);
      await page.getByLabel(t('build', 'more.provenance')).click();
      await page.getByRole('option', { name: t('build', 'more.provenanceOf.max') }).click();
      await expect(form.summary).toContainText('--attest type=provenance,mode=max');

      const run = await form.start();
      await expect(run.state('succeeded')).toBeVisible({ timeout: 30_000 });
      await expect(run.outputs).toContainText(t('run', 'attestations.some'));
      await expect(page.getByText(`${host}/harbour/none:${language}`).first()).toBeVisible();
      // One cache was not there: it is not said to have been read.
      const caches = page.getByRole('list', { name: t('run', 'caches.title') });
      await expect(caches.getByRole('listitem')).toHaveCount(1);
      await expect(caches).toContainText(t('run', 'caches.written'));
      await run.outputs.getByRole('button', { name: t('run', 'layers.show') }).click();
      const layers = run.outputs.getByRole('table');
      await expect(layers.getByRole('row').nth(1)).toContainText(t('run', 'layers.empty_other', { count: 3 }));
      await expect(layers).toContainText('RUN dd if=/dev/urandom of=assets');
      await expect(layers.getByRole('row').last()).toContainText(t('run', 'layers.base'));

      const attestations = run.outputs.getByRole('list', { name: t('run', 'attestations.title') });
      await attestations.getByRole('button', { name: t('run', 'attestations.view') }).click();
      const statement = page.getByRole('dialog', { name: t('run', 'attestations.kind.provenance') });
      await expect(statement).toContainText('"predicateType": "https://slsa.dev/provenance/');
      await page.keyboard.press('Escape');
      const file = `${folder}/provenance.json`;
      await app.evaluate(({ dialog }, filePath) => {
        dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath });
      }, file);
      await attestations.getByRole('button', { name: t('run', 'attestations.save') }).click();
      await expect.poll(() => readFile(file, 'utf8').catch(() => '')).toContain('https://slsa.dev/provenance/');
    });
  });
}
