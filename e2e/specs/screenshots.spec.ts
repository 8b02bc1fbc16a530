// The README's pictures, of the real window: SLIPWAY_SCREENSHOTS=1 npm test -- desktop screenshots
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { frame } from '../pages/frame.ts';
import { quickBuildPage } from '../pages/quick-build.ts';
import { expect, test } from '../support/test.ts';

const images = path.resolve(import.meta.dirname, '../../docs/images');
const sample = path.resolve(import.meta.dirname, '../../assets/samples/hello');

const wanted = process.env['SLIPWAY_SCREENSHOTS']
  ? ([
      ['en', 'light'],
      ['en', 'dark'],
      ['ko', 'light'],
    ] as const)
  : [];

for (const [language, theme] of wanted) {
  test.describe(`${language}, ${theme}`, () => {
    test.use({ language, theme });

    test('pictures of home, build and run', async ({ start, t }) => {
      await mkdir(images, { recursive: true });
      const { page } = await start({ size: { width: 1280, height: 800 } });
      const around = frame(page, t);
      const take = (name: string) => page.screenshot({ path: path.join(images, `${name}-${language}-${theme}.png`) });
      await around.goTo('build');
      const form = quickBuildPage(page, t);
      await form.open(sample);
      await form.tag.fill('hello:{{.Run.ID}}');
      await take('build');
      const run = await form.start();
      await expect(run.state('succeeded')).toBeVisible({ timeout: 30_000 });
      await take('run');
      await around.goTo('home');
      await expect(around.heading).toBeVisible();
      await take('home');
    });
  });
}
