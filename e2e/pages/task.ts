import type { Locator, Page } from '@playwright/test';
import type { Texts } from '../support/texts.ts';
import { type RunPage, runPage } from './run.ts';

/** The Tasks screen: first where a file is chosen, then the form with what it will do. */
export interface TaskPage {
  readonly path: Locator;
  readonly openPath: Locator;
  readonly preview: Locator;
  /** The button, also while it can't be pressed. */
  readonly run: Locator;
  readonly stopOnFailure: Locator;
  tab(name: 'effects' | 'steps' | 'rendered' | 'source'): Locator;
  /** What shows the steps. */
  look(name: 'graph' | 'list'): Locator;
  /** The switch that allows what the task asks for. */
  allow(
    permission: 'privileged' | 'dockerSocket' | 'hostMounts' | 'hostNetwork' | 'sshKeys' | 'keyVaultSecrets',
  ): Locator;
  /** A sample of the picker, by the beginning of its name. */
  sample(id: 'release' | 'build-and-test' | 'variables' | 'services'): Locator;
  /** Types the path of a file, and waits for what it will do. */
  open(file: string): Promise<void>;
  /** Presses Run task, and waits for the run's screen. */
  start(): Promise<RunPage>;
}

export function taskPage(page: Page, t: Texts): TaskPage {
  const main = page.getByRole('main');
  const path = main.getByLabel(t('task-screen', 'picker.path'));
  const openPath = main.getByRole('button', { name: t('task-screen', 'picker.open'), exact: true });
  const preview = main.getByRole('region', { name: t('task-screen', 'preview.label') });
  const run = main.getByRole('button', { name: t('task-screen', 'run'), exact: false });
  return {
    path,
    openPath,
    preview,
    run,
    stopOnFailure: main.getByRole('switch', { name: t('task-screen', 'breakpoints.onFailure') }),
    tab: (name) => main.getByRole('tab', { name: t('task-screen', `tab.${name}`) }),
    look: (name) => preview.getByRole('button', { name: t('task-screen', `steps.look.${name}`), exact: true }),
    allow: (permission) =>
      main
        .locator('li, div, section')
        .filter({ hasText: t('task-screen', `permission.${permission}.title`) })
        .getByRole('switch', { name: t('task-screen', 'permission.allow'), exact: false })
        .last(),
    sample: (id) => main.getByRole('link', { name: t('samples', `sample.${id}.title`), exact: false }),
    async open(file) {
      await path.fill(file);
      await openPath.click();
      await run.waitFor();
    },
    async start() {
      await run.click();
      const started = runPage(page, t);
      await started.facts.waitFor();
      return started;
    },
  };
}
