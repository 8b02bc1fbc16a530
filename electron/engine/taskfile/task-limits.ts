import { defaultLimits, type TemplateLimits } from '../templating/template.ts';

/** How much a task file may ask for. Lengths are UTF-16 units. */
export interface TaskLimits {
  /** Of the author's text, and of the values file. */
  readonly textLength: number;
  /** After aliases and templates. */
  readonly renderedLength: number;
  readonly template: TemplateLimits;
  readonly aliasSources: number;
}

const mebibyte = 1024 * 1024;

/** Far above what a task file needs. What goes near it is read in a thread of its own. */
export const taskLimits: TaskLimits = {
  textLength: mebibyte,
  renderedLength: 4 * mebibyte,
  template: { ...defaultLimits, templateLength: 4 * mebibyte },
  aliasSources: 32,
};

/** What is read at once, without a thread: five hundred ordinary steps go through in less than a tenth of a second. */
export const limitsWithoutThread: TaskLimits = {
  ...taskLimits,
  textLength: 64_000,
  renderedLength: 100_000,
  template: {
    templateLength: 100_000,
    operations: 50_000,
    outputBytes: 500_000,
    valueBytes: 5_000_000,
    // They take longer than a window may stand still.
    keys: 0,
    depth: defaultLimits.depth,
  },
};

/** The file asks for more than may be done without a thread. */
export class NeedsThread extends Error {}
