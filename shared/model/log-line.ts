import { z } from 'zod';

/** Who wrote a line: the engine of Slipway (ACR's time-stamped lines), or a step's standard output or error. */
export const LogStream = z.enum(['engine', 'stdout', 'stderr']);
export type LogStream = z.infer<typeof LogStream>;

/**
 * One line of a run's log, masked. `line` counts from 1 through the whole run, across its steps, in the order of arrival;
 * it never changes, so it serves as a cursor and as a permalink.
 */
export const LogLine = z.object({
  line: z.number().int().positive(),
  /** Empty for lines of the run itself. */
  stepId: z.string(),
  /** The vertex's number inside the step, 0 for none. */
  vertex: z.number().int().nonnegative(),
  stream: LogStream,
  /** Milliseconds since 1970, UTC. */
  time: z.number(),
  /** Without a line end. May hold ANSI sequences and carriage returns. A piece of at most 64 KiB: longer lines are stored in several, told by `continues`. */
  text: z.string(),
  /** The next line goes on with the same line of output. */
  continues: z.boolean(),
});
export type LogLine = z.infer<typeof LogLine>;

/** One hit of a search. Columns are UTF-16 offsets in the text without ANSI sequences. */
export const LogMatch = z.object({
  line: z.number().int().positive(),
  stepId: z.string(),
  vertex: z.number().int().nonnegative(),
  text: z.string(),
  ranges: z.array(z.tuple([z.number(), z.number()])),
});
export type LogMatch = z.infer<typeof LogMatch>;

export const LogQuery = z.object({
  text: z.string().min(1).max(1000),
  caseSensitive: z.boolean().default(false),
  wholeWord: z.boolean().default(false),
  regex: z.boolean().default(false),
  /** Only this step. */
  stepId: z.string().optional(),
  /** How many matches are returned in full; the count is exact all the same. */
  limit: z.number().int().min(1).max(10_000).default(1000),
});
export type LogQuery = z.infer<typeof LogQuery>;

/** Where lines stand in a run's log. */
export const LineRanges = z.object({
  /** How many lines the whole log has so far. */
  lines: z.number().int().nonnegative(),
  /** Stretches of lines without a gap, in order: the first line of each and how many they are, in turn. */
  ranges: z.array(z.number().int().positive()),
});
export type LineRanges = z.infer<typeof LineRanges>;

/** What a line of a command's output does to those behind it: opens a group (`##[group]Title`), ends it, or heads them (`--- Title`). */
export const FoldMark = z.enum(['group', 'endgroup', 'heading']);
export type FoldMark = z.infer<typeof FoldMark>;

/** A step's part of a run's log, as far as it is on disk. */
export const StepLines = z.object({
  /** Empty for the run itself. */
  stepId: z.string(),
  /** Number of its first line. */
  first: z.number().int().positive(),
  /** How many lines it has. */
  lines: z.number().int().positive(),
  /** Which of its lines fold others, counted from 0 among its own. In order, and no more than people can use. */
  marks: z.array(z.object({ row: z.number().int().nonnegative(), mark: FoldMark })),
});
export type StepLines = z.infer<typeof StepLines>;

export const StepLinesPage = z.object({
  /** How many lines the whole log has so far. */
  lines: z.number().int().nonnegative(),
  steps: z.array(StepLines),
});
export type StepLinesPage = z.infer<typeof StepLinesPage>;

export const LogSearchResult = z.object({
  total: z.number().int().nonnegative(),
  perStep: z.record(z.string(), z.number()),
  matches: z.array(LogMatch),
});
export type LogSearchResult = z.infer<typeof LogSearchResult>;
