import { z } from 'zod';
import { command, query } from './define.ts';

/** What only the desktop shell can do. */
export const app = {
  info: query(
    z.void(),
    z.object({
      version: z.string(),
      platform: z.enum(['linux', 'darwin', 'win32']),
      locale: z.string(),
      home: z.string(),
      sample: z.string(),
    }),
  ),
  /** A native dialog; null when nothing was chosen. */
  chooseFolder: command(z.void(), z.string().nullable()),
  chooseDockerfile: command(z.object({ context: z.string() }), z.string().nullable()),
  chooseTaskFile: command(z.void(), z.string().nullable()),
  /** `folder` is where the dialog opens. */
  chooseValuesFile: command(z.object({ folder: z.string().optional() }), z.string().nullable()),
  /** Opens an http(s) address in the person's browser; anything else is refused. */
  openExternal: command(z.object({ url: z.string() }), z.void()),
  copy: command(z.object({ text: z.string() }), z.void()),
};
