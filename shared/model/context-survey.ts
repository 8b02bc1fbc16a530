import { z } from 'zod';

/** A `FROM` of a Dockerfile. */
export const DockerfileStage = z.object({
  index: z.number().int().nonnegative(),
  name: z.string().optional(),
  /** As written, arguments not filled in. */
  from: z.string(),
  platform: z.string().optional(),
  line: z.number().int().positive(),
});
export type DockerfileStage = z.infer<typeof DockerfileStage>;

/** An `ARG` that a build can set. */
export const DockerfileArg = z.object({
  name: z.string(),
  default: z.string().optional(),
  line: z.number().int().positive(),
});
export type DockerfileArg = z.infer<typeof DockerfileArg>;

/** What the Quick build form is pre-filled with from one Dockerfile. */
export const DockerfileOutline = z.object({
  stages: z.array(DockerfileStage),
  args: z.array(DockerfileArg),
  /** Ids that `RUN --mount=type=secret` asks for. */
  secretIds: z.array(z.string()),
  sshIds: z.array(z.string()),
  /** Ports, for the command that is shown when the build is done. */
  exposed: z.array(z.string()),
});
export type DockerfileOutline = z.infer<typeof DockerfileOutline>;

/** What is sent of a folder, after `.dockerignore`. */
export const ContextSize = z.object({
  files: z.number().int().nonnegative(),
  bytes: z.number().nonnegative(),
  ignoredFiles: z.number().int().nonnegative(),
  /** The ignore file that counted, relative to the context; absent when there is none. */
  ignoreFile: z.string().optional(),
  /** The five largest entries directly under the root (folders summed), largest first. */
  largest: z.array(z.object({ path: z.string(), bytes: z.number() })),
});
export type ContextSize = z.infer<typeof ContextSize>;

/** A folder, looked at before it is built. */
export const ContextSurvey = z.object({
  context: z.string(),
  /** Relative to the context, the likeliest first: `Dockerfile`, `Containerfile`, `*.Dockerfile`, `Dockerfile.*`, up to three levels deep. */
  dockerfiles: z.array(z.string()),
  suggestedTag: z.string(),
});
export type ContextSurvey = z.infer<typeof ContextSurvey>;
