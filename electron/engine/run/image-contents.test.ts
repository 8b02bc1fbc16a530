import { describe, expect, it } from 'vitest';
import { baseImages } from '../dockerfile/base-images.ts';
import { readDockerfile } from '../dockerfile/dockerfile.ts';
import { countOwn } from './image-contents.ts';

const base = ['/bin/sh -c #(nop) ADD file:1 in / ', '/bin/sh -c #(nop)  CMD ["sh"]'];
const dockerfile = 'ARG X\nFROM base AS a\nENV A=1\nRUN make\nFROM other\nRUN no\nFROM a\nCOPY . /src\nCMD ["x"]\n';

describe('the layers that a build made itself', () => {
  const { instructions } = baseImages(readDockerfile(dockerfile), undefined, new Map());

  it.each<[title: string, history: readonly string[], own: number | undefined]>([
    ['by BuildKit', [...base, 'ENV A=1', 'RUN /bin/sh -c make # buildkit', 'COPY . /src # buildkit', 'CMD ["x"]'], 4],
    [
      'by the builder before it',
      [
        ...base,
        '/bin/sh -c #(nop)  ENV A=1',
        '/bin/sh -c make',
        '/bin/sh -c #(nop) COPY dir:2 in /src ',
        '/bin/sh -c #(nop)  CMD ["x"]',
      ],
      4,
    ],
    [
      'by the builder before it, with labels',
      [
        ...base,
        '/bin/sh -c #(nop)  ENV A=1',
        '|1 A=b /bin/sh -c make',
        '/bin/sh -c #(nop) COPY dir:2 in /src ',
        '/bin/sh -c #(nop)  CMD ["x"]',
        '/bin/sh -c #(nop)  LABEL dev.slipway.run=ca1',
      ],
      5,
    ],
    ['on an empty base', ['ENV A=1', 'RUN make', 'COPY . /src', 'CMD ["x"]'], 4],
    ['where the history was squashed', [...base, 'ENV A=1', 'COPY . /src', 'CMD ["x"]'], undefined],
    ['where there is less history', ['CMD ["x"]'], undefined],
  ])('%s', (_title, history, own) => {
    const layers = history.map((instruction) => ({ instruction, size: 1, empty: false }));
    expect(countOwn(layers, instructions)).toBe(own);
  });
});
