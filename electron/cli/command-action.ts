import type { Runtime } from '../runtime.ts';
import type { ExitCode } from './exit-codes.ts';
import type { Messages } from './messages.ts';
import type { Output } from './output.ts';

/** What a command does, with a runtime that is started for it. */
export type Action = (runtime: Runtime, output: Output, messages: Messages, canceled: AbortSignal) => Promise<ExitCode>;
