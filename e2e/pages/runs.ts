import type { Locator, Page } from '@playwright/test';
import type { Texts } from '../support/texts.ts';
import { type RunPage, runPage } from './run.ts';

/** The Runs screen. */
export interface RunsPage {
  readonly table: Locator;
  /** Opens a run by a click on its id. */
  open(runId: string): Promise<RunPage>;
}

export function runsPage(page: Page, t: Texts): RunsPage {
  const table = page.getByRole('main').getByRole('grid', { name: t('runs', 'title') });
  return {
    table,
    async open(runId) {
      await table.getByRole('gridcell', { name: runId, exact: true }).click();
      const run = runPage(page, t);
      await run.heading.filter({ hasText: runId }).waitFor();
      return run;
    },
  };
}
