import { z } from 'zod';

/** A range in a text; lines and columns count from 1, columns in UTF-16 units, the end is behind the last character. */
export const TextRange = z.object({
  line: z.number().int().positive(),
  column: z.number().int().positive(),
  endLine: z.number().int().positive(),
  endColumn: z.number().int().positive(),
});
export type TextRange = z.infer<typeof TextRange>;

/**
 * Something about a task file that its author should know. `error`: it doesn't run. `warning`: it runs, and probably not as
 * meant, or otherwise than on ACR. `info`: worth knowing.
 *
 * The words are in i18n under `task:finding.<code>.text`; `acr` keeps the words of Azure's own engine where it has some, since
 * people search for those.
 */
export const TaskFinding = z.object({
  code: z.string(),
  severity: z.enum(['error', 'warning', 'info']),
  params: z.record(z.string(), z.union([z.string(), z.number()])).default({}),
  acr: z.string().optional(),
  /** In the file as its author wrote it; absent where that can't be told. */
  range: TextRange.optional(),
  /** Id of the step that it is about. */
  step: z.string().optional(),
  /** What to write instead of the range: an editor can do it. */
  suggestion: z.string().optional(),
});
export type TaskFinding = z.infer<typeof TaskFinding>;
