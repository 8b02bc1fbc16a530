import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { test as base } from '@playwright/test';
import type { Parts } from '../../scripts/parts/parts.ts';
import { givenParts } from '../../scripts/parts/given.ts';
import type { Settings } from '@shared/model/settings.ts';
import { type Desktop, launch, type LaunchOptions } from './desktop.ts';
import { type Language, type Texts, textsIn } from './texts.ts';

export { expect } from '@playwright/test';

interface Fixtures {
  /** Set with `test.use`. */
  readonly language: Language;
  readonly theme: Settings['theme'];
  readonly parts: Parts;
  /** The app's texts in the language of the test. */
  readonly t: Texts;
  /** An empty folder of this test, gone afterwards. */
  readonly folder: string;
  /** Starts the app, in one home for the whole test. May be called again after the window was closed. */
  readonly start: (options?: Partial<LaunchOptions>) => Promise<Desktop>;
  /** The app, started. */
  readonly desktop: Desktop;
}

export const test = base.extend<Fixtures>({
  language: ['en', { option: true }],
  theme: ['light', { option: true }],
  // oxlint-disable-next-line no-empty-pattern -- Playwright reads the pattern
  parts: async ({}, use) => use(givenParts()),
  t: async ({ language }, use) => use(textsIn(language)),
  // oxlint-disable-next-line no-empty-pattern -- Playwright reads the pattern
  folder: async ({}, use) => {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'slipway-desktop-'));
    await use(folder);
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  },
  start: async ({ folder, language, theme, parts }, use, testInfo) => {
    const started: Desktop[] = [];
    const settings = { language, theme, embeddedEngine: false };
    await use(async (options = {}) => {
      const first = started.length === 0;
      const desktop = await launch({
        home: path.join(folder, 'home'),
        engine: parts.engines[0].host,
        ...(first ? { settings } : {}),
        ...options,
      });
      started.push(desktop);
      await desktop.app.context().tracing.start({ screenshots: true, snapshots: true });
      return desktop;
    });
    const failed = testInfo.status !== testInfo.expectedStatus;
    for (const [index, desktop] of started.entries()) {
      const { app, page } = desktop;
      if (desktop.ended()) continue;
      if (failed) {
        const trace = testInfo.outputPath(`trace-${index}.zip`);
        const screenshot = testInfo.outputPath(`window-${index}.png`);
        await page.screenshot({ path: screenshot });
        await app.context().tracing.stop({ path: trace });
        await testInfo.attach('screenshot', { path: screenshot });
        await testInfo.attach('trace', { path: trace });
      }
      await desktop.quit();
    }
  },
  desktop: async ({ start }, use) => use(await start()),
});
