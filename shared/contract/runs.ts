import { z } from 'zod';
import { LogLine, LogQuery, LogSearchResult } from '../model/log-line.ts';
import { QuickBuildRequest } from '../model/quick-build.ts';
import { Run, RunFilter, Vertex } from '../model/run.ts';
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
  search: query(z.object({ runId: z.string(), query: LogQuery }), LogSearchResult),
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
