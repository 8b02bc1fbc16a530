import type build from '@shared/i18n/en/build.json';
import type common from '@shared/i18n/en/common.json';
import type engine from '@shared/i18n/en/engine.json';
import type home from '@shared/i18n/en/home.json';
import type registries from '@shared/i18n/en/registries.json';
import type run from '@shared/i18n/en/run.json';
import type runs from '@shared/i18n/en/runs.json';
import type samples from '@shared/i18n/en/samples.json';
import type settings from '@shared/i18n/en/settings.json';
import type task from '@shared/i18n/en/task.json';
import type taskScreen from '@shared/i18n/en/task-screen.json';

/** The areas whose keys are checked by the compiler. English is the source. */
export interface TypedAreas {
  readonly build: typeof build;
  readonly common: typeof common;
  readonly engine: typeof engine;
  readonly home: typeof home;
  readonly registries: typeof registries;
  readonly run: typeof run;
  readonly runs: typeof runs;
  readonly samples: typeof samples;
  readonly settings: typeof settings;
  readonly task: typeof task;
  readonly 'task-screen': typeof taskScreen;
}

export const languages = ['en', 'ko'] as const;
export type Language = (typeof languages)[number];

interface Texts {
  readonly [key: string]: string | Texts;
}

const files = import.meta.glob<Texts>(
  ['../../shared/i18n/*/*.json', '!**/cli.json', '!**/desktop.json'], // words of the main process and the command line
  { eager: true, import: 'default' },
);

/** All texts: language, then area, then key. */
export const resources: Readonly<Record<string, Readonly<Record<string, Texts>>>> = collect();

function collect(): Record<string, Record<string, Texts>> {
  const all: Record<string, Record<string, Texts>> = {};
  for (const [path, texts] of Object.entries(files)) {
    const [area = '', language = ''] = path.replace('.json', '').split('/').reverse();
    (all[language] ??= {})[area] = texts;
  }
  return all;
}
