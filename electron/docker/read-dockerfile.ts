import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { appFailure } from '@shared/model/app-error.ts';
import type { BuildContext } from '../engine/ports.ts';

/**
 * The Dockerfile of a build, as it is now.
 * @throws AppFailure `dockerfile.notFound`, `context.unreadable`; the signal's reason
 */
export async function readDockerfile(context: BuildContext, signal: AbortSignal): Promise<Buffer> {
  try {
    return await readFile(context.dockerfile, { signal });
  } catch (error) {
    signal.throwIfAborted();
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    const file = nameOfDockerfile(context);
    throw appFailure(
      code === 'ENOENT' || code === 'ENOTDIR' || code === 'EISDIR' ? 'dockerfile.notFound' : 'context.unreadable',
      {
        params: { file, path: context.dockerfile },
        where: { file },
        cause: String(error),
        fixes: [{ kind: 'chooseDockerfile' }],
      },
      error,
    );
  }
}

/** As errors name it: relative to the context, with slashes, where it lies inside. */
export function nameOfDockerfile({ root, dockerfile, dockerfileName }: BuildContext): string {
  if (dockerfileName !== undefined) return dockerfileName;
  const relative = path.relative(root, dockerfile);
  const outside = relative === '..' || relative.startsWith(`..${path.sep}`) || path.isAbsolute(relative);
  return outside ? dockerfile : relative.split(path.sep).join('/');
}
