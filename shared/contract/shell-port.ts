import { z } from 'zod';
import type { AppError } from '../model/app-error.ts';

/**
 * The words spoken on a shell's MessagePort: a terminal where a run stands still, or where a quick build failed. The window
 * acknowledges what xterm has drawn; main sends at most {@link shellBytesInFlight} bytes that were not.
 */
export const shellBytesInFlight = 262_144;

/** How the window asks for a port: through the preload, with a nonce that comes back with the port. */
export const ShellSubscription = z.object({
  nonce: z.string().min(16),
  runId: z.string(),
  stepId: z.string(),
  columns: z.number().int().min(1).max(1000),
  rows: z.number().int().min(1).max(1000),
});
export type ShellSubscription = z.infer<typeof ShellSubscription>;

/** Window to main. */
export const ShellPortRequest = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('input'), text: z.string().max(1_048_576) }),
  z.object({
    kind: z.literal('resize'),
    columns: z.number().int().min(1).max(1000),
    rows: z.number().int().min(1).max(1000),
  }),
  z.object({ kind: z.literal('ack'), bytes: z.number().int().nonnegative() }),
]);
export type ShellPortRequest = z.infer<typeof ShellPortRequest>;

/** Main to window. `ready`: a shell is there. */
export type ShellPortMessage =
  | { readonly kind: 'ready' }
  | { readonly kind: 'output'; readonly data: Uint8Array }
  | { readonly kind: 'ended'; readonly exitCode: number }
  | { readonly kind: 'failed'; readonly error: AppError };
