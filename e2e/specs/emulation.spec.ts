import path from 'node:path';
import { frame } from '../pages/frame.ts';
import { quickBuildPage } from '../pages/quick-build.ts';
import { bareEngine } from '../support/bare-engine.ts';
import { makeContext } from '../support/contexts.ts';
import { expect, test } from '../support/test.ts';

test('platforms are chosen from those of the engine, the emulated ones marked, and the image is for them', async ({
  desktop: { page },
  folder,
  parts,
  t,
}) => {
  test.skip(!parts.emulation.ok, 'there is no emulation here');
  const context = await makeContext(`${folder}/other`, {
    Dockerfile: `FROM ${parts.busybox.open}\nRUN uname -m\n`,
  });
  await frame(page, t).goTo('build');
  const form = quickBuildPage(page, t);
  await form.open(context);
  const choices = page.getByRole('group', { name: t('build', 'platform.choices') });
  const emulated = t('build', 'platform.support.emulated');
  await expect(choices.getByRole('button')).toHaveText([
    'linux/amd64',
    'linux/386',
    `linux/arm64${emulated}`,
    `linux/arm/v7${emulated}`,
    `linux/arm/v6${emulated}`,
  ]);
  const arm = choices.getByRole('button', { name: 'linux/arm64' });
  await arm.click();
  await expect(arm).toHaveAttribute('aria-pressed', 'true');
  await expect(page.getByLabel(t('build', 'platform.label'), { exact: true })).toHaveValue('linux/arm64');
  const run = await form.start();
  await expect(run.state('succeeded')).toBeVisible({ timeout: 60_000 });
  await expect(run.log).toContainText('aarch64');
});

test('emulation is set up after a question, and what came of it is told', async ({ start, folder, parts, t }) => {
  // An engine that says nothing of other platforms, and a program that isn't the real one.
  const engine = await bareEngine(path.join(folder, 'bare.sock'), parts.engines[0].host);
  try {
    const image = parts.busybox.local;
    const { page } = await start({ engine: engine.host, settings: { embeddedEngine: false, emulationImage: image } });
    await frame(page, t)
      .engineChip(/Docker/)
      .click();
    await expect(page.getByRole('listitem').filter({ hasText: 'linux/arm64' })).toContainText(
      t('engine', 'emulation.support.unknown'),
    );
    const setUp = page.getByRole('button', { name: t('engine', 'emulation.setUp') });
    const dialog = page.getByRole('dialog', { name: t('engine', 'emulation.consent.title') });
    await setUp.click();
    await expect(dialog).toContainText(`--privileged --rm ${image} --install all`);
    await dialog.getByRole('button', { name: t('engine', 'emulation.consent.no') }).click();
    await expect(dialog).toBeHidden();
    const created = () => engine.requests.filter((request) => request.includes('/containers/create'));
    expect(created()).toEqual([]);

    await setUp.click();
    await dialog.getByRole('button', { name: t('engine', 'emulation.consent.yes') }).click();
    await expect(page.getByText(t('errors', 'platform.emulationFailed.title'))).toBeVisible({ timeout: 30_000 });
    expect(created()).toHaveLength(1);
  } finally {
    await engine.stop();
  }
});
