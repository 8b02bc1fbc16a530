import type { PushProgress } from '../engine/ports.ts';

/** Tells of a line of a vertex where it says that BuildKit tries a push again by itself (buildkit: util/resolver/retryhandler), or why. */
export function tellRetry(text: string, onProgress: (progress: PushProgress) => void): void {
  for (const line of text.split('\n')) {
    if (line.startsWith('retrying in ')) onProgress({ current: 0, total: 0, existing: 0, line, retrying: true });
    else if (line.startsWith('error: ')) onProgress({ current: 0, total: 0, existing: 0, line });
  }
}
