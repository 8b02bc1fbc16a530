import type { LogScope } from './stored-log.ts';

/** The part of a log that is chosen, and what it is called. */
export interface ChosenPart {
  readonly scope: LogScope;
  readonly name: string;
}

/** How a log is shown: as it comes, in a terminal; from disk, line by line; or from disk, each step's lines under a header. */
export type LogView = 'terminal' | 'text' | 'steps';
