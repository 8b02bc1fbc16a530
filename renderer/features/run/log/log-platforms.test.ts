import { describe, expect, it } from 'vitest';
import type { Vertex } from '@shared/model/run.ts';
import { platformParts } from './log-platforms.ts';

const vertex = (number: number, name: string, stepId = 'build'): Vertex => ({
  stepId,
  number,
  digest: `sha256:${number}`,
  inputs: [],
  name,
  status: 'succeeded',
  cached: false,
  progress: [],
});

describe('the platforms of a log', () => {
  it('have the lines of their own vertices, in the order of their names', () => {
    const parts = platformParts('build', [
      vertex(1, '[internal] load build definition from Dockerfile'),
      vertex(2, '[linux/arm64 1/2] FROM base'),
      vertex(3, '[linux/amd64 tools 1/2] FROM base'),
      vertex(4, '[linux/arm64 2/2] RUN make'),
      vertex(5, '[linux/arm64] exporting to image'),
      vertex(6, '[linux/386 1/1] FROM base', 'other'),
      vertex(7, '[tools 2/2] RUN make tools'),
    ]);
    expect([...parts]).toEqual([
      ['linux/amd64', { scope: { stepId: 'build', vertices: [3] }, name: 'linux/amd64' }],
      ['linux/arm64', { scope: { stepId: 'build', vertices: [2, 4, 5] }, name: 'linux/arm64' }],
    ]);
  });

  it.each([
    ['one platform', 'build', [vertex(1, '[linux/arm64 1/2] FROM base')]],
    ['a step that is not there', 'other', [vertex(1, '[linux/arm64 1/2] a'), vertex(2, '[linux/386 1/2] b')]],
    ['no step', undefined, [vertex(1, '[linux/arm64 1/2] a'), vertex(2, '[linux/386 1/2] b')]],
  ])('are none for %s', (_what, stepId, vertices) => {
    expect(platformParts(stepId, vertices).size).toBe(0);
  });
});
