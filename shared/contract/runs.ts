import { z } from 'zod';
import { ImageContents } from '../model/image-contents.ts';
import { LineRanges, LogLine, LogQuery, LogSearchResult, StepLinesPage } from '../model/log-line.ts';
import { QuickBuildRequest } from '../model/quick-build.ts';
import { QuickRunRequest } from '../model/quick-run.ts';
import { FailedSource, Run, RunFilter, Vertex } from '../model/run.ts';
import { command, query } from './define.ts';

const byId = z.object({ runId: z.string() });

export const runs = {
  /** Newest first. */
  list: query(RunFilter, z.array(Run)),
  show: query(byId, Run),
  vertices: query(byId, z.array(Vertex)),
  /** What the images of a run are made of, layer by layer. */
  contents: query(byId, z.array(ImageContents)),
  /** The statement of an attestation, as JSON; null for one that isn't kept. */
  statement: query(z.object({ runId: z.string(), digest: z.string() }), z.string().nullable()),
  /** Up to `count` lines from `from` on; all, or only one step's. */
  lines: query(
    z.object({
      runId: z.string(),
      from: z.number().int().min(1),
      count: z.number().int().min(1).max(10_000),
      stepId: z.string().optional(),
    }),
    z.array(LogLine),
  ),
  /** Where the lines of a step or of some of its vertices stand, from line `from` on; without a step, all lines. */
  lineRanges: query(
    z.object({
      runId: z.string(),
      stepId: z.string().optional(),
      vertices: z.array(z.number().int().nonnegative()).max(10_000).optional(),
      from: z.number().int().min(1).default(1),
    }),
    LineRanges,
  ),
  /** The parts of the steps that have lines from line `from` on; marks only of those lines. */
  stepLines: query(z.object({ runId: z.string(), from: z.number().int().min(1).default(1) }), StepLinesPage),
  search: query(z.object({ runId: z.string(), query: LogQuery }), LogSearchResult),
  /** The lines of the Dockerfile around the one that failed; null when the run's error names no line of it. */
  failedSource: query(byId, FailedSource.nullable()),
  /** Queues a quick build and answers at once. */
  quickBuild: command(QuickBuildRequest, Run),
  /** Queues a run of a task file or of one command, and answers at once. @throws `taskfile.invalid`, `task.notAllowed` */
  quickRun: command(QuickRunRequest, Run),
  /** The same inputs again, or edited ones (`build` or `run`, as the run was). */
  rerun: command(
    z.object({ runId: z.string(), build: QuickBuildRequest.optional(), run: QuickRunRequest.optional() }),
    Run,
  ),
  /** The task's text as its author wrote it and as it ran, secrets masked; null for a quick build. */
  taskText: query(byId, z.object({ name: z.string(), source: z.string(), rendered: z.string().optional() }).nullable()),
  /**
   * Tells a run that stands still to go on: with what comes next, with the step at which it stands once more, or not at all.
   * `task` is the text to go on with; the steps that have ended keep what they did. `sendChanges` copies what was changed in the
   * context's folder into the workspace first.
   * @throws `run.notPaused`, `taskfile.invalid`
   */
  resume: command(
    z.object({
      runId: z.string(),
      action: z.enum(['continue', 'retry', 'stop']),
      task: z.string().optional(),
      sendChanges: z.boolean().default(false),
    }),
    z.void(),
  ),
  cancel: command(byId, z.void()),
  keep: command(z.object({ runId: z.string(), keep: z.boolean() }), z.void()),
  remove: command(z.object({ runIds: z.array(z.string()) }), z.void()),
  /** Saves the log as a text file where the person chooses; false when they chose nothing. */
  exportLog: command(z.object({ runId: z.string(), ansi: z.boolean() }), z.boolean()),
  /** Saves the statement of an attestation as a file where the person chooses; false when they chose nothing. @throws `request.invalid` */
  exportStatement: command(z.object({ runId: z.string(), digest: z.string() }), z.boolean()),
};
