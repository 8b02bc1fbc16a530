import { z } from 'zod';
import { QuickRunRequest, TaskPreview } from '../model/quick-run.ts';
import { command, query } from './define.ts';

export const taskFiles = {
  /** What a task would do, rendered and checked, without doing it. Never fails for what is wrong with the task: that is its findings. */
  preview: query(QuickRunRequest, TaskPreview),
  /** Looks at a path that was opened or dropped: the task files of a folder, the most likely first, or the file itself with the folder that it lies in. */
  survey: query(
    z.object({ path: z.string() }),
    z.object({ context: z.string(), files: z.array(z.object({ path: z.string(), name: z.string() })) }),
  ),
  /** The inputs of the last run of this file, without secret values. */
  lastInputs: query(z.object({ path: z.string() }), QuickRunRequest.nullable()),
  /** The same run for other tools, to copy; `az` absent where it has no such option. */
  equivalents: query(QuickRunRequest, z.object({ slipway: z.string(), az: z.string() })),
  /** Task files that were run, the newest first. */
  recent: query(z.object({ limit: z.number().int().min(1).max(50).default(8) }), z.array(z.string())),
  /** The samples that come with the app; `file` is absolute. */
  samples: query(z.void(), z.array(z.object({ id: z.string(), file: z.string(), context: z.string() }))),
  /** Addresses (`keyvault:` of a task, or the id of a secret) that have a value here. */
  secretAddresses: query(z.void(), z.array(z.string())),
  /** Ties a value to an address; it goes into the vault and never comes back. */
  setSecret: command(z.object({ address: z.string().min(1), value: z.string().min(1) }), z.void()),
  removeSecret: command(z.object({ address: z.string().min(1) }), z.void()),
  /** Remembers that this task may do what it asks for; asked once a task and permission. */
  allow: command(z.object({ request: QuickRunRequest }), z.void()),
  /** Forgets what this task was allowed: it is asked for again. */
  withdraw: command(z.object({ request: QuickRunRequest }), z.void()),
};
