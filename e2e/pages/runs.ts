import type { Locator, Page } from '@playwright/test';
import type { Texts } from '../support/texts.ts';
import { type RunPage, runPage } from './run.ts';

/** The Runs screen. */
export interface RunsPage {
  /** The link that opens a run. */
  link(runId: string): Locator;
  open(runId: string): Promise<RunPage>;
}

export function runsPage(page: Page, t: Texts): RunsPage {
  const link = (runId: string) => page.getByRole('main').getByRole('link', { name: runId }).first();
  return {
    link,
    async open(runId) {
      await link(runId).click();
      const run = runPage(page, t);
      await run.heading.filter({ hasText: runId }).waitFor();
      return run;
    },
  };
}
