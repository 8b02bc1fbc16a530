import { describe, expect, it } from 'vitest';
import { shownInstruction } from '@shared/model/image-contents.ts';
import { layerRows, sizesByOrigin } from './layer-rows.ts';

const layer = (instruction: string, size: number) => ({ instruction, size, empty: size === 0 });
const layers = [
  layer('ADD rootfs /', 400),
  layer('CMD ["sh"]', 0),
  layer('ENV A=1', 0),
  layer('COPY . /src # buildkit', 30),
  layer('CMD ["x"]', 0),
];

describe('the table of layers', () => {
  it('has the highest on top, and folds what brought no files, base and build apart', () => {
    const rows = layerRows({ layers, baseLayers: 2 });
    expect(rows.map((row) => [row.origin, row.kind === 'layer' ? row.text : row.texts])).toEqual([
      ['own', ['CMD ["x"]']],
      ['own', 'COPY . /src'],
      ['own', ['ENV A=1']],
      ['base', ['CMD ["sh"]']],
      ['base', 'ADD rootfs /'],
    ]);
  });

  it('adds up what each brought, and claims nothing where nobody can tell', () => {
    expect(sizesByOrigin({ layers, baseLayers: 2 })).toEqual([
      { origin: 'base', size: 400 },
      { origin: 'own', size: 30 },
    ]);
    expect(sizesByOrigin({ layers })).toEqual([{ origin: 'image', size: 430 }]);
    expect(layerRows({ layers }).map(({ origin }) => origin)).toEqual(Array.from({ length: 4 }, () => 'image'));
  });
});

describe('an instruction of a history', () => {
  it.each([
    ['RUN /bin/sh -c make # buildkit', 'RUN make'],
    ['RUN |1 A=b /bin/sh -c make all # buildkit', 'RUN make all'],
    ['/bin/sh -c apk add git', 'RUN apk add git'],
    ['/bin/sh -c #(nop)  CMD ["sh"]', 'CMD ["sh"]'],
    ['COPY . / # buildkit', 'COPY . /'],
    ['ENV A=/bin/sh -c', 'ENV A=/bin/sh -c'],
    ['', ''],
  ])('%j reads %j', (text, shown) => {
    expect(shownInstruction(text)).toBe(shown);
  });
});
