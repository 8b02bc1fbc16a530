import { z } from 'zod';
import { LineRanges, LogLine, LogQuery, LogSearchResult } from '../model/log-line.ts';
import { QuickBuildRequest } from '../model/quick-build.ts';
import { FailedSource, Run, RunFilter, Vertex } from '../model/run.ts';
import { command, query } from './define.ts';

const byId = z.object({ runId: z.string() });

export const runs = {
  /** Newest first. */
  list: query(RunFilter, z.array(Run)),
  show: query(byId, Run),
  vertices: query(byId, z.array(Vertex)),
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
  /** Where the lines of a step or of one of its vertices stand, from line `from` on; without a step, all lines. */
  lineRanges: query(
    z.object({
      runId: z.string(),
      stepId: z.string().optional(),
      vertex: z.number().int().nonnegative().optional(),
      from: z.number().int().min(1).default(1),
    }),
    LineRanges,
  ),
  search: query(z.object({ runId: z.string(), query: LogQuery }), LogSearchResult),
  /** The lines of the Dockerfile around the one that failed; null when the run's error names no line of it. */
  failedSource: query(byId, FailedSource.nullable()),
  /** Queues a quick build and answers at once. */
  quickBuild: command(QuickBuildRequest, Run),
  /** The same inputs again, or edited ones (`build`). */
  rerun: command(z.object({ runId: z.string(), build: QuickBuildRequest.optional() }), Run),
  cancel: command(byId, z.void()),
  keep: command(z.object({ runId: z.string(), keep: z.boolean() }), z.void()),
  remove: command(z.object({ runIds: z.array(z.string()) }), z.void()),
  /** Saves the log as a text file where the person chooses; false when they chose nothing. */
  exportLog: command(z.object({ runId: z.string(), ansi: z.boolean() }), z.boolean()),
};
