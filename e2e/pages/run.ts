import type { Locator, Page } from '@playwright/test';
import type { Texts } from '../support/texts.ts';

/** The Run screen. */
export interface RunPage {
  readonly heading: Locator;
  /** Status, duration, cause and the like. */
  readonly facts: Locator;
  readonly log: Locator;
  /** The header that a step's lines fold under, where the log is shown by steps. */
  section(stepId: string): Locator;
  /** The log of the whole run as text from disk. */
  readonly asText: Locator;
  readonly outputs: Locator;
  readonly cancel: Locator;
  readonly rerun: Locator;
  /** The run's id, out of the window's address. */
  id(): Promise<string>;
  /** A state's word among the facts: `succeeded`, `canceled`. */
  state(name: string): Locator;
  /** A row of the steps, by the id of its step. */
  step(id: string): Locator;
  /** What is said and offered while the run stands still. */
  readonly pause: Locator;
  /** The shell of a step. */
  shell(stepId: string): Locator;
}

export function runPage(page: Page, t: Texts): RunPage {
  const main = page.getByRole('main');
  const facts = main.getByLabel(t('run', 'facts'), { exact: true });
  const log = main.getByRole('log', { name: t('run', 'log.label') });
  return {
    heading: main.getByRole('heading', { level: 1 }),
    facts,
    log,
    section: (id) => log.getByRole('heading', { level: 3 }).filter({ has: page.getByText(id, { exact: true }) }),
    asText: main.getByRole('button', { name: t('run', 'log.asText') }),
    outputs: main.getByRole('region', { name: t('run', 'outputs.title') }).last(),
    cancel: main.getByRole('button', { name: t('run', 'cancel'), exact: false }),
    rerun: main.getByRole('button', { name: t('run', 'rerun'), exact: false }).first(),
    async id() {
      await page.waitForURL(/#\/runs\/[a-z0-9]+/);
      return /#\/runs\/([a-z0-9]+)/.exec(page.url())?.[1] ?? '';
    },
    pause: main.getByRole('region', { name: t('run', 'pause.label') }),
    shell: (stepId) => main.getByRole('complementary', { name: t('run', 'shell.label', { step: stepId }) }),
    step: (id) => main.getByRole('treegrid').locator(`[data-row="${id}"]`),
    state: (name) => facts.getByText(t('common', `state.${name}`), { exact: true }),
  };
}
