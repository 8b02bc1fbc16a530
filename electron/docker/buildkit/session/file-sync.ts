import { AppFailure } from '@shared/model/app-error.ts';
import { serveDiffCopy } from '../file-sync/serve-diff-copy.ts';
import { syncedFolders } from '../file-sync/synced-folder.ts';
import type { ServerMethod } from '../grpc/stream.ts';
import type { FromSession, SessionPlan } from './plan.ts';

/** What the daemon calls the context; the Dockerfile's own folder has another name. */
const contextFolder = 'context';

/** The files of a build: its context, and the folder of its Dockerfile. Says what was sent of the context, over all calls. */
export function fileSyncMethods(
  plan: Pick<SessionPlan, 'context' | 'dockerfileFolder'>,
  say: (message: FromSession) => void,
): ReadonlyMap<string, ServerMethod> {
  const folders = syncedFolders(plan.context, plan.dockerfileFolder);
  let bytes = 0;
  let files = 0;
  const eventsOf = (folder: string | undefined) => ({
    onSent(moreBytes: number, moreFiles: number) {
      if (folder !== contextFolder) return;
      bytes += moreBytes;
      files += moreFiles;
      say({ kind: 'sent', bytes, files });
    },
    onProblem: (problem: 'vanished' | 'unsupported', path: string) => say({ kind: 'context', problem, path }),
  });
  return new Map<string, ServerMethod>([
    [
      '/moby.filesync.v1.FileSync/DiffCopy',
      async (stream) => {
        try {
          await serveDiffCopy(stream, folders, eventsOf(stream.metadata.get('dir-name')?.[0]));
        } catch (error) {
          if (error instanceof AppFailure) say({ kind: 'failed', error: error.error });
          throw error;
        }
      },
    ],
  ]);
}
