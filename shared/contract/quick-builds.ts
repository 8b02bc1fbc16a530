import { z } from 'zod';
import { ContextSize, ContextSurvey, DockerfileOutline } from '../model/context-survey.ts';
import { longestInlineDockerfile, QuickBuildRequest } from '../model/quick-build.ts';
import { query } from './define.ts';

export const quickBuilds = {
  /** Looks at a folder (or at the folder of a Dockerfile). */
  survey: query(z.object({ path: z.string() }), ContextSurvey),
  /** Of a file of the context, or of a text that was pasted. */
  outline: query(
    z.object({
      context: z.string(),
      dockerfile: z.string(),
      text: z.string().max(longestInlineDockerfile).optional(),
    }),
    DockerfileOutline,
  ),
  /** What would be sent. Takes as long as the folder is large; can be aborted. */
  size: query(z.object({ context: z.string(), dockerfile: z.string() }), ContextSize),
  /** The inputs of the last build of this folder, without secret values. */
  lastInputs: query(z.object({ context: z.string() }), QuickBuildRequest.nullable()),
  /** The same build for other tools, to copy. */
  equivalents: query(QuickBuildRequest, z.object({ slipway: z.string(), az: z.string(), docker: z.string() })),
  /** Folders that were built, the newest first. */
  recentContexts: query(z.object({ limit: z.number().int().min(1).max(50).default(8) }), z.array(z.string())),
};
