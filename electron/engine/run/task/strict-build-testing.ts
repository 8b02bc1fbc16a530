/** Builds as the strict fake has them: of Dockerfiles that say no more than the scenarios need. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { appFailure } from '@shared/model/app-error.ts';
import type { BuildEvent, ImageBuild } from '../../ports.ts';
import type { Files } from './strict-actor-testing.ts';

/** The files of the image that a build makes. `FROM … AS`, `ARG`, `COPY`, `RUN exit` and `RUN sleep`. @throws `build.failed` */
export async function filesBuilt(
  { context, target, buildArgs }: ImageBuild,
  onEvent: (event: BuildEvent) => void,
  signal: AbortSignal,
): Promise<Files> {
  const files: Files = new Map();
  const value = (_: string, name: string) => buildArgs.find((each) => each.name === name)?.value ?? '';
  const lines = (await readFile(context.dockerfile, 'utf8')).split('\n').filter((line) => line !== '');
  let stage: string | undefined;
  for (const [index, line] of lines.entries()) {
    const number = index + 1;
    const [word = '', first = '', second = '', third = ''] = line.replaceAll(/\$\{(\w+)\}/g, value).split(' ');
    if (word === 'FROM' && stage !== undefined && stage === target) break;
    if (word === 'FROM') stage = second === 'AS' ? third : '';
    const run = word === 'RUN' ? first : '';
    const exitCode = run === 'exit' ? Number(second) : 0;
    const tell = (status: 'running' | 'succeeded' | 'failed') =>
      onEvent({
        kind: 'vertex',
        vertex: { number, digest: `sha256:${number}`, inputs: [], name: line, status, cached: false, progress: [] },
      });
    tell('running');
    if (run === 'sleep') await delay(Number(second) * 1000, undefined, { signal }).catch(() => signal.throwIfAborted());
    tell(exitCode === 0 ? 'succeeded' : 'failed');
    if (exitCode !== 0) throw appFailure('build.failed', { params: { instruction: line, exitCode } });
    if (word === 'COPY') files.set(second, await readFile(path.join(context.root, first)));
  }
  return files;
}
