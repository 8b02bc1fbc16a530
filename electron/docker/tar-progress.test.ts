import { describe, expect, it } from 'vitest';
import { watch } from './buildkit/test-build.ts';
import type { ProgressLine } from './json-stream.ts';
import { TarProgress } from './tar-progress.ts';

const imageId = `sha256:${'a'.repeat(64)}`;

function told(lines: readonly (string | ProgressLine)[]) {
  const watched = watch();
  const progress = new TarProgress(watched.listen);
  for (const line of lines) progress.take(typeof line === 'string' ? { stream: line } : line);
  progress.end('succeeded');
  return { ...watched, progress, names: [...watched.vertices().keys()] };
}

describe('the progress of a tar upload’s build', () => {
  it('is a chain of vertices, as the classic builder tells it', () => {
    const { progress, vertices, names } = told([
      'Step 1/2 : FROM busybox\n',
      ' ---> 6d3e4188a38a\n',
      'Step 2/2 : RUN make\n',
      ' ---> Using cache\n',
      ' ---> 2c4f5e6a7b8c\n',
      { aux: { ID: imageId } },
      'Successfully built 2c4f5e6a7b8c\n',
    ]);
    expect(names).toEqual(['[1/2] FROM busybox', '[2/2] RUN make']);
    expect(vertices().get('[2/2] RUN make')).toMatchObject({
      number: 2,
      cached: true,
      status: 'succeeded',
      inputs: ['step:1'],
    });
    expect(progress.imageId).toBe(imageId);
  });

  it('is the same in the words of Buildah, where each stage counts from 1', () => {
    const { names, vertices } = told([
      '[1/2] STEP 1/2: FROM busybox AS build\n',
      '[1/2] STEP 2/2: RUN make\n',
      '--> Using cache 2c4f5e6a7b8c\n',
      '[2/2] STEP 1/1: FROM scratch\n',
      'COMMIT app\n',
    ]);
    expect(names).toEqual(['[1/2] FROM busybox AS build', '[2/2] RUN make', '[1/1] FROM scratch']);
    expect(vertices().get('[2/2] RUN make')).toMatchObject({ cached: true });
  });

  it('does not take what a program prints for a step', () => {
    const { names, log } = told(['Step 1/2 : FROM busybox\n', 'Step 7/9 : RUN everything\n', 'Step 2/2 : RUN make\n']);
    expect(names).toEqual(['[1/2] FROM busybox', '[2/2] RUN make']);
    expect(log()).toContain('Step 7/9 : RUN everything');
  });

  it('tells standard error by its paint, and takes the paint off', () => {
    const { events } = told(['Step 1/1 : RUN make\n', '\u001b[91mno rule\n\u001b[0m', 'done\n']);
    expect(events.filter(({ kind }) => kind === 'log')).toMatchObject([
      { vertex: 1, stream: 'stderr', data: Buffer.from('no rule\n') },
      { vertex: 1, stream: 'stdout', data: Buffer.from('done\n') },
    ]);
  });

  it('adds up what is pulled, layer by layer, and never backwards', () => {
    const { vertices } = told([
      'Step 1/1 : FROM busybox\n',
      { status: 'Downloading', id: 'layer', progressDetail: { current: 10, total: 100 } },
      { status: 'Download complete', id: 'layer', progressDetail: {} },
    ]);
    expect(vertices().get('[1/1] FROM busybox')?.progress).toEqual([
      { id: 'layer', current: 10, total: 100, done: true },
    ]);
  });
});
