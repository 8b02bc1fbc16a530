import type { Locator, Page } from '@playwright/test';
import type { Texts } from '../support/texts.ts';
import { type RunPage, runPage } from './run.ts';

/** The Quick build screen: first where the source is chosen, then the form. */
export interface QuickBuildPage {
  readonly path: Locator;
  readonly openPath: Locator;
  readonly tag: Locator;
  readonly addTag: Locator;
  readonly push: Locator;
  readonly build: Locator;
  readonly summary: Locator;
  /** Types the path of a folder, and waits for its form. */
  open(folder: string): Promise<void>;
  /** Presses Build, and waits for the run's screen. */
  start(): Promise<RunPage>;
}

export function quickBuildPage(page: Page, t: Texts): QuickBuildPage {
  const main = page.getByRole('main');
  const path = main.getByLabel(t('build', 'source.path'));
  const openPath = main.getByRole('button', { name: t('build', 'source.open'), exact: true });
  const tag = main.getByLabel(t('build', 'image.tag', { number: 1 }), { exact: true });
  const build = main.getByRole('button', { name: t('build', 'build'), exact: false });
  return {
    path,
    openPath,
    tag,
    addTag: main.getByRole('button', { name: t('build', 'image.addTag') }),
    push: main.getByRole('switch', { name: t('build', 'image.push') }),
    build,
    summary: main.getByRole('complementary', { name: t('build', 'summary.label') }),
    async open(folder) {
      await path.fill(folder);
      await openPath.click();
      await tag.waitFor();
    },
    async start() {
      await build.click();
      const run = runPage(page, t);
      await run.facts.waitFor();
      return run;
    },
  };
}
